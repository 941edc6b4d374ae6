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
    @CsvSource({"1, 64, 1, 64", "3, 64, 7, 128", "2, 32, 8, 96", "7, 128, 100, 128", "4, 16, 9, 80", "5, 96, 17, 192"})
    void scoresAreDotProductsOfEachQueryWithEachKey(int rows, int width, int keys, int pitch) {
        float[] q = values(5 + rows * width);
        float[] k = values(3 + keys * pitch);
        int line = Attention.roundUp(keys);
        float[] y = new float[rows * line + GroupProducts.SPARE];
        Arrays.fill(y, Float.NaN);
        GroupProducts.scores(rows, width, q, 5, k, 3, pitch, keys, y, line);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < keys; j++) {
                double sum = 0;
                for (int p = 0; p < width; p++) {
                    sum += (double) q[5 + i * width + p] * k[3 + j * pitch + p];
                }
                assertThat(y[i * line + j]).as("query %d, key %d", i, j).isCloseTo((float) sum, within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 64, 1, 64, false", "3, 64, 7, 128, true", "2, 32, 8, 96, false", "7, 128, 100, 128, true", "4, 16, 9, 80, true", "5, 96, 17, 192, false"})
    void valuesAreSummedByWeight(int rows, int width, int keys, int pitch, boolean accumulate) {
        int line = Attention.roundUp(keys);
        float[] x = values(rows * line);
        float[] v = values(2 + keys * pitch);
        float[] before = values(1 + rows * width + 1);
        float[] y = before.clone();
        GroupProducts.values(rows, width, x, line, keys, v, 2, pitch, y, 1, accumulate);
        for (int i = 0; i < rows; i++) {
            for (int p = 0; p < width; p++) {
                double sum = accumulate ? before[1 + i * width + p] : 0;
                for (int j = 0; j < keys; j++) {
                    sum += (double) x[i * line + j] * v[2 + j * pitch + p];
                }
                assertThat(y[1 + i * width + p]).as("query %d, element %d", i, p).isCloseTo((float) sum, within(1e-4f));
            }
        }
        assertThat(y[0]).isEqualTo(before[0]);
        assertThat(y[y.length - 1]).as("behind the last row").isEqualTo(before[y.length - 1]);
    }
}
