package embedrl.models.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Values of the weight types of GGUF: from blocks to float32, and for the types that are written here back.
 *
 * <p>A row is a whole number of blocks, so that rows can be taken, moved and decoded one by one.
 */
public final class Blocks {
    /** Decoding goes through a small array: element access to an array is faster than to a mapped segment. */
    private static final int CHUNK_BLOCKS = 256;

    private Blocks() {
    }

    /** The values of whole blocks, as many as the bytes hold. */
    public static float[] floats(GgmlType type, MemorySegment blocks) {
        check(type, blocks.byteSize());
        long count = blocks.byteSize() / type.blockBytes();
        if (count * type.blockSize() > Integer.MAX_VALUE - 8) {
            throw new GgufException("dequantize: " + count * type.blockSize() + " values are more than one array can have");
        }
        float[] values = new float[(int) count * type.blockSize()];
        byte[] chunk = new byte[(int) Math.min(count, CHUNK_BLOCKS) * type.blockBytes()];
        for (int block = 0; block < count; block += CHUNK_BLOCKS) {
            int blocksNow = (int) Math.min(CHUNK_BLOCKS, count - block);
            MemorySegment.copy(blocks, ValueLayout.JAVA_BYTE, (long) block * type.blockBytes(), chunk, 0, blocksNow * type.blockBytes());
            for (int i = 0; i < blocksNow; i++) {
                decode(type, chunk, i * type.blockBytes(), values, (block + i) * type.blockSize());
            }
        }
        return values;
    }

    /** Decodes one block at byte {@code at} into the values from {@code to}. */
    static void decode(GgmlType type, byte[] block, int at, float[] values, int to) {
        switch (type) {
            case F32 -> values[to] = PlainFloats.f32(block, at);
            case F16 -> values[to] = PlainFloats.f16(block, at);
            case BF16 -> values[to] = PlainFloats.bf16(block, at);
            case Q8_0 -> ByteBlocks.q8(block, at, values, to);
            case Q4_0 -> NibbleBlocks.q4(block, at, values, to);
            case Q4_1 -> NibbleBlocks.q4WithMinimum(block, at, values, to);
            case Q5_0 -> NibbleBlocks.q5(block, at, values, to);
            case Q5_1 -> NibbleBlocks.q5WithMinimum(block, at, values, to);
            case Q2_K -> SuperBlocks.q2(block, at, values, to);
            case Q3_K -> SuperBlocks.q3(block, at, values, to);
            case Q4_K -> ScaledSuperBlocks.q4(block, at, values, to);
            case Q5_K -> ScaledSuperBlocks.q5(block, at, values, to);
            case Q6_K -> SuperBlocks.q6(block, at, values, to);
            case I8, I16, I32, I64, F64 -> throw new GgufException("dequantize: " + type + " is no type of weights");
        }
    }

    /** Whether {@link #encode} writes the type. */
    public static boolean isEncoded(GgmlType type) {
        return switch (type) {
            case F32, F16, BF16, Q8_0, Q4_0, Q4_1 -> true;
            case Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, I8, I16, I32, I64, F64 -> false;
        };
    }

    /**
     * The blocks of values, of which there must be a multiple of the block size. Half types round to nearest even; block types are rounded as ggml's reference
     * quantizers round them.
     */
    public static byte[] encode(GgmlType type, float[] values) {
        if (!isEncoded(type)) {
            throw new GgufException("quantize: " + type + " is not written here; use F32, F16, BF16, Q8_0, Q4_0 or Q4_1");
        }
        if (values.length % type.blockSize() != 0) {
            throw new GgufException("quantize: " + type + " takes a multiple of " + type.blockSize() + " values, got " + values.length);
        }
        byte[] blocks = new byte[Math.toIntExact(type.bytes(values.length))];
        for (int i = 0; i < values.length / type.blockSize(); i++) {
            int from = i * type.blockSize();
            int at = i * type.blockBytes();
            switch (type) {
                case F32 -> PlainFloats.putF32(values[from], blocks, at);
                case F16 -> PlainFloats.putF16(values[from], blocks, at);
                case BF16 -> PlainFloats.putBf16(values[from], blocks, at);
                case Q8_0 -> ByteBlocks.putQ8(values, from, blocks, at);
                case Q4_0 -> NibbleBlocks.putQ4(values, from, blocks, at);
                case Q4_1 -> NibbleBlocks.putQ4WithMinimum(values, from, blocks, at);
                default -> throw new AssertionError(type);
            }
        }
        return blocks;
    }

    private static void check(GgmlType type, long bytes) {
        if (bytes % type.blockBytes() != 0) {
            throw new GgufException("dequantize: blocks of " + type + " have " + type.blockBytes() + " bytes, got " + bytes + ", which is no multiple");
        }
    }
}
