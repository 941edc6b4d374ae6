package embedrl.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;

/** Matrix products of PyTorch; each call returns a fresh array, for DJL offers no other. */
final class TorchGemm extends GemmSide {
    private final Torch torch;

    TorchGemm(Torch torch, boolean quick) {
        super(quick);
        this.torch = torch;
    }

    @Override
    Product product(GemmCase c) {
        NDArray a = operand(c.batch(), c.m(), c.k(), c.transposeA());
        NDArray b = operand(c.batch(), c.k(), c.n(), c.transposeB());
        return new Product() {
            @Override
            public void run() {
                a.matMul(b).close();
            }

            @Override
            public float[] result() {
                try (NDArray y = a.matMul(b)) {
                    return y.toFloatArray();
                }
            }

            @Override
            public void close() {
                a.close();
                b.close();
            }
        };
    }

    private NDArray operand(int batch, int rows, int columns, boolean transposed) {
        float[] values = GemmCase.values(batch * rows * columns);
        if (batch > 1) return torch.manager().create(values, new Shape(batch, rows, columns));
        return transposed ? torch.manager().create(values, new Shape(columns, rows)).transpose() : torch.manager().create(values, new Shape(rows, columns));
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", torch.name());
    }
}
