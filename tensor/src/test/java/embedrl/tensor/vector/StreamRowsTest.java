package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights read where they lie: every element is the same chain of multiply-adds as in any other product of some rows. */
class StreamRowsTest {
    private static final int GUARD = 70;
    private static final long LARGE = Long.MAX_VALUE;
    private final SplittableRandom random = new SplittableRandom(5);

    @BeforeEach
    void tiles() {
        assumeThat(StreamRows.pay(16, LARGE)).as("16 registers of 256 bits").isTrue();
    }

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static Buffer matrix(int n, int k, float[] values) {
        return HostTensor.of(Shape.of(n, k), values).toBuffer();
    }

    /** The sum of row i of A, which begins behind three elements, times row j of B. */
    private static float chain(float[] a, int i, float[] b, int j, int k) {
        float sum = 0;
        for (int from = 0, depth = GemmBlock.depth(k); from < k; from += depth) {
            float block = 0;
            for (int p = from; p < Math.min(k, from + depth); p++) {
                block = Math.fma(a[3 + i * k + p], b[j * k + p], block);
            }
            sum = from == 0 ? block : sum + block;
        }
        return sum;
    }

    /** Parts of no whole tile, with columns left over, stored eight at a time and one by one; one, two and three chains. */
    @ParameterizedTest
    @CsvSource({"5, 1, 1", "5, 6, 3", "7, 47, 8", "8, 48, 77", "8, 96, 9", "9, 5, 576", "11, 100, 64", "12, 1000, 48", "13, 96, 130", "16, 300, 576", "16, 65, 1030", "10, 61, 1025", "6, 50, 2100", "16, 200, 2051"})
    void elementsAreChainsOfMultiplyAdds(int m, int n, int k) {
        float[] a = values(m * k + 3);
        float[] weights = values(n * k);
        float[] expected = new float[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                expected[i * n + j] = chain(a, i, weights, j, k);
            }
        }
        for (int threads : new int[] {1, 2, 5}) {
            try (WorkPool pool = new WorkPool(threads)) {
                float[] c = new float[m * n + 2 * GUARD];
                Arrays.fill(c, Float.NaN);
                int[] seen = new int[m * n];
                var product = new StreamRows(pool, m, n, k, a, 3, matrix(n, k, weights), c, GUARD, (row, rows, column, count) -> {
                    synchronized (seen) {
                        for (int i = row; i < row + rows; i++) {
                            for (int j = column; j < column + count; j++) {
                                seen[i * n + j]++;
                            }
                        }
                    }
                });
                product.run();
                product.run();
                assertThat(seen).as("how often the epilogue saw each element").containsOnly(2);
                for (int i = 0; i < GUARD; i++) {
                    assertThat(c[i]).as("before C").isNaN();
                    assertThat(c[GUARD + m * n + i]).as("behind C").isNaN();
                }
                assertThat(Arrays.copyOfRange(c, GUARD, GUARD + m * n)).as("%d threads", threads).isEqualTo(expected);
            }
        }
    }

    /** A second product begins as the first has, and is cut into as many parts. */
    @ParameterizedTest
    @CsvSource({"16, 200, 60, 96", "6, 7, 90, 33", "9, 3, 2, 20"})
    void productsOfOneLeftOperand(int m, int n, int other, int k) {
        float[] a = values(m * k + 3);
        for (int parts : new int[] {1, 3, 8}) {
            StreamRows first = null;
            for (int columns : new int[] {n, other}) {
                float[] weights = values(columns * k);
                float[] c = new float[m * columns];
                StreamRows product = new StreamRows(WorkPool.INLINE, m, columns, k, a, 3, matrix(columns, k, weights), c, 0, Epilogue.NONE);
                product.begin(first);
                for (int part = 0; part < parts; part++) {
                    product.run(part, parts);
                }
                first = first == null ? product : first;
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j < columns; j++) {
                        assertThat(c[i * columns + j]).as("element %d, %d", i, j).isEqualTo(chain(a, i, weights, j, k));
                    }
                }
            }
        }
    }

    @Test
    void weightsThatStayInTheCachesAreReadPacked() {
        assertThat(StreamRows.pay(16, Caches.third())).isFalse();
        assertThat(StreamRows.pay(16, Caches.third() + 1)).isTrue();
        assertThat(StreamRows.pay(4, LARGE)).isFalse();
        assertThat(StreamRows.pay(17, LARGE)).isFalse();
    }

    /** How a program reads weights is no matter of results: rows of a small product equal those of a program whose weights are larger than the caches. */
    @Test
    void aProgramOfLargeWeightsGivesTheSameNumbers() {
        assumeThat(Caches.third()).as("third-level cache").isLessThanOrEqualTo(64L << 20);
        int k = 256;
        int rows = (int) (Caches.third() / k / Float.BYTES) + 1;
        Variable large = Variable.zeros("large", new TensorType(DType.FLOAT32, Shape.of(rows, k)));
        float[] some = values(40 * k);
        System.arraycopy(some, 0, large.buffer().floats(), large.buffer().offset(), some.length);
        Variable small = Variable.of("small", HostTensor.of(Shape.of(40, k), some));
        float[] x = values(16 * k);
        try (VectorExecutor executor = new VectorExecutor(2)) {
            float[] few = product(executor, small, x, k);
            float[] many = product(executor, large, x, k);
            for (int i = 0; i < 16; i++) {
                assertThat(Arrays.copyOfRange(many, i * rows, i * rows + 40)).as("row %d", i).isEqualTo(Arrays.copyOfRange(few, i * 40, (i + 1) * 40));
            }
        }
    }

    private static float[] product(VectorExecutor executor, Variable weight, float[] x, int k) {
        Tensor y = Tensor.input("x", DType.FLOAT32, 16, k).matmulTransposed(weight.tensor());
        try (Program program = Program.builder().output("y", y).compile(executor)) {
            program.set("x", x).run();
            return program.read("y").floats();
        }
    }
}
