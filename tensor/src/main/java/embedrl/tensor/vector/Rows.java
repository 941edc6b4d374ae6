package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.SWAP1;
import static embedrl.tensor.vector.Lanes.SWAP2;
import static embedrl.tensor.vector.Lanes.SWAP4;
import static embedrl.tensor.vector.Lanes.SWAP8;
import static embedrl.tensor.vector.Lanes.W;

import embedrl.tensor.TensorException;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Softmax, its logarithm and cross-entropy over rows of C contiguous elements; each method handles rows from (inclusive) to (exclusive). */
public final class Rows {
    private Rows() {}

    /** y = exp(x - max) / sum of the same; entries 88 and more below the row's maximum, and -∞, give exactly 0. */
    public static void softmax(float[] x, int xo, float[] y, int yo, int columns, int from, int to) {
        for (int r = from; r < to; r++) {
            int at = yo + r * columns;
            float max = maximum(x, xo + r * columns, columns, 1);
            float sum = expSum(x, xo + r * columns, 1, max, y, at, columns);
            scale(y, at, 1 / sum, columns);
        }
    }

    /** lse[r] = log of the sum of exp(x) over row r; -∞ for a row of -∞. */
    public static void logSumExp(float[] x, int xo, float[] lse, int lo, int columns, int from, int to) {
        for (int r = from; r < to; r++) {
            lse[lo + r] = logSumExp(x, xo + r * columns, columns);
        }
    }

    /** nll[r] = lse[r] - x[r, target[r]], or 0 where the target is negative; lse as in {@link #logSumExp}. */
    public static void crossEntropy(float[] x, int xo, int[] targets, int to0, float[] nll, int no, float[] lse, int lo, int columns, int from,
            int to) {
        for (int r = from; r < to; r++) {
            int target = targets[to0 + r];
            if (target >= columns) {
                throw new TensorException("cross_entropy: target " + target + " of row " + r + " is outside of " + columns + " classes");
            }
            float sum = logSumExp(x, xo + r * columns, columns);
            lse[lo + r] = sum;
            nll[no + r] = target < 0 ? 0 : sum - x[xo + r * columns + target];
        }
    }

    /** dx = (exp(x - lse) - onehot(target)) · dnll, or 0 in rows whose target is negative. */
    public static void crossEntropyGradient(float[] x, int xo, int[] targets, int to0, float[] lse, int lo, float[] dnll, int no, float[] dx,
            int dxo, int columns, int from, int to) {
        for (int r = from; r < to; r++) {
            int target = targets[to0 + r];
            int at = dxo + r * columns;
            if (target < 0) {
                Arrays.fill(dx, at, at + columns, 0);
                continue;
            }
            expSum(x, xo + r * columns, 1, lse[lo + r], dx, at, columns);
            dx[at + target] -= 1;
            scale(dx, at, dnll[no + r], columns);
        }
    }

    private static float logSumExp(float[] x, int xo, int n) {
        float max = maximum(x, xo, n, 1);
        if (max == Float.NEGATIVE_INFINITY) {
            return max;
        }
        float[] chunk = Scratch.own().chunk;
        double sum = 0;
        for (int i = 0; i < n; i += chunk.length) {
            sum += expSum(x, xo + i, 1, max, chunk, 0, Math.min(chunk.length, n - i));
        }
        return (float) (max + Math.log(sum));
    }

    /** Largest x[i] · factor of n; a NaN may be passed over, -∞ for n = 0. */
    static float maximum(float[] x, int xo, int n, float factor) {
        FloatVector u = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        FloatVector v = u;
        int i = 0;
        for (; i + 2 * W <= n; i += 2 * W) {
            FloatVector a = FloatVector.fromArray(F, x, xo + i).mul(factor);
            FloatVector b = FloatVector.fromArray(F, x, xo + i + W).mul(factor);
            u = u.blend(a, a.compare(VectorOperators.GT, u));
            v = v.blend(b, b.compare(VectorOperators.GT, v));
        }
        u = u.blend(v, v.compare(VectorOperators.GT, u));
        if (i + W <= n) {
            FloatVector a = FloatVector.fromArray(F, x, xo + i).mul(factor);
            u = u.blend(a, a.compare(VectorOperators.GT, u));
            i += W;
        }
        u = u.blend(u.rearrange(SWAP1), u.rearrange(SWAP1).compare(VectorOperators.GT, u));
        u = u.blend(u.rearrange(SWAP2), u.rearrange(SWAP2).compare(VectorOperators.GT, u));
        u = W >= 8 ? u.blend(u.rearrange(SWAP4), u.rearrange(SWAP4).compare(VectorOperators.GT, u)) : u;
        u = W >= 16 ? u.blend(u.rearrange(SWAP8), u.rearrange(SWAP8).compare(VectorOperators.GT, u)) : u;
        float max = u.lane(0);
        for (; i < n; i++) {
            float a = x[xo + i] * factor;
            max = a > max ? a : max;
        }
        return max;
    }

    /** y[i] = exp(x[i] · factor - shift), at most about 1, for n elements; returns their sum. Results below the normal range are 0. */
    static float expSum(float[] x, int xo, float factor, float shift, float[] y, int yo, int n) {
        int whole = Lanes.floor(n);
        float sum = whole > 0 ? expSumVectors(x, xo, factor, shift, y, yo, whole) : 0;
        if (whole < n) {
            float[] tail = Scratch.own().tail;
            System.arraycopy(x, xo + whole, tail, 0, n - whole);
            Arrays.fill(tail, n - whole, W, 0);
            expSumVectors(tail, 0, factor, shift, tail, 0, W);
            for (int i = whole; i < n; i++) {
                y[yo + i] = tail[i - whole];
                sum += tail[i - whole];
            }
        }
        return sum;
    }

    /** As {@link #expSum} for whole vectors, and as {@link Exponential#exp} without the steps for large and denormal results. */
    static float expSumVectors(float[] x, int xo, float factor, float shift, float[] y, int yo, int n) {
        float[] lanes = Scratch.own().tail;
        expLanes(x, xo, factor, shift, y, yo, n, lanes, 2 * W);
        return Lanes.sum(lanes, 2 * W);
    }

    /** As {@link #expSumVectors}, which leaves the lanes of the sum in an array. */
    static void expLanes(float[] x, int xo, float factor, float shift, float[] y, int yo, int n, float[] lanes, int at) {
        FloatVector sum = FloatVector.zero(F);
        FloatVector times = FloatVector.broadcast(F, factor);
        FloatVector minus = FloatVector.broadcast(F, -shift);
        FloatVector round = FloatVector.broadcast(F, Exponential.ROUND_BIASED);
        for (int i = 0; i < n; i += W) {
            FloatVector v = FloatVector.fromArray(F, x, xo + i).fma(times, minus);
            FloatVector shifted = v.fma(FloatVector.broadcast(F, Exponential.LOG2_E), round);
            FloatVector r = v.fma(FloatVector.broadcast(F, Exponential.LOG2_E), round.sub(shifted));
            r = v.fma(FloatVector.broadcast(F, Exponential.LOG2_E_LOW), r);
            FloatVector p = r.fma(FloatVector.broadcast(F, Exponential.C6), FloatVector.broadcast(F, Exponential.C5));
            p = p.fma(r, FloatVector.broadcast(F, Exponential.C4));
            p = p.fma(r, FloatVector.broadcast(F, Exponential.C3));
            p = p.fma(r, FloatVector.broadcast(F, Exponential.C2));
            p = p.fma(r, FloatVector.broadcast(F, Exponential.C1));
            p = p.fma(r, FloatVector.broadcast(F, 1));
            p = p.mul(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            p = p.blend(0, v.compare(VectorOperators.LT, -87.3f));
            p.intoArray(y, yo + i);
            sum = p.add(sum);
        }
        FloatVector.broadcast(F, -0f).add(sum).intoArray(lanes, at); // see NarrowDots
    }

    /**
     * Columns {@code from} up to {@code to}, in whole vectors, of rows of x: scores at p become exp(scale · score + shift), as {@link #expSum} has it, and what is at ds becomes
     * scale · p · (ds - delta).
     */
    static void probabilityGradients(float[] x, int p, int ds, int shift, int delta, float scale, int from, int to) {
        FloatVector times = FloatVector.broadcast(F, scale);
        FloatVector round = FloatVector.broadcast(F, Exponential.ROUND_BIASED);
        for (int i = from; i < to; i += W) {
            FloatVector v = FloatVector.fromArray(F, x, p + i).fma(times, FloatVector.fromArray(F, x, shift + i));
            FloatVector shifted = v.fma(FloatVector.broadcast(F, Exponential.LOG2_E), round);
            FloatVector r = v.fma(FloatVector.broadcast(F, Exponential.LOG2_E), round.sub(shifted));
            r = v.fma(FloatVector.broadcast(F, Exponential.LOG2_E_LOW), r);
            FloatVector e = r.fma(FloatVector.broadcast(F, Exponential.C6), FloatVector.broadcast(F, Exponential.C5));
            e = e.fma(r, FloatVector.broadcast(F, Exponential.C4));
            e = e.fma(r, FloatVector.broadcast(F, Exponential.C3));
            e = e.fma(r, FloatVector.broadcast(F, Exponential.C2));
            e = e.fma(r, FloatVector.broadcast(F, Exponential.C1));
            e = e.fma(r, FloatVector.broadcast(F, 1));
            e = e.mul(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            e = e.blend(0, v.compare(VectorOperators.LT, -87.3f));
            e.intoArray(x, p + i);
            FloatVector.fromArray(F, x, ds + i).sub(FloatVector.fromArray(F, x, delta + i)).mul(times.mul(e)).intoArray(x, ds + i);
        }
    }

    /** y[i] *= factor for n elements. */
    static void scale(float[] y, int yo, float factor, int n) {
        int i = 0;
        for (; i < Lanes.floor(n); i += W) {
            FloatVector.fromArray(F, y, yo + i).mul(factor).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] *= factor;
        }
    }
}
