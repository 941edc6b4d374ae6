package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Kernels that pick and place rows by index. An index that does not fit is written down in the first words of the INT32 arena: [what, index, row]; the executor looks
 * there after a run. No sum depends on the order in which work items run.
 */
final class IndexKernels {
    static final int WHAT = 0;
    static final int INDEX = 1;
    static final int ROW = 2;

    private IndexKernels() {
    }

    /** [count, table, ids, y, width, rows, what]: y[i, :] = table[ids[i], :], zeros where the id is negative. */
    static void gather(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            int from = picked(n, r, i);
            float value = 0.0f;
            if (from >= 0) value = a.get(from);
            a.set(n.get(r + 3) + i, value);
        }
    }

    static void gatherInts(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            int from = picked(n, r, i);
            int value = 0;
            if (from >= 0) value = n.get(from);
            n.set(n.get(r + 3) + i, value);
        }
    }

    /** Where element i of a gathered table comes from; −1 for zero. Writes an index down that is too large. */
    private static int picked(IntArray n, int r, int i) {
        int width = n.get(r + 4);
        int row = i / width;
        int id = n.get(n.get(r + 2) + row);
        int from = -1;
        if (id >= n.get(r + 5)) {
            n.set(ROW, row);
            n.set(INDEX, id);
            n.set(WHAT, n.get(r + 6));
        } else if (id >= 0) {
            from = n.get(r + 1) + id * width + (i - row * width);
        }
        return from;
    }

    /** [rows, values, ids, y, width, count, what]: a group per row of y adds up the values of its id in their order. */
    static void scatterAdd(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int row = c.groupIdx;
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        int rows = n.get(r);
        if (row < rows) {
            int values = n.get(r + 1);
            int ids = n.get(r + 2);
            int width = n.get(r + 4);
            int y = n.get(r + 3) + row * width;
            int count = n.get(r + 5);
            for (int i = lane; i < width; i += lanes) a.set(y + i, 0.0f);
            for (int k = 0; k < count; k++) {
                int id = n.get(ids + k);
                if (id == row) {
                    for (int i = lane; i < width; i += lanes) a.set(y + i, a.get(y + i) + a.get(values + k * width + i));
                }
                if (id >= rows && row == 0 && lane == 0) {
                    n.set(ROW, k);
                    n.set(INDEX, id);
                    n.set(WHAT, n.get(r + 6));
                }
            }
        }
    }

    /** [count, values, starts, cache, written rows · width, cache rows · width, width, what]: cache[b, starts[b] + t] = values[b, t], in place. */
    static void writeRows(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int i = c.globalIdx;
        if (i < n.get(r)) {
            int written = n.get(r + 4);
            int capacity = n.get(r + 5);
            int width = n.get(r + 6);
            int b = i / written;
            int start = n.get(n.get(r + 2) + b);
            if (start >= 0) {
                if (start * width + written > capacity) {
                    n.set(ROW, b);
                    n.set(INDEX, start);
                    n.set(WHAT, n.get(r + 7));
                } else {
                    a.set(n.get(r + 3) + b * capacity + start * width + (i - b * written), a.get(n.get(r + 1) + i));
                }
            }
        }
    }
}
