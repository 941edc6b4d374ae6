package embedrl.models.tokenizer;

import java.util.Arrays;

/**
 * Merges the symbols of one word, the lowest rank first, of equal ranks the leftmost.
 *
 * <p>A linked list over the symbols and a binary heap of candidate pairs take O(n log n), so a word of any length is safe.
 */
final class WordMerger {
    private final MergeTable table;
    private final int[] symbols;
    private final int[] bytes;
    private final int[] next;
    private final int[] previous;
    // Rank in the upper half, position in the lower: the order of merging is the order of the numbers.
    private long[] heap;
    private int heapSize;

    private WordMerger(MergeTable table, int[] symbols, int[] bytes) {
        this.table = table;
        this.symbols = symbols;
        this.bytes = bytes;
        int length = symbols.length;
        next = new int[length];
        previous = new int[length];
        heap = new long[length + 1];
        for (int i = 0; i < length; i++) {
            next[i] = i + 1 < length ? i + 1 : -1;
            previous[i] = i - 1;
        }
        for (int i = 0; i < length; i++) {
            offer(i);
        }
    }

    /** The merged symbols and the bytes that each takes; the arrays given are used as working space. */
    static BpeModel.Word merge(MergeTable table, int[] symbols, int[] bytes) {
        if (symbols.length < 2) {
            return new BpeModel.Word(symbols, Arrays.copyOf(bytes, symbols.length));
        }
        return new WordMerger(table, symbols, bytes).run();
    }

    private BpeModel.Word run() {
        while (heapSize > 0) {
            long candidate = poll();
            int position = (int) candidate;
            int rank = (int) (candidate >>> 32);
            // A neighbor merged meanwhile leaves its old pairs in the heap.
            if (symbols[position] < 0 || next[position] < 0 || table.rank(symbols[position], symbols[next[position]]) != rank) {
                continue;
            }
            int right = next[position];
            symbols[position] = table.merged(rank);
            bytes[position] += bytes[right];
            symbols[right] = -1;
            next[position] = next[right];
            if (next[right] >= 0) {
                previous[next[right]] = position;
            }
            offer(position);
            if (previous[position] >= 0) {
                offer(previous[position]);
            }
        }
        int count = 0;
        for (int position = 0; position >= 0; position = next[position]) {
            symbols[count] = symbols[position];
            bytes[count++] = bytes[position];
        }
        return new BpeModel.Word(Arrays.copyOf(symbols, count), Arrays.copyOf(bytes, count));
    }

    private void offer(int position) {
        if (next[position] < 0) {
            return;
        }
        int rank = table.rank(symbols[position], symbols[next[position]]);
        if (rank < 0) {
            return;
        }
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, 2 * heap.length);
        }
        long value = (long) rank << 32 | position;
        int hole = heapSize++;
        while (hole > 0 && heap[hole - 1 >>> 1] > value) {
            heap[hole] = heap[hole - 1 >>> 1];
            hole = hole - 1 >>> 1;
        }
        heap[hole] = value;
    }

    private long poll() {
        long first = heap[0];
        long last = heap[--heapSize];
        int hole = 0;
        for (int child = 1; child < heapSize; child = 2 * hole + 1) {
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = last;
        return first;
    }
}
