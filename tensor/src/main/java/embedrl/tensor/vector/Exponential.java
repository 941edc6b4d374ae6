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
 * <p>exp: x = k ln 2 + r with |r| ≤ ln 2 / 2; e^r = 1 + r + r² P(r), P of degree 4 (Chebyshev fit, error 8e-9); then 2^k in two factors,
 * so that denormal results come out right. log: x = 2^e m with √½ ≤ m < √2, f = m - 1; log m = f - f²/2 + f³ Q(f), Q of degree 8.
 */
final class Exponential {
    static final float LOG2_E = 1.442695022f;
    static final float LN2_HIGH = 6.931471825e-1f;
    static final float LN2_LOW = -1.904654212e-9f;

    /** Adding it rounds a small float to a whole number that stands in the sum's low bits. */
    static final float ROUND = 0x1.8p23f;

    static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);
    static final float P4 = 1.392625039e-3f;
    static final float P3 = 8.363232948e-3f;
    static final float P2 = 4.166655242e-2f;
    static final float P1 = 1.666657627e-1f;

    /** Beyond these, the result rounds to infinity and to zero. */
    static final float LARGEST = 88.722839f;

    static final float SMALLEST = -103.972084f;

    private static final int ROOT_HALF_BITS = Float.floatToRawIntBits(0.70710678f);

    private Exponential() {}

    static void exp(float[] a, int ao, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector shifted = x.mul(LOG2_E).add(ROUND);
            FloatVector k = shifted.sub(ROUND);
            FloatVector r = k.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
            r = k.fma(FloatVector.broadcast(F, -LN2_LOW), r);
            FloatVector p = r.fma(FloatVector.broadcast(F, P4), FloatVector.broadcast(F, P3));
            p = p.fma(r, FloatVector.broadcast(F, P2));
            p = p.fma(r, FloatVector.broadcast(F, P1));
            p = p.fma(r, FloatVector.broadcast(F, 0.5f));
            p = p.fma(r.mul(r), r).add(1);
            IntVector power = shifted.reinterpretAsInts().sub(ROUND_BITS);
            IntVector half = power.lanewise(VectorOperators.ASHR, 1);
            FloatVector scale = half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector rest = power.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            p = p.mul(scale).mul(rest);
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
            FloatVector e = ((FloatVector) power.convert(VectorOperators.I2F, 0)).sub(23, tiny);
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
