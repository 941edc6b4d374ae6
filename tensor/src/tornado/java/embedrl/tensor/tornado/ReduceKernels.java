package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Reductions: a work group per element of the result, whose items add up every L-th element and then each other's sums in a fixed tree. Parameters: [results, x, y,
 * reduced, inner]; result i takes x[(i / inner) · reduced · inner + k · inner + i % inner] for k below {@code reduced}. L is a power of two of at most 256.
 */
final class ReduceKernels {
    static final int MAXIMUM_LANES = 256;

    private ReduceKernels() {
    }

    /** Where the first element of result i stands. */
    private static int first(IntArray n, int r, int i) {
        int inner = n.get(r + 4);
        return n.get(r + 1) + i / inner * n.get(r + 3) * inner + i % inner;
    }

    static void sum(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.groupIdx;
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int reduced = n.get(r + 3);
        int inner = n.get(r + 4);
        int x = first(n, r, i);
        // four sums and a correction: the error stays small without double precision, which some devices lack
        float s0 = 0.0f;
        float s1 = 0.0f;
        float s2 = 0.0f;
        float s3 = 0.0f;
        int k = lane;
        int last = reduced - 3 * lanes;
        while (k < last) {
            s0 = s0 + a.get(x + k * inner);
            s1 = s1 + a.get(x + (k + lanes) * inner);
            s2 = s2 + a.get(x + (k + 2 * lanes) * inner);
            s3 = s3 + a.get(x + (k + 3 * lanes) * inner);
            k = k + 4 * lanes;
        }
        while (k < reduced) {
            s0 = s0 + a.get(x + k * inner);
            k = k + lanes;
        }
        shared[lane] = (s0 + s1) + (s2 + s3);
        c.localBarrier();
        for (int half = lanes / 2; half > 0; half = half / 2) {
            if (lane < half) shared[lane] = shared[lane] + shared[lane + half];
            c.localBarrier();
        }
        if (lane == 0) a.set(n.get(r + 2) + i, shared[0]);
    }

    static void largest(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.groupIdx;
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int reduced = n.get(r + 3);
        int inner = n.get(r + 4);
        int x = first(n, r, i);
        float best = a.get(x);
        for (int k = lane; k < reduced; k += lanes) best = Functions.max(best, a.get(x + k * inner));
        shared[lane] = best;
        c.localBarrier();
        for (int half = lanes / 2; half > 0; half = half / 2) {
            if (lane < half) shared[lane] = Functions.max(shared[lane], shared[lane + half]);
            c.localBarrier();
        }
        if (lane == 0) a.set(n.get(r + 2) + i, shared[0]);
    }

    /** The result is INT32: k of the largest element, the first of equal ones, and the first NaN where there is one. */
    static void placeOfLargest(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.groupIdx;
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] values = c.allocateFloatLocalArray(256);
        int[] places = c.allocateIntLocalArray(256);
        int reduced = n.get(r + 3);
        int inner = n.get(r + 4);
        int x = first(n, r, i);
        float best = a.get(x);
        int place = 0;
        for (int k = lane; k < reduced; k += lanes) {
            float value = a.get(x + k * inner);
            if (before(value, k, best, place) == 1) {
                best = value;
                place = k;
            }
        }
        values[lane] = best;
        places[lane] = place;
        c.localBarrier();
        for (int half = lanes / 2; half > 0; half = half / 2) {
            if (lane < half) {
                if (before(values[lane + half], places[lane + half], values[lane], places[lane]) == 1) {
                    values[lane] = values[lane + half];
                    places[lane] = places[lane + half];
                }
            }
            c.localBarrier();
        }
        if (lane == 0) n.set(n.get(r + 2) + i, places[0]);
    }

    /** 1 where x at place p comes before y at place q: larger, or NaN where y is none, or alike and earlier; else 0. */
    private static int before(float x, int p, float y, int q) {
        int earlier = p < q ? 1 : 0;
        if (x != x) return y != y ? earlier : 1;
        if (y != y) return 0;
        if (x == y) return earlier;
        return x > y ? 1 : 0;
    }
}
