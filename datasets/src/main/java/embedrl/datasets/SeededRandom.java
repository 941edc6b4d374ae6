package embedrl.datasets;

import java.util.List;

/**
 * Generates random numbers from an explicit key and a counter, so that any stream can be opened anywhere and gives the same numbers on every machine.
 *
 * <p>The n-th output is the SplitMix64 finalizer of key + n·γ. Keys of different names, indices and splits are finalized again, so their streams do not overlap
 * in practice. Not for secrets. Not thread-safe: give each thread its own split.
 */
public final class SeededRandom {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private final long key;
    private long counter;

    /** Opens the stream of a seed. */
    public SeededRandom(long seed) {
        this.key = mix(seed + GAMMA);
    }

    /** Opens the stream that belongs to a seed, a name and an index. */
    public static SeededRandom of(long seed, String name, long index) {
        return new SeededRandom(mix(mix(seed + GAMMA) ^ hash(name)) + index * GAMMA);
    }

    /** Returns a 64-bit hash of a string that is the same on every machine. */
    public static long hash(String text) {
        long hash = GAMMA;
        for (int i = 0; i < text.length(); i++) {
            hash = mix(hash ^ text.charAt(i)) + GAMMA;
        }
        return mix(hash);
    }

    /** Returns the SplitMix64 finalizer of a value: a bijection on 64 bits. */
    static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Opens an independent stream; this stream does not move. */
    public SeededRandom split(String name) {
        return new SeededRandom(mix(key ^ hash(name)));
    }

    /** Returns the next 64 bits. */
    public long next() {
        return mix(key + GAMMA * ++counter);
    }

    /** Returns a uniform number in [0, 1). */
    public double unit() {
        return (next() >>> 11) * 0x1p-53;
    }

    /** Returns a uniform integer in [0, bound), without bias. */
    public long below(long bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("random: the bound must be positive, got " + bound);
        }
        long threshold = Long.remainderUnsigned(-bound, bound);
        while (true) {
            long bits = next();
            if (Long.compareUnsigned(bits * bound, threshold) >= 0) {
                return Math.unsignedMultiplyHigh(bits, bound);
            }
        }
    }

    /** Returns a uniform integer in [low, high], both included. */
    public int between(int low, int high) {
        return low + (int) below(high - (long) low + 1);
    }

    /** Returns true with the given probability. */
    public boolean chance(double probability) {
        return unit() < probability;
    }

    /** Returns one element. */
    public <T> T pick(List<T> list) {
        return list.get((int) below(list.size()));
    }

    /** Shuffles a modifiable list in place. */
    public <T> void shuffle(List<T> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            T other = list.set((int) below(i + 1L), list.get(i));
            list.set(i, other);
        }
    }
}
