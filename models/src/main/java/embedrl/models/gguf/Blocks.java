package embedrl.models.gguf;

import embedrl.tensor.BlockFormats;
import embedrl.tensor.DType;
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
        floats(type, blocks, values, 0);
        return values;
    }

    /** As {@link #floats(GgmlType, MemorySegment)}, into the elements of an array from {@code at} on. */
    static void floats(GgmlType type, MemorySegment blocks, float[] values, int at) {
        check(type, blocks.byteSize());
        long count = blocks.byteSize() / type.blockBytes();
        byte[] chunk = new byte[(int) Math.min(count, CHUNK_BLOCKS) * type.blockBytes()];
        for (int block = 0; block < count; block += CHUNK_BLOCKS) {
            int blocksNow = (int) Math.min(CHUNK_BLOCKS, count - block);
            MemorySegment.copy(blocks, ValueLayout.JAVA_BYTE, (long) block * type.blockBytes(), chunk, 0, blocksNow * type.blockBytes());
            for (int i = 0; i < blocksNow; i++) {
                decode(type, chunk, i * type.blockBytes(), values, at + (block + i) * type.blockSize());
            }
        }
    }

    /** Decodes one block at byte {@code at} into the values from {@code to}. */
    static void decode(GgmlType type, byte[] block, int at, float[] values, int to) {
        switch (type) {
            case F32 -> values[to] = PlainFloats.f32(block, at);
            case F16 -> values[to] = PlainFloats.f16(block, at);
            case BF16 -> values[to] = PlainFloats.bf16(block, at);
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> BlockFormats.dequantize(kept(type), block, at, values, to, type.blockSize());
            case Q5_0 -> FiveBitBlocks.q5(block, at, values, to);
            case Q5_1 -> FiveBitBlocks.q5WithMinimum(block, at, values, to);
            case Q5_K -> FiveBitBlocks.q5k(block, at, values, to);
            case Q2_K -> LowBitBlocks.q2k(block, at, values, to);
            case Q3_K -> LowBitBlocks.q3k(block, at, values, to);
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
        if (type.blockSize() > 1) {
            BlockFormats.quantize(kept(type), values, 0, values.length, blocks, 0);
            return blocks;
        }
        for (int i = 0; i < values.length; i++) {
            int at = i * type.blockBytes();
            switch (type) {
                case F32 -> PlainFloats.putF32(values[i], blocks, at);
                case F16 -> PlainFloats.putF16(values[i], blocks, at);
                case BF16 -> PlainFloats.putBf16(values[i], blocks, at);
                default -> throw new AssertionError(type);
            }
        }
        return blocks;
    }

    /** The type of programs that lays elements out as a type of the file does; FLOAT32 where there is none. */
    static DType kept(GgmlType type) {
        return switch (type) {
            case F16 -> DType.FLOAT16;
            case BF16 -> DType.BFLOAT16;
            case Q8_0 -> DType.Q8_0;
            case Q4_0 -> DType.Q4_0;
            case Q4_1 -> DType.Q4_1;
            case Q4_K -> DType.Q4_K;
            case Q6_K -> DType.Q6_K;
            case F32, Q5_0, Q5_1, Q2_K, Q3_K, Q5_K, I8, I16, I32, I64, F64 -> DType.FLOAT32;
        };
    }

    /** The type of a file that lays elements out as a type of programs does. */
    static GgmlType stored(DType type) {
        return switch (type) {
            case FLOAT32 -> GgmlType.F32;
            case INT32 -> GgmlType.I32;
            case FLOAT16 -> GgmlType.F16;
            case BFLOAT16 -> GgmlType.BF16;
            case Q8_0 -> GgmlType.Q8_0;
            case Q4_0 -> GgmlType.Q4_0;
            case Q4_1 -> GgmlType.Q4_1;
            case Q4_K -> GgmlType.Q4_K;
            case Q6_K -> GgmlType.Q6_K;
        };
    }

    private static void check(GgmlType type, long bytes) {
        if (bytes % type.blockBytes() != 0) {
            throw new GgufException("dequantize: blocks of " + type + " have " + type.blockBytes() + " bytes, got " + bytes + ", which is no multiple");
        }
    }
}
