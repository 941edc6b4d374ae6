package embedrl.tensor.vector;

import static embedrl.tensor.vector.LaneSums.ODD;
import static embedrl.tensor.vector.LaneSums.SECOND;
import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.SWAP1;
import static embedrl.tensor.vector.Lanes.SWAP2;
import static embedrl.tensor.vector.Lanes.SWAP4;
import static embedrl.tensor.vector.Lanes.SWAP8;
import static embedrl.tensor.vector.Lanes.W;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Products of a vector with a matrix, bound by the speed at which the matrix streams through the cache. */
final class Gemv {
    private Gemv() {}

    /** y[j * ys] (+)= x[k] . B[j, k] for {@code rows} rows of B, {@code stride} apart; x is contiguous. */
    static void dots(float[] x, int xo, int k, float[] b, int bo, int stride, int rows, float[] y, int yo, int ys, boolean accumulate) {
        for (int j = 0; j < rows; j += 4) {
            dots4(x, xo, k, b, bo + j * stride, stride, Math.min(4, rows - j), y, yo + j * ys, ys, accumulate);
        }
    }

    private static void dots4(float[] x, int xo, int k, float[] b, int b0, int stride, int rows, float[] y, int yo, int ys,
            boolean accumulate) {
        int b1 = b0 + Math.min(1, rows - 1) * stride;
        int b2 = b0 + Math.min(2, rows - 1) * stride;
        int b3 = b0 + Math.min(3, rows - 1) * stride;
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        int p = 0;
        for (; p < Lanes.floor(k); p += W) {
            FloatVector v = FloatVector.fromArray(F, x, xo + p);
            s0 = v.fma(FloatVector.fromArray(F, b, b0 + p), s0);
            s1 = v.fma(FloatVector.fromArray(F, b, b1 + p), s1);
            s2 = v.fma(FloatVector.fromArray(F, b, b2 + p), s2);
            s3 = v.fma(FloatVector.fromArray(F, b, b3 + p), s3);
        }
        FloatVector none = FloatVector.broadcast(F, -0f); // see NarrowDots
        s0 = none.add(s0);
        s1 = none.add(s1);
        s2 = none.add(s2);
        s3 = none.add(s3);
        s0 = s0.blend(s1, ODD).add(s1.blend(s0, ODD).rearrange(SWAP1));
        s2 = s2.blend(s3, ODD).add(s3.blend(s2, ODD).rearrange(SWAP1));
        s0 = s0.blend(s2, SECOND).add(s2.blend(s0, SECOND).rearrange(SWAP2));
        s0 = W >= 8 ? s0.add(s0.rearrange(SWAP4)) : s0;
        s0 = W >= 16 ? s0.add(s0.rearrange(SWAP8)) : s0;
        float t0 = s0.lane(0);
        float t1 = s0.lane(1);
        float t2 = s0.lane(2);
        float t3 = s0.lane(3);
        for (; p < k; p++) {
            t0 = Math.fma(x[xo + p], b[b0 + p], t0);
            t1 = Math.fma(x[xo + p], b[b1 + p], t1);
            t2 = Math.fma(x[xo + p], b[b2 + p], t2);
            t3 = Math.fma(x[xo + p], b[b3 + p], t3);
        }
        for (int j = 0; j < rows; j++) {
            float t = j == 0 ? t0 : j == 1 ? t1 : j == 2 ? t2 : t3;
            y[yo + j * ys] = accumulate ? y[yo + j * ys] + t : t;
        }
    }

    /**
     * A vector times {@code count} rows of B in each of four streams, from b0 to b3 on, as far as whole vectors go. The sums of the four rows number j begin at {@code sums[4 * j]};
     * a vector's length behind the last ones is written too. They are added up here, as {@link LaneSums} does it, so that no call comes between short rows.
     */
    static void streams(float[] x, int xo, int k, float[] b, int b0, int b1, int b2, int b3, int count, float[] sums) {
        FloatVector none = FloatVector.broadcast(F, -0f); // see NarrowDots
        for (int j = 0; j < count; j++) {
            FloatVector s0 = FloatVector.zero(F);
            FloatVector s1 = FloatVector.zero(F);
            FloatVector s2 = FloatVector.zero(F);
            FloatVector s3 = FloatVector.zero(F);
            int at = j * k;
            for (int p = 0; p < Lanes.floor(k); p += W) {
                FloatVector v = FloatVector.fromArray(F, x, xo + p);
                s0 = v.fma(FloatVector.fromArray(F, b, b0 + at + p), s0);
                s1 = v.fma(FloatVector.fromArray(F, b, b1 + at + p), s1);
                s2 = v.fma(FloatVector.fromArray(F, b, b2 + at + p), s2);
                s3 = v.fma(FloatVector.fromArray(F, b, b3 + at + p), s3);
            }
            s0 = none.add(s0);
            s1 = none.add(s1);
            s2 = none.add(s2);
            s3 = none.add(s3);
            s0 = s0.blend(s1, ODD).add(s1.blend(s0, ODD).rearrange(SWAP1));
            s2 = s2.blend(s3, ODD).add(s3.blend(s2, ODD).rearrange(SWAP1));
            s0 = s0.blend(s2, SECOND).add(s2.blend(s0, SECOND).rearrange(SWAP2));
            s0 = W >= 8 ? s0.add(s0.rearrange(SWAP4)) : s0;
            s0 = W >= 16 ? s0.add(s0.rearrange(SWAP8)) : s0;
            s0.intoArray(sums, 4 * j);
        }
    }

    /**
     * Two vectors times four rows of B, as far as whole vectors go: the lanes of the sums of the vector at x0 are the first four in {@code lanes},
     * those at x1 the next four.
     */
    static void dots4x2(float[] x, int x0, int x1, int k, float[] b, int b0, int b1, int b2, int b3, float[] lanes) {
        FloatVector s0 = FloatVector.zero(F), t0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F), t1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F), t2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F), t3 = FloatVector.zero(F);
        for (int p = 0; p < Lanes.floor(k); p += W) {
            FloatVector v = FloatVector.fromArray(F, x, x0 + p);
            FloatVector u = FloatVector.fromArray(F, x, x1 + p);
            FloatVector w0 = FloatVector.fromArray(F, b, b0 + p);
            s0 = v.fma(w0, s0);
            t0 = u.fma(w0, t0);
            FloatVector w1 = FloatVector.fromArray(F, b, b1 + p);
            s1 = v.fma(w1, s1);
            t1 = u.fma(w1, t1);
            FloatVector w2 = FloatVector.fromArray(F, b, b2 + p);
            s2 = v.fma(w2, s2);
            t2 = u.fma(w2, t2);
            FloatVector w3 = FloatVector.fromArray(F, b, b3 + p);
            s3 = v.fma(w3, s3);
            t3 = u.fma(w3, t3);
        }
        FloatVector none = FloatVector.broadcast(F, -0f);
        none.add(s0).intoArray(lanes, 0 * W);
        none.add(s1).intoArray(lanes, 1 * W);
        none.add(s2).intoArray(lanes, 2 * W);
        none.add(s3).intoArray(lanes, 3 * W);
        none.add(t0).intoArray(lanes, 4 * W);
        none.add(t1).intoArray(lanes, 5 * W);
        none.add(t2).intoArray(lanes, 6 * W);
        none.add(t3).intoArray(lanes, 7 * W);
    }

    /** Replaces the first {@code count} vectors in an array by their sums, which become the first elements. A loop of its own: see {@link Lanes#sum}. */
    static void sums(float[] lanes, int count) {
        for (int r = 0; r < count; r++) {
            lanes[r] = Lanes.sum(lanes, r * W);
        }
    }

    /** The product of what is left of two vectors of k elements when whole vectors are done. */
    static float rest(float[] x, int xo, float[] b, int bo, int k) {
        float sum = 0;
        for (int p = Lanes.floor(k); p < k; p++) {
            sum = Math.fma(x[xo + p], b[bo + p], sum);
        }
        return sum;
    }

    /** Sum of a[i] b[i] over n elements. */
    static float dot(float[] a, int ao, float[] b, int bo, int n) {
        FloatVector s = FloatVector.zero(F);
        FloatVector t = FloatVector.zero(F);
        int i = 0;
        for (; i + 2 * W <= n; i += 2 * W) {
            s = FloatVector.fromArray(F, a, ao + i).fma(FloatVector.fromArray(F, b, bo + i), s);
            t = FloatVector.fromArray(F, a, ao + i + W).fma(FloatVector.fromArray(F, b, bo + i + W), t);
        }
        s = FloatVector.broadcast(F, -0f).add(s).add(t); // see NarrowDots
        s = s.add(s.rearrange(SWAP1));
        s = s.add(s.rearrange(SWAP2));
        s = W >= 8 ? s.add(s.rearrange(SWAP4)) : s;
        s = W >= 16 ? s.add(s.rearrange(SWAP8)) : s;
        float sum = s.lane(0);
        for (; i < n; i++) {
            sum = Math.fma(a[ao + i], b[bo + i], sum);
        }
        return sum;
    }

    /** y[n] (+)= sum over p of x[p * xs] B[p, n], rows of B {@code stride} apart; y stays in the cache while four rows at a time pass. */
    static void sweep(float[] x, int xo, int xs, int k, float[] b, int bo, int stride, int n, float[] y, int yo, boolean accumulate) {
        if (!accumulate) {
            Arrays.fill(y, yo, yo + n, 0);
        }
        int p = 0;
        for (; p + 4 <= k; p += 4) {
            int at = xo + p * xs;
            sweep4(x[at], x[at + xs], x[at + 2 * xs], x[at + 3 * xs], b, bo + p * stride, stride, n, y, yo);
        }
        for (; p < k; p++) {
            sweep1(x[xo + p * xs], b, bo + p * stride, n, y, yo);
        }
    }

    private static void sweep4(float x0, float x1, float x2, float x3, float[] b, int b0, int stride, int n, float[] y, int yo) {
        FloatVector v0 = FloatVector.broadcast(F, x0);
        FloatVector v1 = FloatVector.broadcast(F, x1);
        FloatVector v2 = FloatVector.broadcast(F, x2);
        FloatVector v3 = FloatVector.broadcast(F, x3);
        int b1 = b0 + stride;
        int b2 = b1 + stride;
        int b3 = b2 + stride;
        int j = 0;
        for (; j < Lanes.floor(n); j += W) {
            FloatVector s = v0.fma(FloatVector.fromArray(F, b, b0 + j), FloatVector.fromArray(F, y, yo + j));
            FloatVector t = v1.mul(FloatVector.fromArray(F, b, b1 + j));
            s = v2.fma(FloatVector.fromArray(F, b, b2 + j), s);
            t = v3.fma(FloatVector.fromArray(F, b, b3 + j), t);
            s.add(t).intoArray(y, yo + j);
        }
        if (j < n) {
            VectorMask<Float> inside = F.indexInRange(j, n);
            FloatVector s = v0.fma(FloatVector.fromArray(F, b, b0 + j, inside), FloatVector.fromArray(F, y, yo + j, inside));
            FloatVector t = v1.mul(FloatVector.fromArray(F, b, b1 + j, inside));
            s = v2.fma(FloatVector.fromArray(F, b, b2 + j, inside), s);
            t = v3.fma(FloatVector.fromArray(F, b, b3 + j, inside), t);
            s.add(t).intoArray(y, yo + j, inside);
        }
    }

    private static void sweep1(float x, float[] b, int bo, int n, float[] y, int yo) {
        FloatVector v = FloatVector.broadcast(F, x);
        int j = 0;
        for (; j < Lanes.floor(n); j += W) {
            v.fma(FloatVector.fromArray(F, b, bo + j), FloatVector.fromArray(F, y, yo + j)).intoArray(y, yo + j);
        }
        for (; j < n; j++) {
            y[yo + j] = Math.fma(x, b[bo + j], y[yo + j]);
        }
    }
}
