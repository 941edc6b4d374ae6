package embedrl.tensor;

/**
 * Where the elements of a tensor lie on the host: a run of one primitive array. FLOAT32 lies in {@code float[]}, INT32 in {@code int[]}, the half
 * types in {@code short[]}, blocks in {@code byte[]}, where offsets and lengths count bytes. Kernels read the array and the offset; nothing else holds
 * them.
 */
public final class Buffer {
    /** Array elements of a copy that are worth a thread. */
    private static final int PIECE = 1 << 18;

    private final TensorType type;
    private final Object array;
    private final int offset;

    private Buffer(TensorType type, Object array, int offset) {
        this.type = type;
        this.array = array;
        this.offset = offset;
    }

    /** A buffer over part of an array; throws when the array's type or length does not fit. */
    public static Buffer over(TensorType type, Object array, int offset) {
        int length = switch (array) {
            case float[] floats when type.dtype() == DType.FLOAT32 -> floats.length;
            case int[] ints when type.dtype() == DType.INT32 -> ints.length;
            case short[] halves when type.dtype() == DType.BFLOAT16 || type.dtype() == DType.FLOAT16 -> halves.length;
            case byte[] bytes when type.dtype().isBlock() -> bytes.length;
            default -> throw new TensorException("buffer: " + type + " cannot lie in a " + array.getClass().getSimpleName());
        };
        if (offset < 0 || offset > length - length(type))
            throw new TensorException("buffer: " + type + " at offset " + offset + " does not fit into " + length + (type.dtype().isBlock() ? " bytes" : " elements"));
        return new Buffer(type, array, offset);
    }

    /**
     * A new buffer of zeros. It begins where a cache line does, 48 bytes behind an array's header of 16, where the JVM places objects at multiples of 64 bytes, as the launchers
     * ask it to: weights are read by whole vectors, and one that lies across two lines takes twice as long.
     */
    public static Buffer allocate(TensorType type) {
        int count = length(type);
        return switch (type.dtype()) {
            case FLOAT32 -> new Buffer(type, new float[Arena.FIRST + count], Arena.FIRST);
            case INT32 -> new Buffer(type, new int[Arena.FIRST + count], Arena.FIRST);
            case BFLOAT16, FLOAT16 -> new Buffer(type, new short[2 * Arena.FIRST + count], 2 * Arena.FIRST);
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> new Buffer(type, new byte[4 * Arena.FIRST + count], 4 * Arena.FIRST);
        };
    }

    /** Array elements that a tensor takes. */
    private static int length(TensorType type) {
        long length = type.dtype().isBlock() ? type.bytes() : type.shape().count();
        if (length > Integer.MAX_VALUE - 64) throw new TensorException("buffer: " + type + " needs " + length + " bytes, more than one array can hold");
        return (int) length;
    }

    public TensorType type() {
        return type;
    }

    public int offset() {
        return offset;
    }

    public int count() {
        return type.shape().count();
    }

    public float[] floats() {
        if (array instanceof float[] floats) return floats;
        throw new TensorException("buffer: expected FLOAT32 elements, this holds " + type);
    }

    public int[] ints() {
        if (array instanceof int[] ints) return ints;
        throw new TensorException("buffer: expected INT32 elements, this holds " + type);
    }

    public short[] halves() {
        if (array instanceof short[] halves) return halves;
        throw new TensorException("buffer: expected half-width elements, this holds " + type);
    }

    /** The blocks of a block type. */
    public byte[] blocks() {
        if (array instanceof byte[] bytes) return bytes;
        throw new TensorException("buffer: expected blocks, this holds " + type);
    }

    /** The same elements under another type of equal element type and count. */
    public Buffer as(TensorType other) {
        return over(other, array, offset);
    }

    /** Copies all elements from a buffer of the same element type and count. */
    public void copyFrom(Buffer source) {
        if (source.type.dtype() != type.dtype() || source.count() != count())
            throw new TensorException("buffer: cannot copy " + source.type + " into " + type);
        System.arraycopy(source.array, source.offset, array, offset, length(type));
    }

    /** As {@link #copyFrom(Buffer)}, a large copy shared among threads: one thread alone does not reach the bandwidth of the memory. */
    void copyFrom(Buffer source, Executor executor) {
        int length = length(type);
        if (length <= PIECE || source.type.dtype() != type.dtype() || source.count() != count()) {
            copyFrom(source);
            return;
        }
        executor.share((length - 1) / PIECE + 1, piece -> System.arraycopy(source.array, source.offset + piece * PIECE, array, offset + piece * PIECE,
                Math.min(PIECE, length - piece * PIECE)));
    }
}
