package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.FloatVector;

/** Rotary positions in the half-split form. */
public final class Rotary {
    private Rotary() {}

    /**
     * For positions from (inclusive) to (exclusive), each with {@code heads} heads of two halves (u, v): y = (u cos - v sin, v cos + u sin).
     * x and y are [positions, heads, 2 · half], cos and sin [positions, half]; inverse turns the other way.
     */
    public static void rotate(float[] x, int xo, float[] cos, int co, float[] sin, int so, float[] y, int yo, int heads, int half, boolean inverse,
            int from, int to) {
        float sign = inverse ? -1 : 1;
        for (int p = from; p < to; p++) {
            for (int h = 0; h < heads; h++) {
                int at = (p * heads + h) * 2 * half;
                head(x, xo + at, cos, co + p * half, sin, so + p * half, y, yo + at, half, sign);
            }
        }
    }

    private static void head(float[] x, int xo, float[] cos, int co, float[] sin, int so, float[] y, int yo, int half, float sign) {
        int i = 0;
        for (; i < Lanes.floor(half); i += W) {
            FloatVector u = FloatVector.fromArray(F, x, xo + i);
            FloatVector v = FloatVector.fromArray(F, x, xo + half + i);
            FloatVector c = FloatVector.fromArray(F, cos, co + i);
            FloatVector s = FloatVector.fromArray(F, sin, so + i).mul(sign);
            u.mul(c).sub(v.mul(s)).intoArray(y, yo + i);
            v.mul(c).add(u.mul(s)).intoArray(y, yo + half + i);
        }
        for (; i < half; i++) {
            float u = x[xo + i];
            float v = x[xo + half + i];
            float c = cos[co + i];
            float s = sin[so + i] * sign;
            y[yo + i] = u * c - v * s;
            y[yo + half + i] = v * c + u * s;
        }
    }
}
