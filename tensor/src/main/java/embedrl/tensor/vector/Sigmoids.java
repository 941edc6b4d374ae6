package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.UnaryLoops.SIGN_BIT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The logistic family over whole vectors: n is a multiple of the vector length. Each function takes three passes over a chunk: an argument
 * z ≥ 0, e^-z, and a quotient of it that loses no digits for either sign of x.
 */
final class Sigmoids {
    private static final float GELU_SCALE = (float) (2 * Math.sqrt(2 / Math.PI)); // tanh(u) = 2 sigmoid(2u) - 1
    private static final float GELU_CUBIC = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);

    private Sigmoids() {}

    static void sigmoid(float[] a, int ao, float[] y, int yo, int n) {
        float[] e = Scratch.own().chunk;
        for (int start = 0; start < n; start += e.length) {
            int count = Math.min(e.length, n - start);
            minusAbs(a, ao + start, 1, e, count);
            Exponential.exp(e, 0, e, 0, count);
            for (int i = 0; i < count; i += W) {
                FloatVector x = FloatVector.fromArray(F, a, ao + start + i);
                FloatVector v = FloatVector.fromArray(F, e, i);
                FloatVector above = FloatVector.broadcast(F, 1).blend(v, x.compare(VectorOperators.LT, 0));
                above.div(v.add(1)).intoArray(y, yo + start + i);
            }
        }
    }

    static void silu(float[] a, int ao, float[] y, int yo, int n) {
        float[] e = Scratch.own().chunk;
        for (int start = 0; start < n; start += e.length) {
            int count = Math.min(e.length, n - start);
            minusAbs(a, ao + start, 1, e, count);
            gated(e, a, ao + start, y, yo + start, count);
        }
    }

    /** x sigmoid(2u), which is x/2 (1 + tanh u), for the cubic u of the definition. */
    static void geluTanh(float[] a, int ao, float[] y, int yo, int n) {
        float[] e = Scratch.own().chunk;
        for (int start = 0; start < n; start += e.length) {
            int count = Math.min(e.length, n - start);
            for (int i = 0; i < count; i += W) {
                FloatVector x = FloatVector.fromArray(F, a, ao + start + i);
                FloatVector factor = x.mul(x).fma(FloatVector.broadcast(F, GELU_CUBIC), FloatVector.broadcast(F, GELU_SCALE));
                x.mul(factor).abs().neg().intoArray(e, i);
            }
            gated(e, a, ao + start, y, yo + start, count);
        }
    }

    /** y = x · (1 or e^-z by the sign of x) / (1 + e^-z), with -z in e. */
    private static void gated(float[] e, float[] a, int ao, float[] y, int yo, int n) {
        Exponential.exp(e, 0, e, 0, n);
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            FloatVector v = FloatVector.fromArray(F, e, i);
            FloatVector above = x.mul(v, x.compare(VectorOperators.LT, 0));
            above.div(v.add(1)).intoArray(y, yo + i);
        }
    }

    /** (1 - e^-2|x|) / (1 + e^-2|x|) with the sign of x, and x (1 + x² P(x²)) where that would lose digits (fit, error 6e-10). */
    static void tanh(float[] a, int ao, float[] y, int yo, int n) {
        float[] e = Scratch.own().chunk;
        for (int start = 0; start < n; start += e.length) {
            int count = Math.min(e.length, n - start);
            minusAbs(a, ao + start, 2, e, count);
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

    private static void minusAbs(float[] a, int ao, float factor, float[] e, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector.fromArray(F, a, ao + i).abs().mul(-factor).intoArray(e, i);
        }
    }
}
