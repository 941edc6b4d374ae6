package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.tensor.BlockFormats;
import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.Shape;
import embedrl.tensor.TensorType;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FewRowsTest {
    private final SplittableRandom random = new SplittableRandom(8);

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static Stream<Arguments> products() {
        return Stream.of(DType.FLOAT32, DType.BFLOAT16, DType.FLOAT16, DType.Q8_0, DType.Q4_0, DType.Q4_1)
                .flatMap(type -> Stream.of(Arguments.of(type, 1, 64), Arguments.of(type, 3, 96), Arguments.of(type, 1027, 576), Arguments.of(type, 530, 1024), Arguments.of(type, 5, 1 << 17)));
    }

    /** The weights of a type, and the numbers that they stand for. */
    private static Buffer narrow(DType type, int n, int k, float[] numbers) {
        Buffer b = Buffer.allocate(new TensorType(type, Shape.of(n, k)));
        for (int i = 0; i < n * k && !type.isBlock(); i++) {
            switch (type) {
                case FLOAT32 -> b.floats()[b.offset() + i] = numbers[i];
                case FLOAT16 -> {
                    short half = Float.floatToFloat16(numbers[i]);
                    b.halves()[b.offset() + i] = half;
                    numbers[i] = Float.float16ToFloat(half);
                }
                default -> {
                    short half = (short) (Float.floatToRawIntBits(numbers[i]) >> 16);
                    b.halves()[b.offset() + i] = half;
                    numbers[i] = Float.intBitsToFloat(half << 16);
                }
            }
        }
        if (type.isBlock()) {
            BlockFormats.quantize(type, numbers, 0, n * k, b.blocks(), b.offset());
            BlockFormats.dequantize(type, b.blocks(), b.offset(), numbers, 0, n * k);
        }
        return b;
    }

    @ParameterizedTest
    @MethodSource("products")
    void oneRowTimesWeightsOfEachType(DType type, int n, int k) {
        float[] x = values(7 + k);
        float[] numbers = values(n * k);
        Buffer b = narrow(type, n, k, numbers);
        float[] one = new float[n];
        new FewRows(WorkPool.INLINE, 1, n, k, x, 7, b, one, 0, Epilogue.NONE).run();
        for (int j = 0; j < n; j++) {
            double sum = 0;
            double size = 0;
            for (int p = 0; p < k; p++) {
                sum += (double) x[7 + p] * numbers[j * k + p];
                size += Math.abs((double) x[7 + p] * numbers[j * k + p]);
            }
            assertThat(one[j]).as("column %d", j).isCloseTo((float) sum, within((float) (1e-5 * size)));
        }
        for (int threads = 2; threads <= 5; threads++) {
            try (WorkPool pool = new WorkPool(threads)) {
                float[] other = new float[n];
                new FewRows(pool, 1, n, k, x, 7, b, other, 0, Epilogue.NONE).run();
                assertThat(other).as("%d threads", threads).containsExactly(one);
            }
        }
    }

    @Test
    void aRowWhoseLengthIsNoMultipleOfAVector() {
        float[] x = values(77);
        float[] numbers = values(10 * 77);
        float[] y = new float[10];
        new FewRows(WorkPool.INLINE, 1, 10, 77, x, 0, narrow(DType.FLOAT32, 10, 77, numbers), y, 0, Epilogue.NONE).run();
        for (int j = 0; j < 10; j++) {
            double sum = 0;
            for (int p = 0; p < 77; p++) {
                sum += (double) x[p] * numbers[j * 77 + p];
            }
            assertThat(y[j]).isCloseTo((float) sum, within(1e-4f));
        }
    }

    @Test
    void sumsOfFourVectorsAreThoseOfEachOne() {
        float[] lanes = values(Lanes.ALIGNED + 4 * Lanes.W);
        float[] before = lanes.clone();
        LaneSums.four(lanes);
        for (int r = 0; r < 4; r++) {
            assertThat(lanes[Lanes.ALIGNED + r]).isEqualTo(Lanes.sum(before, Lanes.ALIGNED + r * Lanes.W));
        }
        assertThat(Arrays.copyOf(lanes, Lanes.ALIGNED)).containsExactly(Arrays.copyOf(before, Lanes.ALIGNED));
    }
}
