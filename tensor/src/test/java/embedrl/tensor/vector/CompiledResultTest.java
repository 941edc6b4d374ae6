package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.UnaryKind;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Results must not change when the JIT compiler takes over a kernel: a resumed run would part from the first one. */
class CompiledResultTest {
    private static final int ROWS = 5;
    private static final int COLUMNS = 157;

    private static float[] filled(int size) {
        SplittableRandom random = new SplittableRandom(size);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void check(String name, Consumer<float[]> kernel) {
        float[] first = new float[2 * ROWS * COLUMNS];
        kernel.accept(first);
        float[] later = new float[first.length];
        for (int i = 0; i < 12_000; i++) {
            kernel.accept(later);
        }
        assertThat(later).as(name).isEqualTo(first);
    }

    @Test
    void interpretedAndCompiledKernelsAgreeToTheBit() {
        float[] x = filled(ROWS * COLUMNS);
        float[] w = filled(COLUMNS);
        int after = ROWS * COLUMNS;
        check("softmax", y -> Rows.softmax(x, 0, y, 0, COLUMNS, 0, ROWS));
        check("logSumExp", y -> Rows.logSumExp(x, 0, y, 0, COLUMNS, 0, ROWS));
        check("rms", y -> Norms.rms(x, 0, w, 0, 1e-6f, y, 0, y, after, COLUMNS, 0, ROWS));
        check("layer", y -> Norms.layer(x, 0, w, 0, w, 0, 1e-5f, y, 0, y, after, y, after + ROWS, COLUMNS, 0, ROWS));
        check("dots", y -> Gemm.gemm(WorkPool.INLINE, 1, ROWS, COLUMNS, w, 0, 0, 1, x, 0, 1, COLUMNS, y, 0, ROWS, false));
        check("product", y -> Gemm.gemm(WorkPool.INLINE, ROWS, ROWS, COLUMNS, x, 0, COLUMNS, 1, x, 0, 1, COLUMNS, y, 0, ROWS, false));
        check("sum", y -> y[0] = (float) Reductions.sum(x, 0, x.length));
        for (UnaryKind kind : UnaryKind.values()) {
            check(kind.name(), y -> VectorMath.unary(kind, x, 0, y, 0, x.length));
        }
    }
}
