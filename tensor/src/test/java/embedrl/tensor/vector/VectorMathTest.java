package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.BinaryKind;
import embedrl.tensor.ReferenceElementwise;
import embedrl.tensor.UnaryKind;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VectorMathTest {
    private static final int[] SIZES = {1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 257, 2500, 8203};
    private static final float[] SPECIAL = {0, -0f, 1, -1, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, 1e-20f, -1e-20f, 0.5f, 0.9f, 0.625f, 87.5f, 88.7f, 88.73f,
        -87, -100, -103.9f, -104, 1e5f, -1e5f, 123456.7f, 3e5f, 1e30f, -1e30f, 8388607.5f, 8388609, 0.49999997f, -2.5f, 2.5f, Float.MAX_VALUE, -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, (float) Math.PI, (float) (100 * Math.PI), (float) (31_415 * Math.PI), 6.2831855f, 11.0f, -11, 16, 4e4f};
    private final SplittableRandom random = new SplittableRandom(7);

    private double exact(UnaryKind kind, double x) {
        return switch (kind) {
            case EXP -> StrictMath.exp(x);
            case LOG -> StrictMath.log(x);
            case SIN -> StrictMath.sin(x);
            case COS -> StrictMath.cos(x);
            case TANH -> StrictMath.tanh(x);
            case GELU_TANH -> x * ReferenceElementwise.unary(UnaryKind.SIGMOID, 2 * StrictMath.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
            case GELU_ERF -> x < 0 ? 0.5 * x * complement(-x / StrictMath.sqrt(2)) : 0.5 * x * (2 - complement(x / StrictMath.sqrt(2)));
            case GELU_ERF_DERIVATIVE -> (x < 0 ? 0.5 * complement(-x / StrictMath.sqrt(2)) : 1 - 0.5 * complement(x / StrictMath.sqrt(2)))
                + (Double.isInfinite(x) ? 0 : x * StrictMath.exp(-0.5 * x * x) / StrictMath.sqrt(2 * Math.PI));
            default -> ReferenceElementwise.unary(kind, x);
        };
    }

    /** erfc, by its continued fraction where 1 - erf has too few digits. */
    private static double complement(double z) {
        if (z < 2) {
            return 1 - ReferenceElementwise.erf(z);
        }
        double fraction = z;
        for (int n = 400; n > 0; n--) {
            fraction = z + n / 2.0 / fraction;
        }
        return StrictMath.exp(-z * z) / StrictMath.sqrt(Math.PI) / fraction;
    }

    /** Distance in units in the last place of the exact value; 0 for equal infinities and for two NaN. */
    private static double ulps(float result, double exact) {
        if (Double.isNaN(exact) || Float.isNaN(result)) {
            return Double.isNaN(exact) && Float.isNaN(result) ? 0 : Double.POSITIVE_INFINITY;
        }
        if (Float.isInfinite((float) exact) || Float.isInfinite(result)) {
            return result == (float) exact || Math.abs(exact) > 3.4028234e38 && Math.abs(result) > 3.402823e38f ? 0 : Double.POSITIVE_INFINITY;
        }
        return Math.abs(result - exact) / Math.ulp((float) exact);
    }

    private float[] arguments(UnaryKind kind, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (i % 5) {
                case 0 -> Float.intBitsToFloat(random.nextInt());
                case 1 -> (random.nextFloat() - 0.5f) * 4;
                case 2 -> (random.nextFloat() - 0.5f) * 30;
                case 3 -> (random.nextFloat() - 0.5f) * 220;
                default -> (random.nextFloat() - 0.5f) * 3e5f;
            };
        }
        return values;
    }

    private double bound(UnaryKind kind, float x) {
        return switch (kind) {
            case NEG, ABS, SIGN, FLOOR, RELU -> 0;
            case SQUARE, SQRT, RECIPROCAL -> 0.5001;
            case EXP, LOG, RSQRT, SIN, COS -> 2;
            case TANH, SIGMOID, SILU, ERF -> 4;
            case GELU_ERF -> 8;
            case GELU_ERF_DERIVATIVE -> 8 + 2 / Math.max(1e-9, Math.abs(x + 0.7517916)); // two terms cancel at its zero
            case GELU_TANH -> x > -1 ? 4 : 4 + 2 * x * x;
        };
    }

    @ParameterizedTest
    @EnumSource(UnaryKind.class)
    void everyFunctionIsCloseToTheExactValue(UnaryKind kind) {
        float[] x = arguments(kind, 400_000);
        System.arraycopy(SPECIAL, 0, x, 0, SPECIAL.length);
        float[] y = new float[x.length];
        VectorMath.unary(kind, x, 0, y, 0, x.length);
        double worst = 0;
        float at = 0;
        for (int i = 0; i < x.length; i++) {
            double exact = exact(kind, x[i]);
            double error = ulps(y[i], exact) / Math.max(bound(kind, x[i]), 1e-9);
            if (error > worst && !(Math.abs(exact) < 256 * Float.MIN_NORMAL && Math.abs(y[i] - exact) <= Math.max(2, Math.abs(x[i])) * Float.MIN_VALUE)) {
                worst = error;
                at = x[i];
            }
        }
        assertThat(worst).as("worst error over its bound, at %s: %s, exact %s", at, one(kind, at), exact(kind, at)).isLessThanOrEqualTo(1);
    }

    private static float one(UnaryKind kind, float x) {
        float[] y = {x};
        VectorMath.unary(kind, y, 0, y, 0, 1);
        return y[0];
    }

    @ParameterizedTest
    @EnumSource(UnaryKind.class)
    void everySizeWorksInPlaceAndTouchesNothingElse(UnaryKind kind) {
        for (int size : SIZES) {
            float[] x = arguments(kind, size + 5);
            float[] y = new float[size + 5];
            VectorMath.unary(kind, x, 2, y, 2, size);
            float[] inPlace = x.clone();
            VectorMath.unary(kind, inPlace, 2, inPlace, 2, size);
            for (int i = 0; i < size + 5; i++) {
                boolean inside = i >= 2 && i < size + 2;
                assertThat(y[i]).isEqualTo(Float.valueOf(inside ? one(kind, x[i]) : 0));
                assertThat(inPlace[i]).isEqualTo(Float.valueOf(inside ? y[i] : x[i]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(BinaryKind.class)
    void everyFunctionOfTwoArgumentsIsTheRoundedExactOne(BinaryKind kind) {
        for (int size : SIZES) {
            float[] a = arguments(UnaryKind.NEG, size + 3);
            float[] b = arguments(UnaryKind.NEG, size + 3);
            for (int i = 0; i < size; i++) {
                if (i % 7 == 3) {
                    b[i] = a[i];
                }
                if (i < SPECIAL.length) {
                    a[i] = SPECIAL[i];
                }
            }
            float[] y = new float[size + 3];
            VectorMath.binary(kind, a, 1, b, 1, y, 1, size);
            for (int i = 1; i <= size; i++) {
                assertThat(y[i]).as("%s of %s and %s", kind, a[i], b[i]).isEqualTo(Float.valueOf((float) ReferenceElementwise.binary(kind, a[i], b[i])));
            }
            assertThat(y[0]).isZero();
            assertThat(y[size + 1]).isZero();
        }
    }

    @Test
    void selectTakesTheFirstWhereTheConditionIsNotZero() {
        for (int size : SIZES) {
            float[] condition = arguments(UnaryKind.NEG, size);
            for (int i = 0; i < size; i += 3) {
                condition[i] = i % 2 == 0 ? 0 : -0f;
            }
            float[] a = arguments(UnaryKind.NEG, size);
            float[] b = arguments(UnaryKind.NEG, size);
            float[] y = new float[size];
            VectorMath.select(condition, 0, a, 0, b, 0, y, 0, size);
            for (int i = 0; i < size; i++) {
                assertThat(y[i]).isEqualTo(Float.valueOf(i % 3 == 0 ? b[i] : a[i]));
            }
        }
    }
}
