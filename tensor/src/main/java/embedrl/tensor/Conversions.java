package embedrl.tensor;

/** Values in another element type, outside of programs: what loading and saving weights needs. A part at a time, never a whole FLOAT32 copy. */
public final class Conversions {
    private static final int CHUNK = 1 << 13;   // elements; a multiple of every block

    private Conversions() {
    }

    /** y[yo .. yo + n) = elements at .. at + n of a buffer of any type, as FLOAT32. */
    public static void widen(Buffer x, int at, float[] y, int yo, int n) {
        int from = x.offset() + at;
        DType type = x.type().dtype();
        switch (type) {
            case FLOAT32 -> System.arraycopy(x.floats(), from, y, yo, n);
            case INT32 -> {
                int[] ints = x.ints();
                for (int i = 0; i < n; i++) y[yo + i] = ints[from + i];
            }
            case BFLOAT16 -> {
                short[] halves = x.halves();
                for (int i = 0; i < n; i++) y[yo + i] = Float.intBitsToFloat(halves[from + i] << 16);
            }
            case FLOAT16 -> {
                short[] halves = x.halves();
                for (int i = 0; i < n; i++) y[yo + i] = Float.float16ToFloat(halves[from + i]);
            }
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> blocks(x, at, y, yo, n);
        }
    }

    /** A run of elements that may begin and end inside of blocks. */
    private static void blocks(Buffer x, int at, float[] y, int yo, int n) {
        DType type = x.type().dtype();
        int size = type.blockElements();
        float[] block = null;
        for (int i = 0; i < n; ) {
            int within = (at + i) % size;
            int from = x.offset() + (at + i) / size * type.blockBytes();
            int run = within == 0 ? (n - i) / size * size : 0;
            if (run > 0) {
                BlockFormats.dequantize(type, x.blocks(), from, y, yo + i, run);
            } else {
                if (block == null) block = new float[size];
                run = Math.min(n - i, size - within);
                BlockFormats.dequantize(type, x.blocks(), from, block, 0, size);
                System.arraycopy(block, within, y, yo + i, run);
            }
            i += run;
        }
    }

    /**
     * A new buffer with the values in another type: exact when it is wider, else rounded to the nearest value of a half type or to blocks (Q8_0, Q4_0,
     * Q4_1). The buffer itself where it has the type already.
     */
    public static Buffer convert(Buffer x, DType to) {
        if (x.type().dtype() == to) return x;
        if (x.type().dtype() == DType.INT32 || to == DType.INT32) throw new TensorException("convert: integers stay integers, got " + x.type() + " to " + to);
        Buffer y = Buffer.allocate(new TensorType(to, x.type().shape()));
        if (to == DType.FLOAT32) {
            widen(x, 0, y.floats(), y.offset(), x.count());
            return y;
        }
        float[] wide = new float[Math.min(CHUNK, Math.max(to.blockElements(), x.count()))];
        for (int at = 0; at < x.count(); at += CHUNK) {
            int n = Math.min(CHUNK, x.count() - at);
            widen(x, at, wide, 0, n);
            if (to.isBlock()) BlockFormats.quantize(to, wide, 0, n, y.blocks(), y.offset() + (int) to.bytes(at));
            else for (int i = 0; i < n; i++) y.halves()[y.offset() + at + i] = HalfTypes.narrow(to, wide[i]);
        }
        return y;
    }
}
