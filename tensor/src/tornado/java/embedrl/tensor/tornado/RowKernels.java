package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Softmax, log-sum-exp, cross-entropy and rotary positions: a work group per row of C columns, except for rotary with an item per pair. */
final class RowKernels {
    private RowKernels() {
    }

    /** Sum of one value per item, for all items of the group. */
    static float total(KernelContext c, float[] shared, float value, int lane, int lanes) {
        shared[lane] = value;
        c.localBarrier();
        for (int half = lanes / 2; half > 0; half = half / 2) {
            if (lane < half) shared[lane] = shared[lane] + shared[lane + half];
            c.localBarrier();
        }
        float result = shared[0];
        c.localBarrier();
        return result;
    }

    /** Largest of the columns of a row, which begins at x, for all items of the group. */
    private static float largest(KernelContext c, float[] shared, FloatArray a, int x, int columns, int lane, int lanes) {
        float best = a.get(x);
        for (int i = lane; i < columns; i += lanes) best = Functions.max(best, a.get(x + i));
        shared[lane] = best;
        c.localBarrier();
        for (int half = lanes / 2; half > 0; half = half / 2) {
            if (lane < half) shared[lane] = Functions.max(shared[lane], shared[lane + half]);
            c.localBarrier();
        }
        float result = shared[0];
        c.localBarrier();
        return result;
    }

    /** [x, y, columns]. */
    static void softmax(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int columns = n.get(r + 2);
        int x = n.get(r) + c.groupIdx * columns;
        int y = n.get(r + 1) + c.groupIdx * columns;
        float best = largest(c, shared, a, x, columns, lane, lanes);
        float sum = 0.0f;
        for (int i = lane; i < columns; i += lanes) {
            float e = TornadoMath.exp(a.get(x + i) - best);
            a.set(y + i, e);
            sum = sum + e;
        }
        sum = total(c, shared, sum, lane, lanes);
        for (int i = lane; i < columns; i += lanes) a.set(y + i, a.get(y + i) / sum);
    }

    /** [x, y, columns]. */
    static void logSumExp(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int columns = n.get(r + 2);
        int x = n.get(r) + c.groupIdx * columns;
        float best = largest(c, shared, a, x, columns, lane, lanes);
        float result = best;
        if (best >= -3.4028235e38f) {   // else every entry is −∞
            float sum = 0.0f;
            for (int i = lane; i < columns; i += lanes) sum = sum + TornadoMath.exp(a.get(x + i) - best);
            sum = total(c, shared, sum, lane, lanes);
            result = best + TornadoMath.log(sum);
        }
        if (lane == 0) a.set(n.get(r + 1) + c.groupIdx, result);
    }

    /** [logits, targets, nll, logSumExp, columns, what]. */
    static void crossEntropy(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int columns = n.get(r + 4);
        int row = c.groupIdx;
        int x = n.get(r) + row * columns;
        float best = largest(c, shared, a, x, columns, lane, lanes);
        float result = best;
        if (best >= -3.4028235e38f) {
            float sum = 0.0f;
            for (int i = lane; i < columns; i += lanes) sum = sum + TornadoMath.exp(a.get(x + i) - best);
            sum = total(c, shared, sum, lane, lanes);
            result = best + TornadoMath.log(sum);
        }
        if (lane == 0) {
            int target = n.get(n.get(r + 1) + row);
            float loss = 0.0f;
            if (target >= columns) {
                n.set(IndexKernels.ROW, row);
                n.set(IndexKernels.INDEX, target);
                n.set(IndexKernels.WHAT, n.get(r + 5));
            } else if (target >= 0) {
                loss = result - a.get(x + target);
            }
            a.set(n.get(r + 2) + row, loss);
            a.set(n.get(r + 3) + row, result);
        }
    }

    /**
     * [x, uniforms, y, columns]; y is INT32. 256 runs of columns are added up, whatever the number of items, so that no sum is long; the first item looks for the run that holds the drawn
     * column, and in it. A row that is no distribution has no sum above 0, which leaves column 0.
     */
    static void draw(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int columns = n.get(r + 3);
        int x = n.get(r) + c.groupIdx * columns;
        float best = largest(c, shared, a, x, columns, lane, lanes);
        int run = (columns + 255) / 256;
        for (int s = lane; s < 256; s += lanes) {
            int end = Math.min(columns, (s + 1) * run);
            float sum = 0.0f;
            for (int i = s * run; i < end; i++) sum = sum + TornadoMath.exp(a.get(x + i) - best);
            shared[s] = sum;
        }
        c.localBarrier();
        if (lane == 0) {
            float total = 0.0f;
            for (int s = 0; s < 256; s++) total = total + shared[s];
            float wanted = a.get(n.get(r + 1) + c.groupIdx) * total;
            float before = 0.0f;
            float reached = 0.0f;
            int chosen = 0;
            for (int s = 0; s < 256; s++) {
                if (shared[s] > 0.0f && reached <= wanted) {
                    chosen = s;
                    before = reached;
                    reached = reached + shared[s];
                }
            }
            float within = wanted - before;   // small columns would be lost in a sum with all before the run
            float inside = 0.0f;
            int place = 0;
            int last = Math.min(columns, (chosen + 1) * run);
            for (int i = chosen * run; i < last; i++) {
                float e = TornadoMath.exp(a.get(x + i) - best);
                if (e > 0.0f && inside <= within) {
                    place = i;
                    inside = inside + e;
                }
            }
            n.set(n.get(r + 2) + c.groupIdx, place);
        }
    }

    /** [count, logits, targets, logSumExp, dnll, dlogits, columns, what]: an item per element. */
    static void crossEntropyGradient(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            int columns = n.get(r + 6);
            int row = i / columns;
            int column = i - row * columns;
            int target = n.get(n.get(r + 2) + row);
            float gradient = 0.0f;
            if (target >= columns) {
                n.set(IndexKernels.ROW, row);
                n.set(IndexKernels.INDEX, target);
                n.set(IndexKernels.WHAT, n.get(r + 7));
            } else if (target >= 0) {
                float p = TornadoMath.exp(a.get(n.get(r + 1) + i) - a.get(n.get(r + 3) + row));
                if (column == target) p = p - 1.0f;
                gradient = p * a.get(n.get(r + 4) + row);
            }
            a.set(n.get(r + 5) + i, gradient);
        }
    }

    /** [pairs, x, cos, sin, y, heads, half width, 1 or −1 for inverse]. */
    static void rotary(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            int half = n.get(r + 6);
            int head = i / half;          // position · heads + head
            int within = i - head * half;
            int angle = head / n.get(r + 5) * half + within;
            float cos = a.get(n.get(r + 2) + angle);
            float sin = a.get(n.get(r + 3) + angle);
            if (n.get(r + 7) < 0) sin = -sin;
            int x = n.get(r + 1) + head * 2 * half + within;
            int y = n.get(r + 4) + head * 2 * half + within;
            float u = a.get(x);
            float v = a.get(x + half);
            a.set(y, u * cos - v * sin);
            a.set(y + half, v * cos + u * sin);
        }
    }
}
