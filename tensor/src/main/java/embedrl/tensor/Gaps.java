package embedrl.tensor;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The free places of a memory: each an offset and a length; neighbors are one. */
public final class Gaps {
    private final TreeMap<Integer, Integer> lengths = new TreeMap<>();

    /** Lengths by offset, in the order of the offsets; changes with this object. */
    public SortedMap<Integer, Integer> byOffset() {
        return Collections.unmodifiableSortedMap(lengths);
    }

    /** Gives a place back, or adds one; it must not lie over a gap. */
    public void free(int offset, int length) {
        var before = lengths.lowerEntry(offset);
        if (before != null && before.getKey() + before.getValue() == offset) {
            lengths.remove(before.getKey());
            offset = before.getKey();
            length += before.getValue();
        }
        Integer after = lengths.remove(offset + length);
        lengths.put(offset, after == null ? length : length + after);
    }

    /** Takes the beginning of the gap at an offset; its rest stays. */
    public void take(int offset, int length) {
        int rest = lengths.remove(offset) - length;
        if (rest > 0) lengths.put(offset + length, rest);
    }

    /** Takes the whole gap that ends at a place, for memory that grows there; returns where it begins, or the place itself where there is none. */
    int takeLast(int end) {
        var last = lengths.lastEntry();
        if (last == null || last.getKey() + last.getValue() != end) return end;
        lengths.remove(last.getKey());
        return last.getKey();
    }
}
