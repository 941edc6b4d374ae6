package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Sine and cosine over whole vectors: n is a multiple of the vector length.
 *
 * <p>x = k π/2 + r with |r| ≤ π/4. π/2 is taken in three floats; up to 2e5 rad the first fused step is exact and the other two bring r to
 * full precision (Cody and Waite). Larger elements are left to {@link Math}.
 */
final class Trigonometry {
    private static final float TWO_OVER_PI = 6.366197467e-1f;
    private static final float HALF_PI_1 = 1.570796371f;
    private static final float HALF_PI_2 = -4.371138829e-8f;
    private static final float HALF_PI_3 = -1.715124510e-15f;
    private static final float FAR = 2e5f;
    private static final int SAVED = 3 * W; // where the arguments are kept, since y may be their own run

    private Trigonometry() {}

    static void sin(float[] a, int ao, float[] y, int yo, int n) {
        quadrants(0, a, ao, y, yo, n);
    }

    static void cos(float[] a, int ao, float[] y, int yo, int n) {
        quadrants(1, a, ao, y, yo, n);
    }

    /** sin(x + turn π/2). */
    private static void quadrants(int turn, float[] a, int ao, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += W) {
            FloatVector x = FloatVector.fromArray(F, a, ao + i);
            boolean far = x.abs().compare(VectorOperators.GT, FAR).anyTrue();
            if (far) {
                x.intoArray(Scratch.own().tail, SAVED);
            }
            FloatVector shifted = x.mul(TWO_OVER_PI).add(Exponential.ROUND);
            FloatVector k = shifted.sub(Exponential.ROUND);
            IntVector quadrant = shifted.reinterpretAsInts().add(turn);
            FloatVector r = k.fma(FloatVector.broadcast(F, -HALF_PI_1), x);
            r = k.fma(FloatVector.broadcast(F, -HALF_PI_2), r);
            r = k.fma(FloatVector.broadcast(F, -HALF_PI_3), r);
            FloatVector s = r.mul(r);
            FloatVector sine = s.fma(FloatVector.broadcast(F, 2.723757689e-6f), FloatVector.broadcast(F, -1.983998955e-4f));
            sine = sine.fma(s, FloatVector.broadcast(F, 8.333331905e-3f));
            sine = sine.fma(s, FloatVector.broadcast(F, -1.666666716e-1f)).mul(s).fma(r, r);
            FloatVector cosine = s.fma(FloatVector.broadcast(F, 2.453775051e-5f), FloatVector.broadcast(F, -1.388825476e-3f));
            cosine = cosine.fma(s, FloatVector.broadcast(F, 4.166666418e-2f)).mul(s);
            cosine = cosine.sub(0.5f).fma(s, FloatVector.broadcast(F, 1));
            FloatVector result = sine.blend(cosine, quadrant.and(1).compare(VectorOperators.EQ, 1).cast(F));
            IntVector sign = quadrant.and(2).lanewise(VectorOperators.LSHL, 30);
            result.reinterpretAsInts().lanewise(VectorOperators.XOR, sign).reinterpretAsFloats().intoArray(y, yo + i);
            if (far) {
                replaceFar(turn, Scratch.own().tail, y, yo + i);
            }
        }
    }

    private static void replaceFar(int turn, float[] saved, float[] y, int yo) {
        for (int i = 0; i < W; i++) {
            float x = saved[SAVED + i];
            if (Math.abs(x) > FAR) {
                y[yo + i] = (float) (turn == 0 ? Math.sin(x) : Math.cos(x));
            }
        }
    }
}
