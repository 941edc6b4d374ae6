package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels that move elements: one work item per element of the result. Each exists for FLOAT32 and INT32 arenas. */
final class MovementKernels {
    private MovementKernels() {
    }

    /** [count, y, literal]: y[i] = literal. */
    static void fill(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) a.set(n.get(r + 1) + i, a.get(n.get(r + 2)));
    }

    /** [count, x, y]: y[i] = x[i]. */
    static void copy(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) a.set(n.get(r + 2) + i, a.get(n.get(r + 1) + i));
    }

    static void copyInts(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) n.set(n.get(r + 2) + i, n.get(n.get(r + 1) + i));
    }

    /** [count, x, y, axes, then per axis of the result size and stride in x, innermost first]: permutations and stretched copies. */
    static void strided(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) a.set(n.get(r + 2) + i, a.get(stridedFrom(n, r, i)));
    }

    static void stridedInts(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) n.set(n.get(r + 2) + i, n.get(stridedFrom(n, r, i)));
    }

    /** Where element i of the result comes from. */
    private static int stridedFrom(IntArray n, int r, int i) {
        int axes = n.get(r + 3);
        int rest = i;
        int from = n.get(r + 1);
        for (int axis = 0; axis < axes; axis++) {
            int size = n.get(r + 4 + 2 * axis);
            int next = rest / size;
            from = from + (rest - next * size) * n.get(r + 5 + 2 * axis);
            rest = next;
        }
        return from;
    }

    /**
     * [count, x, y, inner, size, sizeX, startX, sizeY, startY]: a window of {@code size} entries along one axis of y takes the entries of x from startX on; entries
     * outside of x are zero. Slice, pad and the parts of a concatenation.
     */
    static void window(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            int from = windowFrom(n, r, i);
            float value = 0.0f;
            if (from >= 0) value = a.get(from);
            a.set(windowTo(n, r, i), value);
        }
    }

    static void windowInts(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            int from = windowFrom(n, r, i);
            int value = 0;
            if (from >= 0) value = n.get(from);
            n.set(windowTo(n, r, i), value);
        }
    }

    /** Where element i of a window comes from; −1 outside of x. */
    private static int windowFrom(IntArray n, int r, int i) {
        int inner = n.get(r + 3);
        int size = n.get(r + 4);
        int sizeX = n.get(r + 5);
        int row = i / inner;
        int outer = row / size;
        int entry = row - outer * size + n.get(r + 6);
        int from = n.get(r + 1) + (outer * sizeX + entry) * inner + (i - row * inner);
        return entry >= 0 && entry < sizeX ? from : -1;
    }

    /** Where element i of a window goes. */
    private static int windowTo(IntArray n, int r, int i) {
        int inner = n.get(r + 3);
        int size = n.get(r + 4);
        int row = i / inner;
        int outer = row / size;
        int entry = row - outer * size;
        return n.get(r + 2) + (outer * n.get(r + 7) + n.get(r + 8) + entry) * inner + (i - row * inner);
    }

    /** [count, x, y, significant bits, lowest exponent, literals of the limit and of infinity]: y = x rounded to a half type, held as FLOAT32. */
    static void roundToHalf(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            float x = a.get(n.get(r + 1) + i);
            a.set(n.get(r + 2) + i, Functions.round(x, n.get(r + 3), n.get(r + 4), a.get(n.get(r + 5)), a.get(n.get(r + 6))));
        }
    }

    /** [count, x, y]: y = x truncated to INT32; NaN gives 0, what is too large the largest. */
    static void truncate(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            float x = a.get(n.get(r + 1) + i);
            int y = 0;
            if (x >= 2147483648.0f) {
                y = 2147483647;
            } else if (x < -2147483648.0f) {
                y = -2147483648;
            } else if (x == x) {
                y = (int) x;
            }
            n.set(n.get(r + 2) + i, y);
        }
    }

    /** [count, y, seed, stream · golden]: counter-based uniform numbers. */
    static void uniformNumbers(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            int seed = n.get(r + 2);
            int h = Functions.mix(i ^ n.get(seed));
            h = Functions.mix(h + n.get(seed + 1));
            h = Functions.mix(h ^ n.get(r + 3));
            a.set(n.get(r + 1) + i, (float) ((h >> 8) & 0xFFFFFF) * 5.9604645e-8f);
        }
    }
}
