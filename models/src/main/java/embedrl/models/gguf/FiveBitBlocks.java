package embedrl.models.gguf;

import embedrl.tensor.BlockFormats;

/** Blocks of 5-bit numbers, four bits in nibbles and the fifth elsewhere: Q5_0, Q5_1 and Q5_K. */
final class FiveBitBlocks {
    private static final int HALF = 16;
    private static final int GROUP = 32;

    private FiveBitBlocks() {
    }

    /** Scale (F16), 32 fifth bits, 16 bytes of pairs (low halves are numbers 0 to 15): value = scale · (number − 16). */
    static void q5(byte[] block, int at, float[] values, int to) {
        float scale = BlockFormats.half(block, at);
        pairs(block, at + 2, scale, -16 * scale, values, to);
    }

    /** Scale and minimum (F16), then as in Q5_0: value = scale · number + minimum. */
    static void q5WithMinimum(byte[] block, int at, float[] values, int to) {
        pairs(block, at + 4, BlockFormats.half(block, at), BlockFormats.half(block, at + 2), values, to);
    }

    private static void pairs(byte[] block, int at, float scale, float minimum, float[] values, int to) {
        int fifth = PlainFloats.int32(block, at);
        for (int i = 0; i < HALF; i++) {
            int pair = block[at + 4 + i];
            values[to + i] = scale * (pair & 15 | (fifth >>> i & 1) << 4) + minimum;
            values[to + HALF + i] = scale * (pair >> 4 & 15 | (fifth >>> i + HALF & 1) << 4) + minimum;
        }
    }

    /**
     * 256 numbers in 8 groups of 32: d, dmin (F16), 12 bytes of 6-bit scales and minima, 32 bytes in which bit g of byte i is the fifth bit of number i of group
     * g, 128 bytes of pairs (two groups each): value = d · scale · number − dmin · minimum.
     */
    static void q5k(byte[] block, int at, float[] values, int to) {
        float d = BlockFormats.half(block, at);
        float dmin = BlockFormats.half(block, at + 2);
        int fifths = at + 16;
        for (int group = 0; group < 8; group++) {
            float scale = d * BlockFormats.scale(block, at + 4, group);
            float minimum = dmin * BlockFormats.minimum(block, at + 4, group);
            int pairs = fifths + GROUP + group / 2 * GROUP;
            for (int i = 0; i < GROUP; i++) {
                int number = block[pairs + i] >> group % 2 * 4 & 15 | (block[fifths + i] >> group & 1) << 4;
                values[to + group * GROUP + i] = scale * number - minimum;
            }
        }
    }
}
