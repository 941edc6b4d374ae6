package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.SWAP1;
import static embedrl.tensor.vector.Lanes.SWAP2;
import static embedrl.tensor.vector.Lanes.SWAP4;
import static embedrl.tensor.vector.Lanes.SWAP8;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums, maxima and their places, of runs and of columns. Long runs are summed in pieces whose sums are added in double precision. What a loop carries is only ever an
 * argument: see {@link NarrowDots}.
 */
public final class Reductions {
    private static final int PIECE = 4096;

    private Reductions() {}

    /** Sum of n contiguous elements. */
    static double sum(float[] x, int xo, int n) {
        double sum = 0;
        for (int i = 0; i < n; i += PIECE) {
            sum += piece(x, xo + i, Math.min(PIECE, n - i));
        }
        return sum;
    }

    private static float piece(float[] x, int xo, int n) {
        FloatVector s = FloatVector.zero(F);
        FloatVector t = FloatVector.zero(F);
        int i = 0;
        for (; i + 2 * W <= n; i += 2 * W) {
            s = FloatVector.fromArray(F, x, xo + i).add(s);
            t = FloatVector.fromArray(F, x, xo + i + W).add(t);
        }
        s = FloatVector.broadcast(F, -0f).add(s).add(t);
        s = s.add(s.rearrange(SWAP1));
        s = s.add(s.rearrange(SWAP2));
        s = W >= 8 ? s.add(s.rearrange(SWAP4)) : s;
        s = W >= 16 ? s.add(s.rearrange(SWAP8)) : s;
        float sum = s.lane(0);
        for (; i < n; i++) {
            sum += x[xo + i];
        }
        return sum;
    }

    /** Largest of n contiguous elements; NaN where there is one, -∞ for n = 0. */
    static float maximum(float[] x, int xo, int n) {
        FloatVector m = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i < Lanes.floor(n); i += W) {
            m = FloatVector.fromArray(F, x, xo + i).max(m);
        }
        float max = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY).max(m).reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            max = Math.max(max, x[xo + i]);
        }
        return max;
    }

    /** Place of the first {@code value} among n contiguous elements, which have it. */
    private static int place(float[] x, int xo, int n, float value) {
        int i = 0;
        while (i < Lanes.floor(n) && !FloatVector.fromArray(F, x, xo + i).compare(VectorOperators.EQ, value).anyTrue()) {
            i += W;
        }
        while (x[xo + i] != value) {
            i++;
        }
        return i;
    }

    /** Place of the first of the largest of n elements {@code stride} apart, n ≥ 1; of the first NaN where there is one. */
    static int argMax(float[] x, int xo, int n, int stride) {
        float max = stride == 1 ? maximum(x, xo, n) : Float.NaN;
        if (max == max) {
            return place(x, xo, n, max);
        }
        int best = 0;
        max = x[xo];
        for (int i = 1; i < n && max == max; i++) {
            float next = x[xo + i * stride];
            if (!(next <= max)) { // larger, or NaN
                best = i;
                max = next;
            }
        }
        return best;
    }

    /** y[n] = sum of {@code rows} rows of n contiguous elements, {@code stride} apart. */
    static void sumRows(float[] x, int xo, int stride, int rows, float[] y, int yo, int n) {
        FloatVector none = FloatVector.broadcast(F, -0f);
        int j = 0;
        for (; j + 2 * W <= n; j += 2 * W) {
            FloatVector s = FloatVector.zero(F);
            FloatVector t = FloatVector.zero(F);
            for (int r = 0; r < rows; r++) {
                s = FloatVector.fromArray(F, x, xo + r * stride + j).add(s);
                t = FloatVector.fromArray(F, x, xo + r * stride + j + W).add(t);
            }
            none.add(s).intoArray(y, yo + j);
            none.add(t).intoArray(y, yo + j + W);
        }
        for (; j < n; j += W) {
            VectorMask<Float> inside = F.indexInRange(j, n);
            FloatVector s = FloatVector.zero(F);
            for (int r = 0; r < rows; r++) {
                s = FloatVector.fromArray(F, x, xo + r * stride + j, inside).add(s);
            }
            none.add(s).intoArray(y, yo + j, inside);
        }
    }

    /** y[n] = largest of {@code rows} rows of n contiguous elements, {@code stride} apart; NaN wins. */
    static void maximumRows(float[] x, int xo, int stride, int rows, float[] y, int yo, int n) {
        FloatVector least = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < n; j += W) {
            VectorMask<Float> inside = F.indexInRange(j, n);
            FloatVector m = least;
            for (int r = 0; r < rows; r++) {
                m = FloatVector.fromArray(F, x, xo + r * stride + j, inside).max(m);
            }
            least.max(m).intoArray(y, yo + j, inside);
        }
    }
}
