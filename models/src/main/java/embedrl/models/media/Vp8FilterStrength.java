package embedrl.models.media;

/**
 * How strongly the edges of a macroblock are smoothed (RFC 6386, sections 9.4, 15.2 and 15.3).
 *
 * @param limit     the largest step over an inner edge, 0 where nothing is filtered; edges between macroblocks allow 4 more
 * @param interior  the largest step beside the edge
 * @param threshold steps above it count as detail, which is smoothed less
 */
record Vp8FilterStrength(int limit, int interior, int threshold) {
    /** The filter of a frame: its kind, and a strength per segment, for macroblocks predicted whole and in subblocks. */
    record Levels(boolean simple, boolean none, Vp8FilterStrength[] whole, Vp8FilterStrength[] subblocks) {}

    static Levels read(Vp8BoolReader in, Vp8Segments segments) {
        boolean simple = in.flag();
        int level = in.number(6);
        int sharpness = in.number(3);
        int intra = 0;
        int subblock = 0;
        if (in.flag() && in.flag()) {
            // Four kinds of reference frames, of which a key frame has the first, and four of modes.
            int[] deltas = new int[8];
            for (int i = 0; i < deltas.length; i++) {
                deltas[i] = in.optional(6);
            }
            intra = deltas[0];
            subblock = deltas[4];
        }
        var whole = new Vp8FilterStrength[Vp8Segments.COUNT];
        var split = new Vp8FilterStrength[Vp8Segments.COUNT];
        for (int segment = 0; segment < Vp8Segments.COUNT; segment++) {
            int base = segments.value(segments.levels()[segment], level) + intra;
            whole[segment] = of(Math.clamp(base, 0, 63), sharpness);
            split[segment] = of(Math.clamp(base + subblock, 0, 63), sharpness);
        }
        return new Levels(simple, level == 0, whole, split);
    }

    private static Vp8FilterStrength of(int level, int sharpness) {
        if (level == 0) {
            return new Vp8FilterStrength(0, 0, 0);
        }
        int interior = level;
        if (sharpness > 0) {
            interior = Math.min(level >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
        }
        interior = Math.max(1, interior);
        return new Vp8FilterStrength(2 * level + interior, interior, level >= 40 ? 2 : level >= 15 ? 1 : 0);
    }
}
