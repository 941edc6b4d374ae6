package embedrl.models.qwen3vl;

import embedrl.nn.GeluMlp;
import embedrl.nn.LayerNorm;
import embedrl.nn.Module;
import embedrl.nn.Rotary;
import embedrl.nn.VisionAttention;
import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;

/** Pre-norm block of the vision tower: full attention within one image, then an MLP with GELU. x: [N, P, D] → the same. */
final class VisionBlock extends Module {
    private static final float EPSILON = 1e-6f;

    private final LayerNorm attentionNorm;
    private final VisionAttention attention;
    private final LayerNorm mlpNorm;
    private final GeluMlp mlp;

    VisionBlock(VisionConfig config, Seed seed) {
        int width = config.hiddenSize();
        attentionNorm = child("norm1", new LayerNorm(width, EPSILON));
        attention = child("attn", new VisionAttention(width, config.numHeads(), seed.split("attn")));
        mlpNorm = child("norm2", new LayerNorm(width, EPSILON));
        mlp = child("mlp", new GeluMlp(width, config.intermediateSize(), width, config.activation(), seed.split("mlp")));
    }

    Tensor forward(Tensor x, Rotary rotary) {
        x = x.add(attention.forward(attentionNorm.forward(x), rotary));
        return x.add(mlp.forward(mlpNorm.forward(x)));
    }
}
