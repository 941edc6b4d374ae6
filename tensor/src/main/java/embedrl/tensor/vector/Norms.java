package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.SWAP1;
import static embedrl.tensor.vector.Lanes.SWAP2;
import static embedrl.tensor.vector.Lanes.SWAP4;
import static embedrl.tensor.vector.Lanes.SWAP8;
import static embedrl.tensor.vector.Lanes.W;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Root-mean-square and layer normalization of rows of C contiguous elements; each method handles rows from (inclusive) to (exclusive).
 * The gradients of weight and bias over these rows go to one slot of C elements each; the caller adds the slots of fixed runs of rows.
 */
public final class Norms {
    private Norms() {}

    /** y = x · r · w with r = 1 / √(mean(x²) + ε); r goes to inverse[row]. */
    public static void rms(float[] x, int xo, float[] w, int wo, float epsilon, float[] y, int yo, float[] inverse, int io, int columns, int from,
            int to) {
        for (int row = from; row < to; row++) {
            int at = xo + row * columns;
            float r = (float) (1 / Math.sqrt((double) squares(x, at, 0, columns) / columns + epsilon));
            inverse[io + row] = r;
            affine(x, at, 0, r, w, wo, null, 0, y, yo + row * columns, columns);
        }
    }

    /** dx = r (dy w - x r² mean(dy w x)); dw = sum over rows of dy x r. */
    public static void rmsGradient(float[] x, int xo, float[] w, int wo, float[] inverse, int io, float[] dy, int dyo, float[] dx, int dxo,
            float[] dw, int dwo, int columns, int from, int to) {
        Arrays.fill(dw, dwo, dwo + columns, 0);
        for (int row = from; row < to; row++) {
            int at = row * columns;
            float r = inverse[io + row];
            float dot = product(dy, dyo + at, w, wo, x, xo + at, 0, columns);
            float c = (float) (-(double) r * r * dot / columns);
            gradient(x, xo + at, 0, r, w, wo, dy, dyo + at, 0, c, dx, dxo + at, columns);
            addProduct(x, xo + at, 0, r, dy, dyo + at, dw, dwo, columns);
        }
    }

    /** y = (x - mean) · r · w + b with r = 1 / √(variance + ε), the variance being the mean square; mean and r go to their rows. */
    public static void layer(float[] x, int xo, float[] w, int wo, float[] b, int bo, float epsilon, float[] y, int yo, float[] mean, int mo,
            float[] inverse, int io, int columns, int from, int to) {
        for (int row = from; row < to; row++) {
            int at = xo + row * columns;
            float m = (float) (Reductions.sum(x, at, columns) / columns);
            float r = (float) (1 / Math.sqrt((double) squares(x, at, m, columns) / columns + epsilon));
            mean[mo + row] = m;
            inverse[io + row] = r;
            affine(x, at, m, r, w, wo, b, bo, y, yo + row * columns, columns);
        }
    }

    /** With n = (x - mean) r and g = dy w: dx = r (g - mean(g) - n mean(g n)); dw = sum of dy n; db = sum of dy. */
    public static void layerGradient(float[] x, int xo, float[] w, int wo, float[] mean, int mo, float[] inverse, int io, float[] dy, int dyo,
            float[] dx, int dxo, float[] dw, int dwo, float[] db, int dbo, int columns, int from, int to) {
        Arrays.fill(dw, dwo, dwo + columns, 0);
        Arrays.fill(db, dbo, dbo + columns, 0);
        for (int row = from; row < to; row++) {
            int at = row * columns;
            float m = mean[mo + row];
            float r = inverse[io + row];
            float dot = product(dy, dyo + at, w, wo, x, xo + at, m, columns);
            float sum = Gemv.dot(dy, dyo + at, w, wo, columns);
            float c = (float) (-(double) r * r * dot / columns);
            gradient(x, xo + at, m, r, w, wo, dy, dyo + at, -sum / columns, c, dx, dxo + at, columns);
            addProduct(x, xo + at, m, r, dy, dyo + at, dw, dwo, columns);
            VectorMath.binary(embedrl.tensor.BinaryKind.ADD, db, dbo, dy, dyo + at, db, dbo, columns);
        }
    }

    /** Sum of (x - m)². */
    private static float squares(float[] x, int xo, float m, int n) {
        FloatVector s = FloatVector.zero(F);
        FloatVector t = FloatVector.zero(F);
        int i = 0;
        for (; i + 2 * W <= n; i += 2 * W) {
            FloatVector u = FloatVector.fromArray(F, x, xo + i).sub(m);
            FloatVector v = FloatVector.fromArray(F, x, xo + i + W).sub(m);
            s = u.fma(u, s);
            t = v.fma(v, t);
        }
        s = FloatVector.broadcast(F, -0f).add(s).add(t); // see NarrowDots
        s = s.add(s.rearrange(SWAP1));
        s = s.add(s.rearrange(SWAP2));
        s = W >= 8 ? s.add(s.rearrange(SWAP4)) : s;
        s = W >= 16 ? s.add(s.rearrange(SWAP8)) : s;
        float sum = s.lane(0);
        for (; i < n; i++) {
            sum = Math.fma(x[xo + i] - m, x[xo + i] - m, sum);
        }
        return sum;
    }

    /** Sum of a · b · (x - m). */
    private static float product(float[] a, int ao, float[] b, int bo, float[] x, int xo, float m, int n) {
        FloatVector s = FloatVector.zero(F);
        int i = 0;
        for (; i < Lanes.floor(n); i += W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i).mul(FloatVector.fromArray(F, b, bo + i));
            s = u.fma(FloatVector.fromArray(F, x, xo + i).sub(m), s);
        }
        s = FloatVector.broadcast(F, -0f).add(s);
        s = s.add(s.rearrange(SWAP1));
        s = s.add(s.rearrange(SWAP2));
        s = W >= 8 ? s.add(s.rearrange(SWAP4)) : s;
        s = W >= 16 ? s.add(s.rearrange(SWAP8)) : s;
        float sum = s.lane(0);
        for (; i < n; i++) {
            sum = Math.fma(a[ao + i] * b[bo + i], x[xo + i] - m, sum);
        }
        return sum;
    }

    /** y = (x - m) r w (+ b). */
    private static void affine(float[] x, int xo, float m, float r, float[] w, int wo, float[] b, int bo, float[] y, int yo, int n) {
        int i = 0;
        for (; i < Lanes.floor(n); i += W) {
            FloatVector v = FloatVector.fromArray(F, x, xo + i).sub(m).mul(r);
            FloatVector u = FloatVector.fromArray(F, w, wo + i);
            v = b == null ? v.mul(u) : v.fma(u, FloatVector.fromArray(F, b, bo + i));
            v.intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            float v = (x[xo + i] - m) * r;
            y[yo + i] = b == null ? v * w[wo + i] : Math.fma(v, w[wo + i], b[bo + i]);
        }
    }

    /** dx = r (dy w + shift + c (x - m)). */
    private static void gradient(float[] x, int xo, float m, float r, float[] w, int wo, float[] dy, int dyo, float shift, float c, float[] dx,
            int dxo, int n) {
        FloatVector factor = FloatVector.broadcast(F, c);
        FloatVector plus = FloatVector.broadcast(F, shift);
        int i = 0;
        for (; i < Lanes.floor(n); i += W) {
            FloatVector v = FloatVector.fromArray(F, x, xo + i).sub(m).fma(factor, plus);
            v = FloatVector.fromArray(F, dy, dyo + i).fma(FloatVector.fromArray(F, w, wo + i), v);
            v.mul(r).intoArray(dx, dxo + i);
        }
        for (; i < n; i++) {
            dx[dxo + i] = r * Math.fma(dy[dyo + i], w[wo + i], Math.fma(x[xo + i] - m, c, shift));
        }
    }

    /** y += (x - m) r dy. */
    private static void addProduct(float[] x, int xo, float m, float r, float[] dy, int dyo, float[] y, int yo, int n) {
        int i = 0;
        for (; i < Lanes.floor(n); i += W) {
            FloatVector v = FloatVector.fromArray(F, x, xo + i).sub(m).mul(r);
            v.fma(FloatVector.fromArray(F, dy, dyo + i), FloatVector.fromArray(F, y, yo + i)).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = Math.fma((x[xo + i] - m) * r, dy[dyo + i], y[yo + i]);
        }
    }
}
