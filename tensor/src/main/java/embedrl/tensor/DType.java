package embedrl.tensor;

/** Element type of a tensor, with its size in bytes and its name in a safetensors header. Computation is in FLOAT32; the half types are storage. */
public enum DType {
    FLOAT32(4, "F32"),
    INT32(4, "I32"),
    BFLOAT16(2, "BF16"),
    FLOAT16(2, "F16");

    private final int bytes;
    private final String safetensorsName;

    DType(int bytes, String safetensorsName) {
        this.bytes = bytes;
        this.safetensorsName = safetensorsName;
    }

    public int bytes() {
        return bytes;
    }

    public String safetensorsName() {
        return safetensorsName;
    }
}
