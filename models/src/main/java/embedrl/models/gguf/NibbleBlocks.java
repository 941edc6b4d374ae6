package embedrl.models.gguf;

/**
 * 32 numbers of 4 or 5 bits: Q4_0, Q4_1, Q5_0, Q5_1. Low halves of the 16 bytes are numbers 0 to 15, high halves 16 to 31; a fifth bit comes from 4 bytes in
 * front. Types ending in 0: value = scale · (number − middle). Types ending in 1: value = scale · number + minimum. Scale and minimum are F16.
 */
final class NibbleBlocks {
    private static final int HALF = 16;

    private NibbleBlocks() {
    }

    static void q4(byte[] block, int at, float[] values, int to) {
        float scale = PlainFloats.f16(block, at);
        for (int i = 0; i < HALF; i++) {
            int pair = block[at + 2 + i];
            values[to + i] = scale * ((pair & 15) - 8);
            values[to + HALF + i] = scale * ((pair >> 4 & 15) - 8);
        }
    }

    static void q4WithMinimum(byte[] block, int at, float[] values, int to) {
        float scale = PlainFloats.f16(block, at);
        float minimum = PlainFloats.f16(block, at + 2);
        for (int i = 0; i < HALF; i++) {
            int pair = block[at + 4 + i];
            values[to + i] = scale * (pair & 15) + minimum;
            values[to + HALF + i] = scale * (pair >> 4 & 15) + minimum;
        }
    }

    static void q5(byte[] block, int at, float[] values, int to) {
        float scale = PlainFloats.f16(block, at);
        int fifth = PlainFloats.int32(block, at + 2);
        for (int i = 0; i < HALF; i++) {
            int pair = block[at + 6 + i];
            values[to + i] = scale * ((pair & 15 | (fifth >>> i & 1) << 4) - 16);
            values[to + HALF + i] = scale * ((pair >> 4 & 15 | (fifth >>> i + HALF & 1) << 4) - 16);
        }
    }

    static void q5WithMinimum(byte[] block, int at, float[] values, int to) {
        float scale = PlainFloats.f16(block, at);
        float minimum = PlainFloats.f16(block, at + 2);
        int fifth = PlainFloats.int32(block, at + 4);
        for (int i = 0; i < HALF; i++) {
            int pair = block[at + 8 + i];
            values[to + i] = scale * (pair & 15 | (fifth >>> i & 1) << 4) + minimum;
            values[to + HALF + i] = scale * (pair >> 4 & 15 | (fifth >>> i + HALF & 1) << 4) + minimum;
        }
    }

    /** The value of the largest magnitude becomes number 0, so that its sign is that of −scale. */
    static void putQ4(float[] values, int from, byte[] block, int at) {
        float largest = 0;
        for (int i = 0; i < 2 * HALF; i++) {
            if (Math.abs(values[from + i]) > Math.abs(largest)) {
                largest = values[from + i];
            }
        }
        float scale = largest / -8;
        float inverse = scale == 0 ? 0 : 1 / scale;
        PlainFloats.putF16(scale, block, at);
        for (int i = 0; i < HALF; i++) {
            int low = number(values[from + i] * inverse + 8.5f);
            int high = number(values[from + HALF + i] * inverse + 8.5f);
            block[at + 2 + i] = (byte) (low | high << 4);
        }
    }

    /** The smallest value becomes number 0, the largest 15. */
    static void putQ4WithMinimum(float[] values, int from, byte[] block, int at) {
        float smallest = values[from];
        float largest = values[from];
        for (int i = 1; i < 2 * HALF; i++) {
            smallest = Math.min(smallest, values[from + i]);
            largest = Math.max(largest, values[from + i]);
        }
        float scale = (largest - smallest) / 15;
        float inverse = scale == 0 ? 0 : 1 / scale;
        PlainFloats.putF16(scale, block, at);
        PlainFloats.putF16(smallest, block, at + 2);
        for (int i = 0; i < HALF; i++) {
            int low = number((values[from + i] - smallest) * inverse + 0.5f);
            int high = number((values[from + HALF + i] - smallest) * inverse + 0.5f);
            block[at + 4 + i] = (byte) (low | high << 4);
        }
    }

    private static int number(float rounded) {
        return Math.clamp((int) rounded, 0, 15);
    }
}
