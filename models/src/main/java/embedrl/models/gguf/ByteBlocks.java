package embedrl.models.gguf;

/** Q8_0: 32 signed bytes under one F16 scale; value = scale · byte. */
final class ByteBlocks {
    private static final int SIZE = 32;

    private ByteBlocks() {
    }

    static void q8(byte[] block, int at, float[] values, int to) {
        float scale = PlainFloats.f16(block, at);
        for (int i = 0; i < SIZE; i++) {
            values[to + i] = scale * block[at + 2 + i];
        }
    }

    /** The largest magnitude becomes ±127; halves round away from zero. */
    static void putQ8(float[] values, int from, byte[] block, int at) {
        float largest = 0;
        for (int i = 0; i < SIZE; i++) {
            largest = Math.max(largest, Math.abs(values[from + i]));
        }
        float scale = largest / 127;
        float inverse = scale == 0 ? 0 : 1 / scale;
        PlainFloats.putF16(scale, block, at);
        for (int i = 0; i < SIZE; i++) {
            float steps = values[from + i] * inverse;
            block[at + 2 + i] = (byte) (Math.signum(steps) * (float) Math.floor(Math.abs(steps) + 0.5));
        }
    }
}
