package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.UnaryLoops.SIGN_BIT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The error function and the GELU made of it, over whole vectors: n is a multiple of the vector length.
 *
 * <p>For z ≥ 0, erfc(z) = e^(-z²) t W(t) with t = 1 / (1 + 0.33 z) and W of degree 9 (Chebyshev fit, error 2e-8). The rounding error of
 * z² is carried along, since the exponential would magnify it. Near zero, erf(x) = x V(x²) keeps the digits that 1 - erfc loses.
 */
final class ErrorFunction {
    /** From here on erfc(z) is below the smallest float. */
    private static final float FAR = 11;

    private static final float ROOT_HALF = (float) Math.sqrt(0.5);

    private ErrorFunction() {}

    static void erf(float[] a, int ao, float[] y, int yo, int n) {
        float[] c = Scratch.own().chunk;
        for (int start = 0; start < n; start += c.length) {
            int count = Math.min(c.length, n - start);
            complement(a, ao + start, 1, 1, c, count);
            for (int i = 0; i < count; i += W) {
                FloatVector x = FloatVector.fromArray(F, a, ao + start + i);
                FloatVector far = FloatVector.broadcast(F, 1).sub(FloatVector.fromArray(F, c, i));
                far = far.reinterpretAsInts().or(x.reinterpretAsInts().and(SIGN_BIT)).reinterpretAsFloats();
                FloatVector s = x.mul(x);
                FloatVector v = s.fma(FloatVector.broadcast(F, -1.021674780e-5f), FloatVector.broadcast(F, 1.145173665e-4f));
                v = v.fma(s, FloatVector.broadcast(F, -8.508544997e-4f));
                v = v.fma(s, FloatVector.broadcast(F, 5.222611129e-3f));
                v = v.fma(s, FloatVector.broadcast(F, -2.686594613e-2f));
                v = v.fma(s, FloatVector.broadcast(F, 1.128379032e-1f));
                v = v.fma(s, FloatVector.broadcast(F, -3.761263788e-1f));
                v = v.fma(s, FloatVector.broadcast(F, 1.128379167f)).mul(x);
                far.blend(v, x.abs().compare(VectorOperators.LT, 0.9f)).intoArray(y, yo + start + i);
            }
        }
    }

    /** x/2 erfc(|x|/√2) for x < 0, x - that for x ≥ 0. */
    static void geluErf(float[] a, int ao, float[] y, int yo, int n) {
        float[] c = Scratch.own().chunk;
        for (int start = 0; start < n; start += c.length) {
            int count = Math.min(c.length, n - start);
            complement(a, ao + start, ROOT_HALF, 0.5f, c, count);
            for (int i = 0; i < count; i += W) {
                FloatVector x = FloatVector.fromArray(F, a, ao + start + i);
                FloatVector part = FloatVector.fromArray(F, c, i).mul(0.5f);
                FloatVector upper = FloatVector.broadcast(F, 1).sub(part);
                x.mul(upper.blend(part, x.compare(VectorOperators.LT, 0))).intoArray(y, yo + start + i);
            }
        }
    }

    /** c = erfc(|x| · scale), where square = scale², both exact enough that z² = x² · square. */
    private static void complement(float[] a, int ao, float scale, float square, float[] c, int n) {
        float far = FAR / scale;
        for (int i = 0; i < n; i += W) {
            FloatVector z = FloatVector.fromArray(F, a, ao + i).abs();
            z = z.blend(far, z.compare(VectorOperators.GT, far));
            z.mul(z).mul(-square).intoArray(c, i);
        }
        Exponential.exp(c, 0, c, 0, n);
        for (int i = 0; i < n; i += W) {
            FloatVector z = FloatVector.fromArray(F, a, ao + i).abs();
            z = z.blend(far, z.compare(VectorOperators.GT, far));
            FloatVector lost = z.fma(z, z.mul(z).neg()).mul(-square);
            FloatVector e = FloatVector.fromArray(F, c, i);
            e = e.fma(lost, e);
            FloatVector t = FloatVector.broadcast(F, 1).div(z.mul(0.33f * scale).add(1));
            FloatVector w = t.fma(FloatVector.broadcast(F, 5.539082363e-2f), FloatVector.broadcast(F, -3.005971909e-1f));
            w = w.fma(t, FloatVector.broadcast(F, 5.711449385e-1f));
            w = w.fma(t, FloatVector.broadcast(F, -4.819304347e-1f));
            w = w.fma(t, FloatVector.broadcast(F, 4.331574738e-1f));
            w = w.fma(t, FloatVector.broadcast(F, -1.344990544e-2f));
            w = w.fma(t, FloatVector.broadcast(F, 1.937186569e-1f));
            w = w.fma(t, FloatVector.broadcast(F, 1.696062088e-1f));
            w = w.fma(t, FloatVector.broadcast(F, 1.868025959e-1f));
            w = w.fma(t, FloatVector.broadcast(F, 1.861568391e-1f));
            w.mul(t).mul(e).intoArray(c, i);
        }
    }
}
