package embedrl.models.generation;

/**
 * Uniform random numbers that are a function of seed, sequence and position alone, so that a sequence draws the same
 * numbers in any batch and on any thread.
 *
 * <p>The generator is Philox 4×32 with 10 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): the seed is
 * its key, the position and the sequence are its counter, so no two streams of a seed ever share a block.
 *
 * @param seed     the run's seed
 * @param sequence which stream of the seed
 */
public record RandomStream(long seed, long sequence) {
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;

    /** The number at a position: 53 random bits in [0, 1). */
    public double uniform(long position) {
        return (bits(position) >>> 11) * 0x1p-53;
    }

    /** 64 random bits at a position. */
    public long bits(long position) {
        return block((int) position, (int) (position >>> 32), (int) sequence, (int) (sequence >>> 32), (int) seed, (int) (seed >>> 32));
    }

    // The first two words of a block, the first one low.
    static long block(int c0, int c1, int c2, int c3, int k0, int k1) {
        for (int round = 0; round < 10; round++) {
            long product0 = MULTIPLIER_0 * (c0 & 0xffffffffL);
            long product1 = MULTIPLIER_1 * (c2 & 0xffffffffL);
            int next0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            int next2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c1 = (int) product1;
            c3 = (int) product0;
            c0 = next0;
            c2 = next2;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        return (long) c1 << 32 | c0 & 0xffffffffL;
    }
}
