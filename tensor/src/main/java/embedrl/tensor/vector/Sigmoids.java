package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.UnaryLoops.SIGN_BIT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The logistic family over whole vectors: n is a multiple of the vector length. Each function is a quotient of e^-z with z ≥ 0, as
 * {@link Exponential} tells, that loses no digits for either sign of x. Where z loses a NaN, a factor x brings it back. The polynomial is
 * taken in pairs of terms: the longest chain of dependent instructions is what a loop takes.
 */
final class Sigmoids {
    private static final float GELU_SCALE = (float) (2 * Math.sqrt(2 / Math.PI)); // tanh(u) = 2 sigmoid(2u) - 1
    private static final float GELU_CUBIC = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

    private Sigmoids() {}

    /** (1 or e^-|x| by the sign of x) / (1 + e^-|x|). */
    static void sigmoid(float[] a, int ao, float[] y, int yo, int n) {
        FloatVector round = FloatVector.broadcast(F, Exponential.ROUND_SCALED);
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector z = x.reinterpretAsInts().and(Exponential.MAGNITUDE).min(Exponential.FAR_BITS).reinterpretAsFloats();
            FloatVector shifted = z.fma(FloatVector.broadcast(F, -Exponential.LOG2_E), round);
            FloatVector r = z.fma(FloatVector.broadcast(F, -Exponential.LOG2_E), round.sub(shifted));
            r = z.fma(FloatVector.broadcast(F, -Exponential.LOG2_E_LOW), r);
            FloatVector square = r.mul(r);
            FloatVector p = r.fma(FloatVector.broadcast(F, Exponential.C6), FloatVector.broadcast(F, Exponential.C5));
            p = p.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C4), FloatVector.broadcast(F, Exponential.C3)));
            p = p.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C2), FloatVector.broadcast(F, Exponential.C1)));
            p = p.fma(r, FloatVector.broadcast(F, 1));
            p = p.mul(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats()).mul(Exponential.UNSCALED);
            FloatVector above = p.blend(1, x.compare(VectorOperators.GE, 0)).div(p.add(1));
            above.blend(x, x.test(VectorOperators.IS_NAN)).intoArray(y, yo + i);
        }
    }

    /** x · sigmoid(x). */
    static void silu(float[] a, int ao, float[] y, int yo, int n) {
        FloatVector round = FloatVector.broadcast(F, Exponential.ROUND_SCALED);
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector z = x.reinterpretAsInts().and(Exponential.MAGNITUDE).min(Exponential.FAR_BITS).reinterpretAsFloats();
            FloatVector shifted = z.fma(FloatVector.broadcast(F, -Exponential.LOG2_E), round);
            FloatVector r = z.fma(FloatVector.broadcast(F, -Exponential.LOG2_E), round.sub(shifted));
            r = z.fma(FloatVector.broadcast(F, -Exponential.LOG2_E_LOW), r);
            FloatVector square = r.mul(r);
            FloatVector p = r.fma(FloatVector.broadcast(F, Exponential.C6), FloatVector.broadcast(F, Exponential.C5));
            p = p.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C4), FloatVector.broadcast(F, Exponential.C3)));
            p = p.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C2), FloatVector.broadcast(F, Exponential.C1)));
            p = p.fma(r, FloatVector.broadcast(F, 1));
            p = p.mul(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats()).mul(Exponential.UNSCALED);
            FloatVector above = x.mul(p, x.compare(VectorOperators.LT, 0));
            above.div(p.add(1)).intoArray(y, yo + i);
        }
    }

    /** x sigmoid(2u), which is x/2 (1 + tanh u), for the cubic u of the definition. */
    static void geluTanh(float[] a, int ao, float[] y, int yo, int n) {
        FloatVector round = FloatVector.broadcast(F, Exponential.ROUND_SCALED);
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector twice = x.mul(x).fma(FloatVector.broadcast(F, GELU_CUBIC), FloatVector.broadcast(F, GELU_SCALE)).mul(x);
            FloatVector z = twice.reinterpretAsInts().and(Exponential.MAGNITUDE).min(Exponential.FAR_BITS).reinterpretAsFloats();
            FloatVector shifted = z.fma(FloatVector.broadcast(F, -Exponential.LOG2_E), round);
            FloatVector r = z.fma(FloatVector.broadcast(F, -Exponential.LOG2_E), round.sub(shifted));
            r = z.fma(FloatVector.broadcast(F, -Exponential.LOG2_E_LOW), r);
            FloatVector square = r.mul(r);
            FloatVector p = r.fma(FloatVector.broadcast(F, Exponential.C6), FloatVector.broadcast(F, Exponential.C5));
            p = p.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C4), FloatVector.broadcast(F, Exponential.C3)));
            p = p.fma(square, r.fma(FloatVector.broadcast(F, Exponential.C2), FloatVector.broadcast(F, Exponential.C1)));
            p = p.fma(r, FloatVector.broadcast(F, 1));
            p = p.mul(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats()).mul(Exponential.UNSCALED);
            FloatVector above = x.mul(p, x.compare(VectorOperators.LT, 0));
            above.div(p.add(1)).intoArray(y, yo + i);
        }
    }

    /** (1 - e^-2|x|) / (1 + e^-2|x|) with the sign of x, and x (1 + x² P(x²)) where that would lose digits (fit, error 6e-10). */
    static void tanh(float[] a, int ao, float[] y, int yo, int n) {
        float[] e = Scratch.own().chunk;
        for (int start = 0; start < n; start += e.length) {
            int count = Math.min(e.length, n - start);
            for (int i = 0; i < count; i += W) {
                FloatVector.fromArray(F, a, ao + start + i).abs().mul(-2).intoArray(e, i);
            }
            Exponential.exp(e, 0, e, 0, count);
            tanhOf(e, a, ao + start, y, yo + start, count);
        }
    }

    private static void tanhOf(float[] e, float[] a, int ao, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, e, i);
            FloatVector large = FloatVector.broadcast(F, 1).sub(v).div(v.add(1));
            large = large.reinterpretAsInts().or(x.reinterpretAsInts().and(SIGN_BIT)).reinterpretAsFloats();
            FloatVector s = x.mul(x);
            FloatVector p = s.fma(FloatVector.broadcast(F, 2.292744815e-3f), FloatVector.broadcast(F, -8.343945257e-3f));
            p = p.fma(s, FloatVector.broadcast(F, 2.176891826e-2f));
            p = p.fma(s, FloatVector.broadcast(F, -5.395925790e-2f));
            p = p.fma(s, FloatVector.broadcast(F, 1.333330423e-1f));
            p = p.fma(s, FloatVector.broadcast(F, -3.333333433e-1f));
            FloatVector small = p.fma(s, FloatVector.broadcast(F, 1)).mul(x);
            large.blend(small, x.abs().compare(VectorOperators.LT, 0.625f)).intoArray(y, yo + i);
        }
    }
}
