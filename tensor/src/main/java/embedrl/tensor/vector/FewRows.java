package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;

/**
 * C[m, n] = A[m, k] B[n, k]ᵀ for a few rows of A and weights B of any type: decoding, bound by the memory that B is read from. B is read once, four
 * rows at a time. One row of A meets the weights in registers ({@link NarrowDots}); otherwise they are widened, a piece that fits into the first-level
 * cache at a time, and meet two rows of A at a time. Every sum belongs to one thread.
 */
final class FewRows {
    /** Most rows of A for which this is faster than packing B into panels. */
    static final int MOST = 16;

    /** Elements of a row that are widened at a time; a multiple of every block. */
    private static final int PIECE = 1024;
    private static final int PART = 1 << 16;   // weights of one part of the loop

    private final int m;
    private final int n;
    private final int k;
    private final Buffer b;
    private final DType type;
    private final boolean direct;
    private final float[] prepared;   // what the kernel wants to know of A

    FewRows(int m, int n, int k, Buffer b) {
        this.m = m;
        this.n = n;
        this.k = k;
        this.b = b;
        type = b.type().dtype();
        direct = m == 1 && NarrowDots.has(type, k);
        prepared = !direct ? null : type.isBlock() ? new float[k / 32] : new float[k];
    }

    void run(WorkPool pool, float[] a, int ao, float[] c, int co, Epilogue epilogue) {
        if (direct && !type.isBlock()) {
            NarrowDots.split(a, ao, prepared, k);
        } else if (direct && type != DType.Q8_0) {
            NarrowDots.blockSums(a, ao, prepared, k);
        }
        int rows = Math.max(4, PART / k / 4 * 4);
        pool.run((n + rows - 1) / rows, part -> {
            int end = Math.min(n, (part + 1) * rows);
            for (int j = part * rows; j < end; j += 4) {
                if (direct) {
                    one(a, ao, j, c, co);
                } else if (type == DType.FLOAT32) {
                    several(a, ao, 0, k, b.floats(), b.offset() + j * k, k, j, c, co);
                } else {
                    widened(a, ao, j, c, co);
                }
            }
            epilogue.apply(0, m, part * rows, end - part * rows);
        });
    }

    private void one(float[] a, int ao, int j, float[] c, int co) {
        float[] sums = Scratch.own().tail;
        int last = Math.min(4, n - j) - 1;
        int stride = type.isBlock() ? (int) type.bytes(k) : k;
        int b0 = b.offset() + j * stride;
        int b1 = b0 + Math.min(1, last) * stride;
        int b2 = b0 + Math.min(2, last) * stride;
        int b3 = b0 + last * stride;
        switch (type) {
            case BFLOAT16 -> NarrowDots.brain(prepared, k, b.halves(), b0, b1, b2, b3, sums);
            case FLOAT16 -> {
                NarrowDots.half(prepared, k, b.halves(), b0, b1, sums, 0);
                NarrowDots.half(prepared, k, b.halves(), b2, b3, sums, 2);
            }
            case Q8_0 -> NarrowDots.q8(a, ao, k, b.blocks(), b0, b1, b2, b3, sums);
            case Q4_0, Q4_1 -> {
                NarrowDots.q4(a, ao, prepared, k, b.blocks(), b0, b1, type.blockBytes(), sums, 0);
                NarrowDots.q4(a, ao, prepared, k, b.blocks(), b2, b3, type.blockBytes(), sums, 2);
            }
            default -> throw new IllegalStateException("no kernel for " + type);
        }
        System.arraycopy(sums, 0, c, co + j, last + 1);
    }

    private void widened(float[] a, int ao, int j, float[] c, int co) {
        float[] wide = Scratch.own().room(4 * PIECE);
        int rows = Math.min(4, n - j);
        for (int p = 0; p < k; p += PIECE) {
            int count = Math.min(PIECE, k - p);
            for (int r = 0; r < rows; r++) {
                Casts.widen(b, (j + r) * k + p, wide, r * PIECE, count);
            }
            several(a, ao, p, count, wide, 0, PIECE, j, c, co);
        }
    }

    /** Elements from p on of all rows of A times four rows of floats. */
    private void several(float[] a, int ao, int p, int count, float[] w, int wo, int stride, int j, float[] c, int co) {
        float[] sums = Scratch.own().tail;
        int last = Math.min(4, n - j) - 1;
        for (int i = 0; i < m; i += 2) {
            int x0 = ao + i * k + p;
            int x1 = i + 1 < m ? x0 + k : x0;
            Gemv.dots4x2(a, x0, x1, count, w, wo, wo + Math.min(1, last) * stride, wo + Math.min(2, last) * stride, wo + last * stride, sums);
            for (int r = 0; r <= last; r++) {
                int at = co + i * n + j + r;
                c[at] = p == 0 ? sums[r] : c[at] + sums[r];
                if (i + 1 < m) {
                    c[at + n] = p == 0 ? sums[4 + r] : c[at + n] + sums[4 + r];
                }
            }
        }
    }
}
