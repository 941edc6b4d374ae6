package embedrl.tensor;

/** A source of reproducible randomness that can be split by name or number; immutable. Two seeds of different derivations give unrelated numbers. */
public record Seed(long value) {
    public static Seed of(long value) {
        return new Seed(value);
    }

    /** A seed for a named part, such as a parameter. */
    public Seed split(String part) {
        long h = mix(value);
        for (int i = 0; i < part.length(); i++) h = mix(h ^ (part.charAt(i) + 0x9E3779B97F4A7C15L * (i + 1)));
        return new Seed(h);
    }

    /** A seed for a numbered part, such as a step or a sample. */
    public Seed split(long part) {
        return new Seed(mix(mix(value) ^ (part * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L)));
    }

    /** Uniform number in [0, 1) with 53 random bits at a position of this seed's sequence. */
    public double uniform(long position) {
        return (mix(mix(value) + position * 0x9E3779B97F4A7C15L) >>> 11) * 0x1p-53;
    }

    /** Uniform integer in 0..bound-1 at a position of this seed's sequence. */
    public int below(int bound, long position) {
        return (int) (uniform(position) * bound);
    }

    /** Standard normal number at a position of this seed's sequence (Box and Muller). */
    public double normal(long position) {
        double radius = Math.sqrt(-2 * Math.log(1 - uniform(2 * position)));
        return radius * Math.cos(2 * Math.PI * uniform(2 * position + 1));
    }

    /** The two INT32 values that {@link ElementwiseOp.Uniform} takes. */
    public int[] words() {
        long mixed = mix(value);
        return new int[] {(int) mixed, (int) (mixed >> 32)};
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
