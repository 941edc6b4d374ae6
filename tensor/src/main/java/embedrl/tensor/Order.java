package embedrl.tensor;

import java.util.Arrays;

/** Sorting and top-k on the host, for values that a program has computed. Larger values come first; equal ones by position. NaN is refused. */
public final class Order {
    private Order() {
    }

    /** Positions of all values, the largest first. The values are not modified. */
    public static int[] descending(float[] values) {
        return top(values, values.length);
    }

    /**
     * Positions of the k largest values, the largest first. Takes time n log k and memory k.
     *
     * @throws TensorException if k is not in 0..n or a value is NaN
     */
    public static int[] top(float[] values, int k) {
        Check.that(k >= 0 && k <= values.length, "top: k must lie in 0..%d, got %d", values.length, k);
        long[] heap = new long[k];   // the k best so far, the worst of them at the root
        int size = 0;
        for (int i = 0; i < values.length; i++) {
            Check.that(!Float.isNaN(values[i]), "top: values must not be NaN, got NaN at position %d", i);
            long key = key(values[i], i);
            if (size < k) {
                heap[size++] = key;
                if (size == k) for (int root = k / 2 - 1; root >= 0; root--) sink(heap, root);
            } else if (k > 0 && key > heap[0]) {
                heap[0] = key;
                sink(heap, 0);
            }
        }
        Arrays.sort(heap);
        int[] order = new int[k];
        for (int i = 0; i < k; i++) order[i] = Integer.MAX_VALUE - (int) (heap[k - 1 - i] & 0xFFFFFFFFL);
        return order;
    }

    /** A number that grows with the value and, among equal values, falls with the position. The two zeros are equal. */
    private static long key(float value, int position) {
        int bits = Float.floatToIntBits(value + 0f);
        int ordered = bits >= 0 ? bits : bits ^ 0x7FFFFFFF;
        return ((long) ordered << 32) | (Integer.MAX_VALUE - position);
    }

    private static void sink(long[] heap, int root) {
        while (true) {
            int child = 2 * root + 1;
            if (child >= heap.length) return;
            if (child + 1 < heap.length && heap[child + 1] < heap[child]) child++;
            if (heap[root] <= heap[child]) return;
            long moved = heap[root];
            heap[root] = heap[child];
            heap[child] = moved;
            root = child;
        }
    }
}
