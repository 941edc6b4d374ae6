package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import embedrl.tensor.Variable;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Strips that are read ahead, whether or not that pays on this machine: against sums in double precision. */
class AheadRowsTest {
    private static final int GUARD = 70;
    private final SplittableRandom random = new SplittableRandom(5);

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Inner sizes below a turn of the tile's loop, with steps left over, of two chains, and of a long chain before a short one. */
    @ParameterizedTest
    @CsvSource({"7, 64, 5", "7, 200, 6", "12, 130, 97", "13, 64, 600", "16, 576, 576", "16, 65, 1030", "18, 300, 1536", "30, 1000, 48", "64, 257, 2051", "96, 128, 384", "96, 20, 66"})
    void productsAreSums(int m, int n, int k) {
        assumeThat(PanelTiles.FEW).as("16 registers").isFalse();
        float[] a = values(m * k + 3);
        float[] weights = values(n * k);
        Variable variable = Variable.of("w", HostTensor.of(Shape.of(n, k), weights));
        float[] first = null;
        for (int threads : new int[] {1, 2, 5}) {
            try (WorkPool pool = new WorkPool(threads)) {
                PackedFloats packed = new PackedFloats(variable, variable.buffer(), n, k);
                float[] c = new float[m * n + 2 * GUARD];
                Arrays.fill(c, Float.NaN);
                int[] epilogue = new int[m * n];
                var product = new AheadRows(pool, m, a, 3, packed, c, GUARD, (row, rows, column, count) -> {
                    synchronized (epilogue) {
                        for (int i = row; i < row + rows; i++) {
                            for (int j = column; j < column + count; j++) {
                                epilogue[i * n + j]++;
                            }
                        }
                    }
                });
                product.run();
                product.run();
                assertThat(epilogue).as("how often the epilogue saw each element").containsOnly(2);
                for (int i = 0; i < GUARD; i++) {
                    assertThat(c[i]).as("before C").isNaN();
                    assertThat(c[GUARD + m * n + i]).as("behind C").isNaN();
                }
                float[] result = Arrays.copyOfRange(c, GUARD, GUARD + m * n);
                if (first == null) {
                    first = result;
                    check(m, n, k, a, weights, result);
                    float[] plain = new float[m * n];
                    Gemm.packed(pool, m, a, 3, packed, plain, 0, Epilogue.NONE);
                    assertThat(plain).as("the same chains of multiply-adds").isEqualTo(result);
                }
                assertThat(result).as("%d threads", threads).isEqualTo(first);
            }
        }
    }

    private static void check(int m, int n, int k, float[] a, float[] weights, float[] result) {
        float error = 4e-6f * (float) Math.sqrt(k);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += (double) a[3 + i * k + p] * weights[j * k + p];
                }
                assertThat(result[i * n + j]).as("element %d, %d", i, j).isCloseTo((float) sum, within(error * (float) (1 + Math.abs(sum))));
            }
        }
    }
}
