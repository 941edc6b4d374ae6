package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * e to the power of x, and the natural logarithm, over whole vectors: n is a multiple of the vector length.
 *
 * <p>exp: x log2 e = k + r with |r| ≤ ½; 2^r by a polynomial of degree 6 (fit, error 2e-9); then 2^k in two factors, so that denormal results
 * come out right. log: x = 2^e m with √½ ≤ m < √2, f = m - 1; log m = f - f²/2 + f³ Q(f), Q of degree 8.
 *
 * <p>Kernels that need e^-z for z ≥ 0 inside of a loop of their own repeat these lines, with one factor that is 2^(k + 24), and multiply by
 * {@link #UNSCALED} at last: a vector given to a method that is not inlined becomes an object.
 */
final class Exponential {
    /** log2 e is the sum of the two. */
    static final float LOG2_E = 1.442695022f;

    static final float LOG2_E_LOW = 1.925963034e-8f;

    /** 2^r = 1 + r (C1 + r (C2 + ...)). */
    static final float C1 = 6.931471825e-1f;

    static final float C2 = 2.402264774e-1f;
    static final float C3 = 5.550332367e-2f;
    static final float C4 = 9.618436918e-3f;
    static final float C5 = 1.339887735e-3f;
    static final float C6 = 1.535337238e-4f;

    /** Adding it rounds a small float to a whole number that stands in the sum's low bits. */
    static final float ROUND = 0x1.8p23f;

    /** So does this; the low byte is then the exponent's field of 2^(k + 24), for k = -150 to 80. */
    static final float ROUND_SCALED = ROUND + 127 + 24;

    /** The low byte of a sum with it is the exponent's field of 2^k. */
    static final float ROUND_BIASED = ROUND + 127;

    static final float UNSCALED = 0x1p-24f;

    /** Beyond these, the result rounds to infinity and to zero. */
    static final float LARGEST = 88.722839f;

    static final float SMALLEST = -103.972084f;

    /** As bits, for a minimum of bits, which is one instruction: e^-z is zero from here on, and k is -150. */
    static final int FAR_BITS = Float.floatToRawIntBits(104);

    static final int MAGNITUDE = 0x7fff_ffff;

    private static final float LN2_HIGH = 6.931471825e-1f;
    private static final float LN2_LOW = -1.904654212e-9f;

    /** The low nine bits of a sum with it are k + 254. */
    private static final float ROUND_TWICE = ROUND + 2 * 127;

    private static final int EXPONENT = 0x7f80_0000;
    private static final int ROOT_HALF_BITS = Float.floatToRawIntBits(0.70710678f);

    private Exponential() {}

    static void exp(float[] a, int ao, float[] y, int yo, int n) {
        FloatVector round = FloatVector.broadcast(F, ROUND_TWICE);
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector shifted = x.fma(FloatVector.broadcast(F, LOG2_E), round);
            FloatVector r = x.fma(FloatVector.broadcast(F, LOG2_E), round.sub(shifted));
            r = x.fma(FloatVector.broadcast(F, LOG2_E_LOW), r);
            FloatVector p = r.fma(FloatVector.broadcast(F, C6), FloatVector.broadcast(F, C5));
            p = p.fma(r, FloatVector.broadcast(F, C4));
            p = p.fma(r, FloatVector.broadcast(F, C3));
            p = p.fma(r, FloatVector.broadcast(F, C2));
            p = p.fma(r, FloatVector.broadcast(F, C1));
            p = p.fma(r, FloatVector.broadcast(F, 1));
            IntVector power = shifted.reinterpretAsInts();
            IntVector half = power.lanewise(VectorOperators.LSHL, 22).and(EXPONENT);
            IntVector rest = power.lanewise(VectorOperators.LSHL, 23).sub(half);
            p = p.mul(half.reinterpretAsFloats()).mul(rest.reinterpretAsFloats());
            p = p.blend(0, x.compare(VectorOperators.LT, SMALLEST));
            p.blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, LARGEST)).intoArray(y, yo + i);
        }
    }

    static void log(float[] a, int ao, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            VectorMask<Float> tiny = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
            IntVector bits = x.mul(0x1p23f, tiny).reinterpretAsInts();
            IntVector power = bits.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
            FloatVector f = bits.sub(power.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1);
            FloatVector e = ((FloatVector) power.convertShape(VectorOperators.I2F, F, 0)).sub(23, tiny);
            FloatVector q = f.fma(FloatVector.broadcast(F, 6.971611828e-2f), FloatVector.broadcast(F, -1.147973388e-1f));
            q = q.fma(f, FloatVector.broadcast(F, 1.168541983e-1f));
            q = q.fma(f, FloatVector.broadcast(F, -1.242568716e-1f));
            q = q.fma(f, FloatVector.broadcast(F, 1.424905807e-1f));
            q = q.fma(f, FloatVector.broadcast(F, -1.666780263e-1f));
            q = q.fma(f, FloatVector.broadcast(F, 2.000071555e-1f));
            q = q.fma(f, FloatVector.broadcast(F, -2.499999702e-1f));
            q = q.fma(f, FloatVector.broadcast(F, 3.333333135e-1f));
            FloatVector square = f.mul(f);
            FloatVector r = q.mul(f).fma(square, e.mul(LN2_LOW));
            r = square.fma(FloatVector.broadcast(F, -0.5f), r).add(f);
            r = e.fma(FloatVector.broadcast(F, LN2_HIGH), r);
            r = r.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
            r = r.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0));
            r.blend(Float.NaN, x.compare(VectorOperators.LT, 0).or(x.test(VectorOperators.IS_NAN))).intoArray(y, yo + i);
        }
    }
}
