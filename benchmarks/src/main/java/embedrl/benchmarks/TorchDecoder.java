package embedrl.benchmarks;

import static embedrl.benchmarks.TrainingTask.BATCH;
import static embedrl.benchmarks.TrainingTask.HEADS;
import static embedrl.benchmarks.TrainingTask.TOKENS;
import static embedrl.benchmarks.TrainingTask.WIDTH;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.training.ParameterStore;
import java.util.Map;

/** {@link Decoder} in operations of PyTorch. Handles of intermediate values are released block by block, as Python does: what stays is what the gradient needs. */
final class TorchDecoder {
    private final Torch torch;
    private final PtSymbolBlock attention;

    TorchDecoder(Torch torch) {
        this.torch = torch;
        attention = TorchScript.compile(torch, """
                def forward(self: __torch__.Call, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
                  return torch.scaled_dot_product_attention(q, k, v, None, 0., True)
                """);
    }

    /** INT64 ids [B, T] → [B, T, V]. */
    NDArray logits(Map<String, NDArray> weights, NDArray ids) {
        NDArray x;
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            x = Embedding.embedding(ids, weights.get("e.weight"), SparseFormat.DENSE).singletonOrThrow().add(weights.get("p.weight"));
            NDScope.unregister(x);
        }
        for (int i = 0; i < TrainingTask.LAYERS; i++) {
            NDArray before = x;
            x = block(weights, "b." + i + ".", before);
            before.close();
        }
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray logits = linear(weights, "h", norm(weights, "n", x));
            NDScope.unregister(logits);
            x.close();
            return logits;
        }
    }

    private NDArray block(Map<String, NDArray> weights, String at, NDArray in) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray fused = linear(weights, at + "qkv", norm(weights, at + "n1", in)).reshape(BATCH, TOKENS, 3, HEADS, WIDTH / HEADS).transpose(2, 0, 3, 1, 4);
            NDList parts = fused.split(3, 0);
            NDArray y = attend(parts.get(0).squeeze(0), parts.get(1).squeeze(0), parts.get(2).squeeze(0));
            NDArray x = in.add(linear(weights, at + "o", y.transpose(0, 2, 1, 3).reshape(BATCH, TOKENS, WIDTH)));
            NDArray hidden = Activation.gelu(linear(weights, at + "up", norm(weights, at + "n2", x)));
            NDArray out = x.add(linear(weights, at + "down", hidden));
            NDScope.unregister(out);
            return out;
        }
    }

    /** Causal; [B, H, T, d] each. */
    private NDArray attend(NDArray q, NDArray k, NDArray v) {
        return attention.forward(new ParameterStore(torch.manager(), false), new NDList(q, k, v), true).singletonOrThrow();
    }

    private static NDArray linear(Map<String, NDArray> weights, String at, NDArray x) {
        return Linear.linear(x, weights.get(at + ".weight"), weights.get(at + ".bias")).singletonOrThrow();
    }

    private static NDArray norm(Map<String, NDArray> weights, String at, NDArray x) {
        return LayerNorm.layerNorm(x, new Shape(WIDTH), weights.get(at + ".weight"), weights.get(at + ".bias"), TrainingTask.NORM_EPSILON).singletonOrThrow();
    }
}
