package embedrl.models.gguf;

import embedrl.tensor.BlockFormats;

/**
 * Blocks of 256 numbers of 2 or 3 bits in 16 groups of 16 with a scale each: Q2_K and Q3_K.
 *
 * <p>The 2-bit fields lie in two runs of 32 bytes, 128 numbers each: bits 0 and 1 of the run are its first 32 numbers, bits 2 and 3 the next, and so on.
 */
final class LowBitBlocks {
    private static final int GROUPS = 16;
    private static final int GROUP = 16;

    private LowBitBlocks() {
    }

    /** 16 bytes of scale (low half) and minimum (high half), 64 bytes of numbers, d, dmin (F16): value = d · scale · number − dmin · minimum. */
    static void q2k(byte[] block, int at, float[] values, int to) {
        float d = BlockFormats.half(block, at + 80);
        float dmin = BlockFormats.half(block, at + 82);
        for (int group = 0; group < GROUPS; group++) {
            float scale = d * (block[at + group] & 15);
            float minimum = dmin * (block[at + group] >> 4 & 15);
            for (int i = group * GROUP; i < (group + 1) * GROUP; i++) {
                values[to + i] = scale * twoBits(block, at + 16, i) - minimum;
            }
        }
    }

    /** 32 bytes of third bits (a bit that is missing subtracts 4), 64 bytes of numbers, 12 bytes of 6-bit scales less 32, d (F16): value = d · scale · number. */
    static void q3k(byte[] block, int at, float[] values, int to) {
        float d = BlockFormats.half(block, at + 108);
        for (int group = 0; group < GROUPS; group++) {
            int low = block[at + 96 + group % 8] >> group / 8 * 4 & 15;
            int high = block[at + 104 + group % 4] >> group / 4 * 2 & 3;
            float scale = d * ((low | high << 4) - 32);
            for (int i = group * GROUP; i < (group + 1) * GROUP; i++) {
                int third = block[at + i % 32] >> i / 32 & 1;
                values[to + i] = scale * (twoBits(block, at + 32, i) - 4 * (1 - third));
            }
        }
    }

    private static int twoBits(byte[] block, int from, int i) {
        return block[from + i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3;
    }
}
