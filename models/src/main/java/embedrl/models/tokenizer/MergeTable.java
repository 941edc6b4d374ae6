package embedrl.models.tokenizer;

import java.util.Arrays;

/** Ranks of pairs of token identifiers: an open-addressing hash table over primitive values. */
final class MergeTable {
    private static final long EMPTY = -1;

    private final long[] keys;
    private final int[] ranks;
    private final int[] merged;
    private final int shift;

    MergeTable(int pairs) {
        int capacity = Integer.highestOneBit(Math.max(8, pairs)) * 4;
        keys = new long[capacity];
        Arrays.fill(keys, EMPTY);
        ranks = new int[capacity];
        merged = new int[pairs];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(capacity);
    }

    /** Sets rank and result of a pair; a pair named again takes the later rank, as in the reference. */
    void put(int left, int right, int rank, int result) {
        int slot = slot(left, right);
        keys[slot] = key(left, right);
        ranks[slot] = rank;
        merged[rank] = result;
    }

    /** The rank of a pair, or −1 where it does not merge. */
    int rank(int left, int right) {
        int slot = slot(left, right);
        return keys[slot] == EMPTY ? -1 : ranks[slot];
    }

    /** What the pair of a rank becomes. */
    int merged(int rank) {
        return merged[rank];
    }

    private int slot(int left, int right) {
        long key = key(left, right);
        int slot = (int) (key * 0x9E3779B97F4A7C15L >>> shift);
        while (keys[slot] != EMPTY && keys[slot] != key) {
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }

    private static long key(int left, int right) {
        return (long) left << 32 | right;
    }
}
