package embedrl.models.media;

import java.util.Arrays;

/**
 * Reads the coefficients of macroblocks (RFC 6386, section 13).
 *
 * <p>Blocks 0 … 15 are luma, 16 … 19 and 20 … 23 chroma, row by row; block 24 holds the first coefficients of the luma blocks where they are coded apart.
 */
final class Vp8Coefficients {
    static final int BLOCKS = 24;

    private static final int[] BAND = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7};
    private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
    private static final int[][] EXTRA_BITS = {{173, 148, 140}, {176, 155, 140, 135}, {180, 157, 141, 134, 130},
        {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}};

    // Kinds of blocks in the table of probabilities.
    private static final int LUMA_WITHOUT_FIRST = 0;
    private static final int SECOND = 1;
    private static final int CHROMA = 2;
    private static final int LUMA = 3;

    // Per column of macroblocks: whether the blocks above and to the left had coefficients, 4 of luma, 2 and 2 of chroma, 1 of the second order.
    private static final int FLAGS = 9;

    private final int[] probabilities;
    private final int[] above;
    private final int[] left = new int[FLAGS];
    private final short[] values = new short[(BLOCKS + 1) * 16];
    private final int[] ends = new int[BLOCKS + 1];

    Vp8Coefficients(Vp8Header header) {
        this.probabilities = header.probabilities();
        this.above = new int[FLAGS * header.columns()];
    }

    /** Begins a row of macroblocks. */
    void beginRow() {
        Arrays.fill(left, 0);
    }

    /** Passes over a macroblock without coefficients. */
    void skip(int column, boolean subblocks) {
        // Where luma blocks hold their first coefficients, the second order keeps its context.
        int count = subblocks ? FLAGS - 1 : FLAGS;
        Arrays.fill(above, FLAGS * column, FLAGS * column + count, 0);
        Arrays.fill(left, 0, count, 0);
    }

    /** Reads a macroblock; false if all of it is zero. */
    boolean read(Vp8BoolReader in, int column, boolean subblocks, Vp8Quantizer quantizer) {
        Arrays.fill(values, (short) 0);
        int top = FLAGS * column;
        int first = 0;
        if (!subblocks) {
            int end = block(in, BLOCKS, SECOND, above[top + 8] + left[8], 0, quantizer.secondDc(), quantizer.secondAc());
            above[top + 8] = left[8] = end > 0 ? 1 : 0;
            Vp8Transforms.spread(values, 16 * BLOCKS);
            first = 1;
        }
        boolean any = false;
        for (int i = 0; i < 16; i++) {
            int x = top + (i & 3);
            int y = i >> 2;
            int end = block(in, i, subblocks ? LUMA : LUMA_WITHOUT_FIRST, above[x] + left[y], first, quantizer.dc(), quantizer.ac());
            above[x] = left[y] = end > first ? 1 : 0;
            any |= !empty(i);
        }
        for (int i = 16; i < BLOCKS; i++) {
            int plane = i < 20 ? 4 : 6;
            int x = top + plane + (i & 1);
            int y = plane + (i >> 1 & 1);
            int end = block(in, i, CHROMA, above[x] + left[y], 0, quantizer.chromaDc(), quantizer.chromaAc());
            above[x] = left[y] = end > 0 ? 1 : 0;
            any |= !empty(i);
        }
        return any;
    }

    /** The coefficients of all blocks, 16 each. */
    short[] values() {
        return values;
    }

    /** Whether a block changes nothing. */
    boolean empty(int block) {
        return ends[block] <= 1 && values[16 * block] == 0;
    }

    /** Whether a block has no coefficient but the first. */
    boolean flat(int block) {
        return ends[block] <= 1;
    }

    private int block(Vp8BoolReader in, int block, int kind, int context, int first, int dc, int ac) {
        int end = tokens(in, 16 * block, kind, context, first, dc, ac);
        ends[block] = end;
        return end;
    }

    // Gives the position behind the last coefficient.
    private int tokens(Vp8BoolReader in, int at, int kind, int context, int first, int dc, int ac) {
        int[] table = probabilities;
        int position = first;
        int branch = branch(kind, position, context);
        while (in.bit(table[branch]) != 0) {
            while (in.bit(table[branch + 1]) == 0) {
                if (++position == 16) {
                    return 16;
                }
                branch = branch(kind, position, 0);
            }
            boolean one = in.bit(table[branch + 2]) == 0;
            int magnitude = one ? 1 : large(in, table, branch);
            int value = magnitude * (position == 0 ? dc : ac);
            values[at + ZIGZAG[position]] = (short) (in.flag() ? -value : value);
            if (++position == 16) {
                return 16;
            }
            branch = branch(kind, position, one ? 1 : 2);
        }
        return position;
    }

    private static int branch(int kind, int position, int context) {
        return ((kind * Vp8Probabilities.BANDS + BAND[position]) * Vp8Probabilities.CONTEXTS + context) * Vp8Probabilities.BRANCHES;
    }

    private static int large(Vp8BoolReader in, int[] table, int branch) {
        if (in.bit(table[branch + 3]) == 0) {
            return in.bit(table[branch + 4]) == 0 ? 2 : 3 + in.bit(table[branch + 5]);
        }
        if (in.bit(table[branch + 6]) == 0) {
            return in.bit(table[branch + 7]) == 0 ? 5 + in.bit(159) : 7 + 2 * in.bit(165) + in.bit(145);
        }
        int high = in.bit(table[branch + 8]);
        int category = 2 * high + in.bit(table[branch + 9 + high]);
        int extra = 0;
        for (int probability : EXTRA_BITS[category]) {
            extra = 2 * extra + in.bit(probability);
        }
        return 3 + (8 << category) + extra;
    }
}
