package embedrl.models.gguf;

/**
 * Q4_K and Q5_K: 256 numbers in 8 groups of 32, value = d · scale · number − dmin · minimum; d and dmin are F16, the groups' scales and minima have 6 bits in
 * 12 bytes. Groups 0 to 3 have them in the low 6 bits of bytes 0 to 7; groups 4 to 7 have 4 bits in bytes 8 to 11 and the upper 2 above those of groups 0 to 3.
 */
final class ScaledSuperBlocks {
    private static final int GROUP = 32;
    private static final int SCALES = 4;

    private ScaledSuperBlocks() {
    }

    static void q4(byte[] block, int at, float[] values, int to) {
        decode(block, at, at + SCALES + 12, -1, values, to);
    }

    /** The 32 bytes before the nibbles hold the fifth bits: bit g of byte i is that of number i of group g. */
    static void q5(byte[] block, int at, float[] values, int to) {
        decode(block, at, at + SCALES + 12 + GROUP, at + SCALES + 12, values, to);
    }

    private static void decode(byte[] block, int at, int nibbles, int fifths, float[] values, int to) {
        float d = PlainFloats.f16(block, at);
        float dmin = PlainFloats.f16(block, at + 2);
        for (int group = 0; group < 8; group++) {
            float scale = d * sixBits(block, at + SCALES, group, 0);
            float minimum = dmin * sixBits(block, at + SCALES, group, 4);
            int shift = group % 2 * 4;
            for (int i = 0; i < GROUP; i++) {
                int number = block[nibbles + group / 2 * GROUP + i] >> shift & 15;
                if (fifths >= 0) {
                    number |= (block[fifths + i] >> group & 1) << 4;
                }
                values[to + group * GROUP + i] = scale * number - minimum;
            }
        }
    }

    /** @param side 0 for the scale, 4 for the minimum */
    private static int sixBits(byte[] block, int scales, int group, int side) {
        if (group < 4) {
            return block[scales + side + group] & 63;
        }
        int low = block[scales + 4 + group] >> side & 15;
        return low | (block[scales + side + group - 4] >> 6 & 3) << 4;
    }
}
