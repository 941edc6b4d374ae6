package embedrl.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.training.ParameterStore;
import java.util.HashMap;
import java.util.Map;

/** Operations on rows in PyTorch, each call with a fresh result. */
final class TorchRows extends RowSide {
    private final Torch torch;
    private final NDArray weight;
    private final NDArray bias;
    private final Map<RowCase, PtSymbolBlock> scripts = new HashMap<>();
    private final Map<RowCase, NDArray> inputs = new HashMap<>();

    TorchRows(Torch torch, boolean quick) {
        super(quick);
        this.torch = torch;
        weight = torch.manager().create(GemmCase.values(RowCase.COLUMNS));
        bias = torch.manager().create(GemmCase.values(RowCase.COLUMNS));
    }

    private static String expression(RowCase c) {
        return switch (c) {
            case SOFTMAX -> "torch.softmax(x, -1)";
            case LAYER_NORM -> "torch.layer_norm(x, [512], w, b, " + RowCase.EPSILON + ")";
            case RMS_NORM -> "torch.rms_norm(x, [512], w, " + RowCase.EPSILON + ")";
            case SILU -> "torch.silu(x)";
            case GELU -> "torch.gelu(x)";
            case ADD, ADAMW -> throw new IllegalArgumentException("rows: " + c + " is compared with the bandwidth");
        };
    }

    private NDArray compute(RowCase c) {
        PtSymbolBlock script = scripts.computeIfAbsent(c, _ -> TorchScript.compile(torch, "def forward(self: __torch__.Call, x: Tensor, w: Tensor, b: Tensor) -> Tensor:\n  return "
                + expression(c) + "\n"));
        NDArray x = inputs.computeIfAbsent(c, _ -> torch.manager().create(GemmCase.values(c.elements()), new Shape(c.rows(), RowCase.COLUMNS)));
        return script.forward(new ParameterStore(torch.manager(), false), new NDList(x, weight, bias), false).singletonOrThrow();
    }

    @Override
    Runnable call(RowCase c) {
        return () -> compute(c).close();
    }

    @Override
    float[] result(RowCase c) {
        try (NDArray y = compute(c)) {
            return y.toFloatArray();
        }
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", torch.name());
    }
}
