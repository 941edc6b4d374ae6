package embedrl.tensor;

/**
 * Element type of a tensor. Computation is in FLOAT32; the narrow types are storage of weights: half types of one number each, and block types, which
 * hold runs of 32 or 256 elements of the last axis together with their scale, laid out as in GGUF ({@link BlockFormats}).
 */
public enum DType {
    FLOAT32(1, 4),
    INT32(1, 4),
    BFLOAT16(1, 2),
    FLOAT16(1, 2),
    /** 8 bits an element: y = d · q. */
    Q8_0(32, 34),
    /** 4 bits an element: y = d · (q − 8). */
    Q4_0(32, 18),
    /** 4 bits an element: y = d · q + m. */
    Q4_1(32, 20),
    /** 4 bits an element in 8 groups: y = d · scale · q − dmin · min. */
    Q4_K(256, 144),
    /** 6 bits an element in 16 groups: y = d · scale · (q − 32). */
    Q6_K(256, 210);

    private final int blockElements;
    private final int blockBytes;

    DType(int blockElements, int blockBytes) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** Elements that are stored together; 1 but for the block types. The last axis of a tensor is a multiple of it. */
    public int blockElements() {
        return blockElements;
    }

    /** Bytes of one block. */
    public int blockBytes() {
        return blockBytes;
    }

    /** Bytes of this many elements, a multiple of the block. */
    public long bytes(long elements) {
        return elements / blockElements * blockBytes;
    }

    public boolean isBlock() {
        return blockElements > 1;
    }

    /** Whether this is a type of weights only: read by the right operand of a matrix product, the table of a gather, and a cast to FLOAT32. */
    public boolean isNarrow() {
        return this != FLOAT32 && this != INT32;
    }
}
