package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.UnaryLoops.SIGN_BIT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The error function, the GELU made of it and its derivative, over whole vectors: n is a multiple of the vector length.
 *
 * <p>erfc(z), and half of it at z/√2, are 2^-s P(z) / Q(z) for z ≥ 0, where s is z² log2 e with the constant rounded to a float: what that
 * changes, P and Q make up for (fits over the range in which the result is not zero, or not lost beside 1). The quotient and the power do
 * not wait for each other, and the power's polynomial is taken in pairs of terms: a processor looks ahead only one or two vectors, so that
 * the longest chain of dependent instructions is what a loop takes.
 */
final class ErrorFunction {
    /** From here on, half of erfc(z/√2) times z is below the smallest float, and 1 - erfc(z) rounds to 1. */
    private static final float GELU_FAR = 14.41f;
    private static final int GELU_FAR_BITS = Float.floatToRawIntBits(GELU_FAR);

    private static final int ERF_FAR_BITS = Float.floatToRawIntBits(4.2f);
    private static final float DENSITY = (float) (Exponential.UNSCALED / Math.sqrt(2 * Math.PI)); // of the normal distribution at 0
    private static final float DENSITY_LOST = (float) (DENSITY * (Exponential.LOG2_E * Math.log(2) - 1) / 2); // of it, for each unit of z²: the constant of s is rounded
    private static final float HALF_LOG2_E = Exponential.LOG2_E / 2;

    private ErrorFunction() {}

    /** 1 - erfc(|x|) with the sign of x (error of the fit 6e-8 of erfc), and x V(x²) where that would lose digits (1e-9). */
    static void erf(float[] a, int ao, float[] y, int yo, int n) {
        FloatVector round = FloatVector.broadcast(F, Exponential.ROUND_BIASED);
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector z = x.reinterpretAsInts().and(Exponential.MAGNITUDE).min(ERF_FAR_BITS).reinterpretAsFloats();
            FloatVector s = z.mul(z);
            FloatVector shifted = s.fma(FloatVector.broadcast(F, -Exponential.LOG2_E), round);
            FloatVector r = s.fma(FloatVector.broadcast(F, -Exponential.LOG2_E), round.sub(shifted));
            FloatVector square = r.mul(r);
            FloatVector e = r.fma(FloatVector.broadcast(F, Exponential.C6), FloatVector.broadcast(F, Exponential.C5));
            e = e.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C4), FloatVector.broadcast(F, Exponential.C3)));
            e = e.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C2), FloatVector.broadcast(F, Exponential.C1)));
            e = e.fma(r, FloatVector.broadcast(F, 1));
            e = e.mul(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector p = z.fma(FloatVector.broadcast(F, -7.04216387e-5f), FloatVector.broadcast(F, 0.241881779f));
            p = p.fma(z, FloatVector.broadcast(F, 0.746781700f));
            p = p.fma(z, FloatVector.broadcast(F, 1.00115285f));
            FloatVector q = z.fma(FloatVector.broadcast(F, 0.42626931f), FloatVector.broadcast(F, 1.34481751f));
            q = q.fma(z, FloatVector.broadcast(F, 1.88237999f));
            q = q.fma(z, FloatVector.broadcast(F, 1));
            FloatVector far = p.div(q).fma(e.neg(), FloatVector.broadcast(F, 1));
            far = far.reinterpretAsInts().or(x.reinterpretAsInts().and(SIGN_BIT)).reinterpretAsFloats();
            s = x.mul(x);
            FloatVector v = s.fma(FloatVector.broadcast(F, -1.021674780e-5f), FloatVector.broadcast(F, 1.145173665e-4f));
            v = v.fma(s, FloatVector.broadcast(F, -8.508544997e-4f));
            v = v.fma(s, FloatVector.broadcast(F, 5.222611129e-3f));
            v = v.fma(s, FloatVector.broadcast(F, -2.686594613e-2f));
            v = v.fma(s, FloatVector.broadcast(F, 1.128379032e-1f));
            v = v.fma(s, FloatVector.broadcast(F, -3.761263788e-1f));
            v = v.fma(s, FloatVector.broadcast(F, 1.128379167f)).mul(x);
            v.blend(far, z.compare(VectorOperators.GE, 0.9f)).blend(x, x.test(VectorOperators.IS_NAN)).intoArray(y, yo + i);
        }
    }

    /**
     * |x| · (-h or 1 - h by the sign of x), where h is half of erfc(|x|/√2) (error of the fit 4e-8). The rounding error of z² is carried along,
     * since the exponential would magnify it, and a factor 2^24 of the power up to the product, so that denormal results come out right.
     */
    static void geluErf(float[] a, int ao, float[] y, int yo, int n) {
        FloatVector round = FloatVector.broadcast(F, Exponential.ROUND_SCALED);
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector z = x.reinterpretAsInts().and(Exponential.MAGNITUDE).min(GELU_FAR_BITS).reinterpretAsFloats();
            FloatVector s = z.mul(z);
            FloatVector lost = z.fma(z.neg(), s);
            FloatVector shifted = s.fma(FloatVector.broadcast(F, -HALF_LOG2_E), round);
            FloatVector r = s.fma(FloatVector.broadcast(F, -HALF_LOG2_E), round.sub(shifted));
            r = lost.fma(FloatVector.broadcast(F, HALF_LOG2_E), r);
            FloatVector square = r.mul(r);
            FloatVector e = r.fma(FloatVector.broadcast(F, Exponential.C6), FloatVector.broadcast(F, Exponential.C5));
            e = e.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C4), FloatVector.broadcast(F, Exponential.C3)));
            e = e.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C2), FloatVector.broadcast(F, Exponential.C1)));
            e = e.fma(r, FloatVector.broadcast(F, 1));
            e = e.mul(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector p = z.fma(FloatVector.broadcast(F, -0.004380422f * Exponential.UNSCALED), FloatVector.broadcast(F, -0.042463623f * Exponential.UNSCALED));
            p = p.fma(z, FloatVector.broadcast(F, -0.18876445f * Exponential.UNSCALED));
            p = p.fma(z, FloatVector.broadcast(F, -0.44595796f * Exponential.UNSCALED));
            p = p.fma(z, FloatVector.broadcast(F, -0.5f * Exponential.UNSCALED));
            FloatVector q = z.fma(FloatVector.broadcast(F, 0.01098013f), FloatVector.broadcast(F, 0.10644256f));
            q = q.fma(z, FloatVector.broadcast(F, 0.48405367f));
            q = q.fma(z, FloatVector.broadcast(F, 1.2257888f));
            q = q.fma(z, FloatVector.broadcast(F, 1.689801f));
            q = q.fma(z, FloatVector.broadcast(F, 1));
            FloatVector one = FloatVector.zero(F).blend(1, x.compare(VectorOperators.GE, 0));
            x.abs().mul(p.div(q).fma(e, one)).intoArray(y, yo + i);
        }
    }

    /**
     * 1 + (z φ(z) - h) for x ≥ 0 and -(z φ(z) - h) for x < 0, with z = |x| and h half of erfc(z/√2): both are multiples of the power that {@link #geluErf} takes. Near the zero at
     * x = -0.75 they cancel.
     */
    static void geluErfDerivative(float[] a, int ao, float[] y, int yo, int n) {
        FloatVector round = FloatVector.broadcast(F, Exponential.ROUND_SCALED);
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector z = x.reinterpretAsInts().and(Exponential.MAGNITUDE).min(GELU_FAR_BITS).reinterpretAsFloats();
            FloatVector s = z.mul(z);
            FloatVector lost = z.fma(z.neg(), s);
            FloatVector shifted = s.fma(FloatVector.broadcast(F, -HALF_LOG2_E), round);
            FloatVector r = s.fma(FloatVector.broadcast(F, -HALF_LOG2_E), round.sub(shifted));
            r = lost.fma(FloatVector.broadcast(F, HALF_LOG2_E), r);
            FloatVector square = r.mul(r);
            FloatVector e = r.fma(FloatVector.broadcast(F, Exponential.C6), FloatVector.broadcast(F, Exponential.C5));
            e = e.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C4), FloatVector.broadcast(F, Exponential.C3)));
            e = e.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C2), FloatVector.broadcast(F, Exponential.C1)));
            e = e.fma(r, FloatVector.broadcast(F, 1));
            e = e.mul(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            e = e.blend(0, z.compare(VectorOperators.GE, GELU_FAR)); // z φ(z) is not yet below the smallest float there
            FloatVector p = z.fma(FloatVector.broadcast(F, -0.004380422f * Exponential.UNSCALED), FloatVector.broadcast(F, -0.042463623f * Exponential.UNSCALED));
            p = p.fma(z, FloatVector.broadcast(F, -0.18876445f * Exponential.UNSCALED));
            p = p.fma(z, FloatVector.broadcast(F, -0.44595796f * Exponential.UNSCALED));
            p = p.fma(z, FloatVector.broadcast(F, -0.5f * Exponential.UNSCALED));
            FloatVector q = z.fma(FloatVector.broadcast(F, 0.01098013f), FloatVector.broadcast(F, 0.10644256f));
            q = q.fma(z, FloatVector.broadcast(F, 0.48405367f));
            q = q.fma(z, FloatVector.broadcast(F, 1.2257888f));
            q = q.fma(z, FloatVector.broadcast(F, 1.689801f));
            q = q.fma(z, FloatVector.broadcast(F, 1));
            FloatVector t = s.fma(FloatVector.broadcast(F, DENSITY_LOST), FloatVector.broadcast(F, DENSITY)).fma(z, p.div(q));
            FloatVector one = FloatVector.zero(F).blend(1, x.compare(VectorOperators.GE, 0));
            t = t.neg().blend(t, x.compare(VectorOperators.GE, 0));
            t.fma(e, one).blend(x, x.test(VectorOperators.IS_NAN)).intoArray(y, yo + i);
        }
    }
}
