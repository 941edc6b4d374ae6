package embedrl.models.media;

import java.util.Arrays;

/**
 * The segments of a VP8 frame, whose macroblocks share quantizer and filter level (RFC 6386, section 9.3).
 *
 * @param used        whether segments have values of their own
 * @param mapped      whether each macroblock states its segment; all are in the first otherwise
 * @param absolute    whether the values replace those of the frame, or are added to them
 * @param quantizers  one index per segment
 * @param levels      one filter level per segment
 * @param tree        the probabilities of a segment's two bits
 */
record Vp8Segments(boolean used, boolean mapped, boolean absolute, int[] quantizers, int[] levels, int[] tree) {
    static final int COUNT = 4;

    static Vp8Segments read(Vp8BoolReader in) {
        boolean used = in.flag();
        boolean mapped = used && in.flag();
        boolean absolute = true;
        int[] quantizers = new int[COUNT];
        int[] levels = new int[COUNT];
        int[] tree = new int[COUNT - 1];
        if (used && in.flag()) {
            absolute = in.flag();
            Arrays.setAll(quantizers, _ -> in.optional(7));
            Arrays.setAll(levels, _ -> in.optional(6));
        }
        if (mapped) {
            Arrays.setAll(tree, _ -> in.flag() ? in.number(8) : 255);
        }
        return new Vp8Segments(used, mapped, absolute, quantizers, levels, tree);
    }

    /** The value that counts for a segment. */
    int value(int ofSegment, int ofFrame) {
        return !used ? ofFrame : absolute ? ofSegment : ofSegment + ofFrame;
    }

    /** The segment of the next macroblock. */
    int next(Vp8BoolReader in) {
        if (!mapped) {
            return 0;
        }
        return in.bit(tree[0]) == 0 ? in.bit(tree[1]) : 2 + in.bit(tree[2]);
    }
}
