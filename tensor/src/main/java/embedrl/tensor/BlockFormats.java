package embedrl.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The block types of weights, as GGUF lays them out (little-endian): whole blocks to FLOAT32 for all five, and FLOAT32 to blocks for Q8_0, Q4_0 and
 * Q4_1. The definition that all kernels are tested against. Source: the GGUF format of ggml.
 */
public final class BlockFormats {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private BlockFormats() {
    }

    /**
     * y[yo .. yo + count) = the elements of count / blockElements blocks.
     *
     * @param at    byte where the first block begins
     * @param count elements, a multiple of the block
     */
    public static void dequantize(DType type, byte[] blocks, int at, float[] y, int yo, int count) {
        whole(type, count);
        int end = yo + count;
        for (; yo < end; yo += type.blockElements(), at += type.blockBytes()) {
            switch (type) {
                case Q8_0 -> q8(blocks, at, y, yo);
                case Q4_0 -> q4(blocks, at + 2, half(blocks, at), -8 * half(blocks, at), y, yo);
                case Q4_1 -> q4(blocks, at + 4, half(blocks, at), half(blocks, at + 2), y, yo);
                case Q4_K -> q4k(blocks, at, y, yo);
                case Q6_K -> q6k(blocks, at, y, yo);
                default -> throw new TensorException("blocks: " + type + " is not a block type");
            }
        }
    }

    /** One element of a run of blocks that begins at a byte. Slow: for reference computations. */
    static float element(DType type, byte[] blocks, int at, int index) {
        float[] block = new float[type.blockElements()];
        dequantize(type, blocks, at + index / block.length * type.blockBytes(), block, 0, block.length);
        return block[index % block.length];
    }

    private static void q8(byte[] b, int at, float[] y, int yo) {
        float d = half(b, at);
        for (int i = 0; i < 32; i++) y[yo + i] = d * b[at + 2 + i];
    }

    /** 16 bytes: the low halves are elements 0 to 15, the high halves 16 to 31. */
    private static void q4(byte[] b, int at, float d, float m, float[] y, int yo) {
        for (int i = 0; i < 16; i++) {
            y[yo + i] = d * (b[at + i] & 15) + m;
            y[yo + 16 + i] = d * ((b[at + i] >> 4) & 15) + m;
        }
    }

    /** Two half floats, 12 bytes of 6-bit scales and minimums, 128 bytes: 4 runs of 32, low halves before high halves. */
    private static void q4k(byte[] b, int at, float[] y, int yo) {
        float d = half(b, at);
        float m = half(b, at + 2);
        for (int group = 0; group < 8; group++) {
            float scale = d * scale(b, at + 4, group);
            float minimum = m * minimum(b, at + 4, group);
            int from = at + 16 + group / 2 * 32;
            int shift = group % 2 * 4;
            for (int i = 0; i < 32; i++) y[yo + group * 32 + i] = scale * ((b[from + i] >> shift) & 15) - minimum;
        }
    }

    /** The 6-bit scale of a group of Q4_K; {@code at} is where the 12 bytes begin. */
    public static int scale(byte[] b, int at, int group) {
        return group < 4 ? b[at + group] & 63 : b[at + group + 4] & 15 | (b[at + group - 4] >> 6 & 3) << 4;
    }

    /** The 6-bit minimum of a group of Q4_K. */
    public static int minimum(byte[] b, int at, int group) {
        return group < 4 ? b[at + group + 4] & 63 : b[at + group + 4] >> 4 & 15 | (b[at + group] >> 6 & 3) << 4;
    }

    /** 128 bytes of low halves, 64 bytes of upper pairs of bits, 16 signed scales, one half float; in two runs of 128 elements. */
    private static void q6k(byte[] b, int at, float[] y, int yo) {
        float d = half(b, at + 208);
        for (int run = 0; run < 2; run++)
            for (int part = 0; part < 4; part++) {
                int low = at + run * 64 + part % 2 * 32;
                int high = at + 128 + run * 32;
                for (int i = 0; i < 32; i++) {
                    int q = b[low + i] >> part / 2 * 4 & 15 | (b[high + i] >> part * 2 & 3) << 4;
                    y[yo + run * 128 + part * 32 + i] = d * b[at + 192 + run * 8 + part * 2 + i / 16] * (q - 32);
                }
            }
    }

    /** The half float at a byte. */
    public static float half(byte[] b, int at) {
        return Float.float16ToFloat((short) SHORT.get(b, at));
    }

    /** Whether {@link #quantize} makes this type. */
    public static boolean quantizes(DType type) {
        return type == DType.Q8_0 || type == DType.Q4_0 || type == DType.Q4_1;
    }

    /**
     * Rounds count elements from x[xo] on to blocks, as ggml does: Q8_0 with d = largest size / 127, Q4_0 with d = the value of largest size / −8, Q4_1
     * between minimum and maximum.
     *
     * @param count elements, a multiple of the block
     * @param at    byte where the first block goes
     */
    public static void quantize(DType type, float[] x, int xo, int count, byte[] blocks, int at) {
        if (!quantizes(type)) throw new TensorException("quantize: values are rounded to Q8_0, Q4_0 and Q4_1, not to " + type);
        whole(type, count);
        int end = xo + count;
        for (; xo < end; xo += type.blockElements(), at += type.blockBytes()) {
            switch (type) {
                case Q8_0 -> toQ8(x, xo, blocks, at);
                case Q4_0 -> toQ4(x, xo, blocks, at);
                default -> toQ41(x, xo, blocks, at);
            }
        }
    }

    private static void toQ8(float[] x, int xo, byte[] b, int at) {
        float largest = 0;
        for (int i = 0; i < 32; i++) largest = Math.max(largest, Math.abs(x[xo + i]));
        float d = largest / 127;
        float inverse = d == 0 ? 0 : 1 / d;
        half(d, b, at);
        for (int i = 0; i < 32; i++) {
            float q = x[xo + i] * inverse;
            b[at + 2 + i] = (byte) (q < 0 ? -(int) (0.5f - q) : (int) (q + 0.5f));   // halves away from zero
        }
    }

    private static void toQ4(float[] x, int xo, byte[] b, int at) {
        float extreme = 0;
        for (int i = 0; i < 32; i++) if (Math.abs(x[xo + i]) > Math.abs(extreme)) extreme = x[xo + i];
        float d = extreme / -8;
        float inverse = d == 0 ? 0 : 1 / d;
        half(d, b, at);
        for (int i = 0; i < 16; i++) b[at + 2 + i] = pair(x[xo + i] * inverse + 8.5f, x[xo + 16 + i] * inverse + 8.5f);
    }

    private static void toQ41(float[] x, int xo, byte[] b, int at) {
        float minimum = Float.POSITIVE_INFINITY;
        float maximum = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < 32; i++) {
            minimum = Math.min(minimum, x[xo + i]);
            maximum = Math.max(maximum, x[xo + i]);
        }
        float d = (maximum - minimum) / 15;
        float inverse = d == 0 ? 0 : 1 / d;
        half(d, b, at);
        half(minimum, b, at + 2);
        for (int i = 0; i < 16; i++) b[at + 4 + i] = pair((x[xo + i] - minimum) * inverse + 0.5f, (x[xo + 16 + i] - minimum) * inverse + 0.5f);
    }

    private static byte pair(float low, float high) {
        return (byte) (Math.min(15, (int) low) | Math.min(15, (int) high) << 4);
    }

    private static void half(float value, byte[] b, int at) {
        SHORT.set(b, at, Float.floatToFloat16(value));
    }

    private static void whole(DType type, int count) {
        if (count % type.blockElements() != 0)
            throw new TensorException("blocks: " + type + " holds multiples of " + type.blockElements() + " elements, got " + count);
    }
}
