package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.Conversions;
import embedrl.tensor.DType;
import embedrl.tensor.HalfTypes;

/** Conversions between element types, most in plain loops that the compiler vectorizes itself. */
final class Casts {
    private Casts() {}

    /** y[yo..yo+n) = elements at..at+n of a buffer of any type, as FLOAT32. */
    static void widen(Buffer x, int at, float[] y, int yo, int n) {
        int from = x.offset() + at;
        switch (x.type().dtype()) {
            case FLOAT32 -> System.arraycopy(x.floats(), from, y, yo, n);
            case INT32 -> ints(x.ints(), from, y, yo, n);
            case BFLOAT16 -> BlockWidening.brain(x.halves(), from, y, yo, n);
            case FLOAT16 -> half(x.halves(), from, y, yo, n);
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> {
                int block = x.type().dtype().blockElements();
                if (BlockWidening.VECTORS && at % block == 0 && n % block == 0) {
                    BlockWidening.widen(x.type().dtype(), x.blocks(), x.offset() + (int) x.type().dtype().bytes(at), y, yo, n / block);
                } else {
                    Conversions.widen(x, at, y, yo, n);
                }
            }
        }
    }

    private static void ints(int[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = x[xo + i];
        }
    }

    private static void half(short[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = Float.float16ToFloat(x[xo + i]);
        }
    }

    /** Elements from (inclusive) to (exclusive) of y = those of a FLOAT32 buffer, rounded to y's type. */
    static void narrow(Buffer x, Buffer y, int from, int to) {
        float[] in = x.floats();
        int shift = x.offset();
        DType type = y.type().dtype();
        switch (type) {
            case FLOAT32 -> System.arraycopy(in, shift + from, y.floats(), y.offset() + from, to - from);
            case INT32 -> {
                int[] out = y.ints();
                for (int i = from; i < to; i++) {
                    out[y.offset() + i] = (int) in[shift + i];
                }
            }
            case BFLOAT16, FLOAT16 -> {
                short[] out = y.halves();
                for (int i = from; i < to; i++) {
                    out[y.offset() + i] = HalfTypes.narrow(type, in[shift + i]);
                }
            }
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> throw new IllegalStateException("no operation computes " + y.type());
        }
    }
}
