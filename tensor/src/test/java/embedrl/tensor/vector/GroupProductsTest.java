package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupProductsTest {
    private final SplittableRandom random = new SplittableRandom(3);

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"1, 64, 1, 64", "3, 64, 7, 128", "2, 32, 8, 96", "3, 128, 40, 128", "2, 16, 9, 80", "3, 96, 17, 192", "1, 208, 5, 208"})
    void scoresAreDotProductsOfEachQueryWithEachKey(int rows, int width, int keys, int pitch) {
        float[] q = values(5 + rows * width);
        float[] k = values(3 + keys * pitch);
        int apart = Attention.roundUp(keys) * Lanes.W;
        float[] lanes = values(2 + rows * apart);
        int line = Attention.roundUp(keys);
        float[] y = new float[1 + rows * line];
        float[] past = new float[2 * Lanes.W];
        Arrays.fill(past, Lanes.W, past.length, Float.NEGATIVE_INFINITY);
        GroupProducts.scores(width, q, 5, 5 + Math.min(1, rows - 1) * width, 5 + (rows - 1) * width, k, 3, pitch, keys, lanes, 2, apart);
        for (int i = 0; i < rows; i++) {
            LaneSums.all(lanes, 2 + i * apart, keys, past, y, 1 + i * line);
            for (int j = 0; j < keys; j++) {
                double sum = 0;
                for (int p = 0; p < width; p++) {
                    sum += (double) q[5 + i * width + p] * k[3 + j * pitch + p];
                }
                assertThat(y[1 + i * line + j]).as("query %d, key %d", i, j).isCloseTo((float) sum, within(1e-4f)).isEqualTo(Lanes.sum(lanes, 2 + i * apart + j * Lanes.W));
            }
            for (int j = keys; j < line; j++) {
                assertThat(y[1 + i * line + j]).as("behind the last key").isEqualTo(Float.NEGATIVE_INFINITY);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 64, 1, 64, false", "3, 64, 7, 128, true", "2, 32, 8, 96, false", "7, 128, 100, 128, true", "4, 16, 9, 80, true", "5, 96, 17, 192, false"})
    void valuesAreSummedByWeight(int rows, int width, int keys, int pitch, boolean accumulate) {
        int line = Attention.roundUp(keys);
        float[] x = values(4 + rows * line);
        float[] v = values(2 + keys * pitch);
        float[] before = values(1 + rows * width + 1);
        float[] y = before.clone();
        GroupProducts.values(rows, width, x, 4, line, keys, v, 2, pitch, y, 1, accumulate);
        for (int i = 0; i < rows; i++) {
            for (int p = 0; p < width; p++) {
                double sum = accumulate ? before[1 + i * width + p] : 0;
                for (int j = 0; j < keys; j++) {
                    sum += (double) x[4 + i * line + j] * v[2 + j * pitch + p];
                }
                assertThat(y[1 + i * width + p]).as("query %d, element %d", i, p).isCloseTo((float) sum, within(1e-4f));
            }
        }
        assertThat(y[0]).isEqualTo(before[0]);
        assertThat(y[y.length - 1]).as("behind the last row").isEqualTo(before[y.length - 1]);
    }
}
