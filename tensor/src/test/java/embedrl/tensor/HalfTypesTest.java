package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The half-width types against their definitions, for all 65,536 patterns and for numbers between them. */
class HalfTypesTest {
    /** (−1)ˢ · 2^(e − bias) · (1 + m/2^bits), subnormals and specials by the book. */
    private static double decode(int pattern, int exponentBits, int mantissaBits) {
        int sign = pattern >> 15 & 1;
        int exponent = pattern >> mantissaBits & (1 << exponentBits) - 1;
        int mantissa = pattern & (1 << mantissaBits) - 1;
        int bias = (1 << exponentBits - 1) - 1;
        double size;
        if (exponent == (1 << exponentBits) - 1) size = mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        else if (exponent == 0) size = mantissa * Math.pow(2, 1 - bias - mantissaBits);
        else size = (1 + mantissa * Math.pow(2, -mantissaBits)) * Math.pow(2, exponent - bias);
        return sign == 1 ? -size : size;
    }

    @Test
    void widensAllPatterns() {
        for (int pattern = 0; pattern < 65_536; pattern++) {
            assertThat(Double.compare(HalfTypes.widen(DType.FLOAT16, (short) pattern), decode(pattern, 5, 10))).isZero();
            assertThat(Double.compare(HalfTypes.widen(DType.BFLOAT16, (short) pattern), decode(pattern, 8, 7))).isZero();
            assertThat(Float.floatToIntBits(HalfTypes.widen(DType.FLOAT16, (short) pattern))).isEqualTo(Float.floatToIntBits(Float.float16ToFloat((short) pattern)));
        }
    }

    @Test
    void narrowsEveryWidenedPatternToItself() {
        for (DType type : new DType[] {DType.FLOAT16, DType.BFLOAT16})
            for (int pattern = 0; pattern < 65_536; pattern++) {
                float wide = HalfTypes.widen(type, (short) pattern);
                short narrow = HalfTypes.narrow(type, wide);
                if (Float.isNaN(wide)) assertThat(HalfTypes.widen(type, narrow)).isNaN();
                else assertThat(narrow).isEqualTo((short) pattern);
            }
    }

    /** Between neighbors a number goes to the nearer one; in the middle to the one with an even last bit. */
    @Test
    void roundsToNearestEven() {
        for (DType type : new DType[] {DType.FLOAT16, DType.BFLOAT16}) {
            int infinity = type == DType.FLOAT16 ? 0x7C00 : 0x7F80;
            for (int pattern = 0; pattern + 1 < infinity; pattern++) {
                double low = HalfTypes.widen(type, (short) pattern);
                double high = HalfTypes.widen(type, (short) (pattern + 1));
                float middle = (float) ((low + high) / 2);
                if (middle != (low + high) / 2) continue;   // below the smallest FLOAT32
                short even = (short) (pattern % 2 == 0 ? pattern : pattern + 1);
                assertThat(HalfTypes.narrow(type, middle)).isEqualTo(even);
                assertThat(HalfTypes.narrow(type, Math.nextDown(middle))).isEqualTo((short) pattern);
                assertThat(HalfTypes.narrow(type, Math.nextUp(middle))).isEqualTo((short) (pattern + 1));
                assertThat(HalfTypes.narrow(type, -middle)).isEqualTo((short) (even | 0x8000));
            }
        }
    }

    @Test
    void overflowsToInfinityAndKeepsNaN() {
        assertThat(HalfTypes.narrow(DType.BFLOAT16, Float.MAX_VALUE)).isEqualTo((short) 0x7F80);
        assertThat(HalfTypes.narrow(DType.BFLOAT16, -Float.MAX_VALUE)).isEqualTo((short) 0xFF80);
        assertThat(HalfTypes.narrow(DType.FLOAT16, 65_520)).isEqualTo((short) 0x7C00);
        assertThat(HalfTypes.narrow(DType.FLOAT16, 65_519)).isEqualTo((short) 0x7BFF);
        for (int payload : new int[] {0x7F800001, 0x7FC00000, 0xFFFFFFFF, 0xFF800001})
            for (DType type : new DType[] {DType.FLOAT16, DType.BFLOAT16})
                assertThat(HalfTypes.widen(type, HalfTypes.narrow(type, Float.intBitsToFloat(payload)))).isNaN();
    }
}
