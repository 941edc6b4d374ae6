package embedrl.models.checkpoint;

/**
 * How weights are written.
 *
 * @param type         element type of all tensors
 * @param maxFileBytes the most bytes of tensors in one file; more go into shards with an index. A tensor larger than that has a file of its own
 */
public record WeightFormat(Type type, long maxFileBytes) {
    /** Element types that weights are written in, named as in {@code config.json}. */
    public enum Type {
        FLOAT32("float32", 4), BFLOAT16("bfloat16", 2);

        private final String title;
        private final int bytes;

        Type(String title, int bytes) {
            this.title = title;
            this.bytes = bytes;
        }

        /** The name in {@code config.json}. */
        public String title() {
            return title;
        }

        int bytes() {
            return bytes;
        }
    }

    /** One file of float32. */
    public static final WeightFormat FLOAT32 = new WeightFormat(Type.FLOAT32, Long.MAX_VALUE);
    /** Bfloat16 in files of at most 5 GB, as the reference library writes large models. */
    public static final WeightFormat BFLOAT16 = new WeightFormat(Type.BFLOAT16, 5_000_000_000L);

    public WeightFormat {
        if (maxFileBytes < 1) throw new IllegalArgumentException("weights: a file must hold at least one byte, got " + maxFileBytes);
    }

    /** The same type in files of another size. */
    public WeightFormat withMaxFileBytes(long bytes) {
        return new WeightFormat(type, bytes);
    }
}
