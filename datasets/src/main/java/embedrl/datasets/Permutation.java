package embedrl.datasets;

/**
 * Permutes the numbers 0…size − 1 in constant memory: the image of each number is computed, nothing is stored.
 *
 * <p>A Feistel network of eight rounds permutes the next power of four; results outside the range are fed in again until one is inside (at most four
 * times on average). This makes a shuffle of a billion pairs as cheap as one of ten.
 */
public final class Permutation {
    private static final int ROUNDS = 8;

    private final long size;
    private final long key;
    private final int halfBits;

    /**
     * @param size how many numbers are permuted, at least 1
     * @param key chooses the permutation
     */
    public Permutation(long size, long key) {
        if (size < 1) {
            throw new IllegalArgumentException("permutation: size must be at least 1, got " + size);
        }
        this.size = size;
        this.key = key;
        int bits = 64 - Long.numberOfLeadingZeros(size - 1);
        this.halfBits = Math.max(1, (bits + 1) / 2);
    }

    /** Returns the number at a position of the shuffled order. */
    public long at(long position) {
        if (position < 0 || position >= size) {
            throw new IndexOutOfBoundsException("permutation: position must be in 0…" + (size - 1) + ", got " + position);
        }
        long value = position;
        do {
            value = rounds(value);
        } while (Long.compareUnsigned(value, size) >= 0);
        return value;
    }

    private long rounds(long value) {
        long mask = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & mask;
        for (int round = 0; round < ROUNDS; round++) {
            long mixed = left ^ (SeededRandom.mix(key + SeededRandom.mix(right + ((long) round << 48))) & mask);
            left = right;
            right = mixed;
        }
        return left << halfBits | right;
    }
}
