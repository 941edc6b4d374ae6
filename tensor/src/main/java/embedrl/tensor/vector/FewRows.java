package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;

/**
 * C[m, n] = A[m, k] B[n, k]ᵀ for a few rows of A and weights B of any type: decoding, bound by the memory that B is read from. B is read once, by
 * four rows at a time that lie a quarter of a part apart: four long streams, which the memory serves much faster than many short ones. One row of A
 * meets narrow weights in registers ({@link NarrowDots}); otherwise they are widened, a piece that fits into the first-level cache at a time, and meet
 * two rows of A at a time. Every sum belongs to one thread and is the same wherever the rows are cut, so the parts follow from the number of threads: the fewer they are, the
 * longer the streams, and the processor reads ahead in a long one only (parts of a sixteenth of the size took up to half as long again with 8 bits).
 */
final class FewRows extends ThinProduct {
    /** Most rows of A for which this is faster than packing B into panels. */
    static final int MOST = 16;

    /** Elements of a row that are widened at a time; a multiple of every block. */
    private static final int PIECE = 1024;
    private static final int PART = 1 << 17;   // least weights of a part, about

    private final Buffer b;
    private final DType type;
    private final boolean direct;
    private float[] prepared;   // what the kernel wants to know of A

    FewRows(WorkPool pool, int m, int n, int k, float[] a, int ao, Buffer b, float[] c, int co, Epilogue epilogue) {
        super(pool, m, n, k, a, ao, c, co, epilogue);
        this.b = b;
        type = b.type().dtype();
        direct = m == 1 && (type == DType.FLOAT32 || NarrowDots.has(type, k));
        prepared = !direct || type == DType.FLOAT32 ? null : type.isBlock() ? new float[k / 32] : new float[k];
    }

    @Override
    boolean isLike(ThinProduct other) {
        return super.isLike(other) && type == ((FewRows) other).type;
    }

    /** Twice the threads, so that one which starts late has less to do; one for a single thread and for small weights. */
    @Override
    int parts() {
        int threads = pool.threads();
        long most = Math.min(n, ((long) n * k + PART / 2) / PART);
        return threads == 1 || most <= 1 ? 1 : (int) Math.min(2L * threads, (most + 1) / 2 * 2);
    }

    @Override
    void begin(ThinProduct like) {
        if (like != null) {
            prepared = ((FewRows) like).prepared;
        } else if (prepared != null && !type.isBlock()) {
            NarrowDots.split(a, ao, prepared, k);
        } else if (prepared != null && type != DType.Q8_0) {
            NarrowDots.blockSums(a, ao, prepared, k);
        }
    }

    @Override
    void run(int part, int parts) {
        int rows = (n + parts - 1) / parts;
        int from = Math.min(n, part * rows);
        int end = Math.min(n, from + rows);
        if (from == end) {
            return;
        }
        int quarter = (end - from + 3) / 4 | 1; // odd: streams a large power of two apart get into each other's way in the caches
        Scratch own = Scratch.own();
        if (direct && (type == DType.FLOAT32 || type == DType.BFLOAT16)) {
            streams(from, quarter, end, own);
        } else {
            for (int j = from; j < from + quarter; j++) {
                if (direct) {
                    one(j, quarter, end, own.chunk, own.tail);
                } else {
                    several(j, quarter, end);
                }
            }
        }
        epilogue.apply(0, m, from, end - from);
    }

    /** Row r of the four that belong to row j; the first again where there are fewer. */
    private static int row(int j, int r, int quarter, int end) {
        int row = j + r * quarter;
        return row < end ? row : j;
    }

    /** All rows, in streams of a quarter each. The last begin earlier where rows are no multiple, and compute a few rows that the stream before them computes too. */
    private void streams(int from, int quarter, int end, Scratch own) {
        float[] sums = own.room(4 * quarter + Lanes.W);
        int b0 = b.offset() + start(0, from, quarter, end) * k;
        int b1 = b.offset() + start(1, from, quarter, end) * k;
        int b2 = b.offset() + start(2, from, quarter, end) * k;
        int b3 = b.offset() + start(3, from, quarter, end) * k;
        if (type == DType.FLOAT32) {
            Gemv.streams(a, ao, k, b.floats(), b0, b1, b2, b3, quarter, sums);
        } else {
            own.fetched = NarrowDots.brain(prepared, k, b.halves(), b0, b1, b2, b3, quarter, sums);
        }
        boolean rest = type == DType.FLOAT32 && k % Lanes.W != 0;
        for (int r = 0; r < 4; r++) {
            int first = start(r, from, quarter, end);
            for (int i = 0; i < quarter; i++) {
                c[co + first + i] = sums[4 * i + r];
            }
            for (int i = 0; rest && i < quarter; i++) {
                c[co + first + i] += Gemv.rest(a, ao, b.floats(), b.offset() + (first + i) * k, k);
            }
        }
    }

    /** The first row of stream r. */
    private static int start(int r, int from, int quarter, int end) {
        return Math.min(from + r * quarter, end - quarter);
    }

    private void one(int j, int quarter, int end, float[] lanes, float[] shifts) {
        int stride = type.isBlock() ? (int) type.bytes(k) : k;
        int b0 = b.offset() + j * stride;
        int b1 = b.offset() + row(j, 1, quarter, end) * stride;
        int b2 = b.offset() + row(j, 2, quarter, end) * stride;
        int b3 = b.offset() + row(j, 3, quarter, end) * stride;
        switch (type) {
            case FLOAT16 -> {
                NarrowDots.half(prepared, k, b.halves(), b0, b1, lanes, 0);
                NarrowDots.half(prepared, k, b.halves(), b2, b3, lanes, 2);
            }
            case Q8_0 -> NarrowDots.q8(a, ao, k, b.blocks(), b0, b1, b2, b3, lanes);
            case Q4_0, Q4_1 -> {
                NarrowDots.q4(a, ao, prepared, k, b.blocks(), b0, b1, type.blockBytes(), lanes, shifts, 0);
                NarrowDots.q4(a, ao, prepared, k, b.blocks(), b2, b3, type.blockBytes(), lanes, shifts, 2);
            }
            default -> throw new IllegalStateException("no kernel for " + type);
        }
        LaneSums.four(lanes);
        boolean shifted = type == DType.Q4_0 || type == DType.Q4_1;
        for (int r = 3; r >= 0; r--) {
            c[co + row(j, r, quarter, end)] = shifted ? lanes[Lanes.ALIGNED + r] + shifts[r] : lanes[Lanes.ALIGNED + r];
        }
    }

    private void several(int j, int quarter, int end) {
        int r1 = row(j, 1, quarter, end);
        int r2 = row(j, 2, quarter, end);
        int r3 = row(j, 3, quarter, end);
        if (type == DType.FLOAT32) {
            float[] w = b.floats();
            pairs(0, k, w, b.offset() + j * k, b.offset() + r1 * k, b.offset() + r2 * k, b.offset() + r3 * k, co + j, co + r1, co + r2, co + r3);
            return;
        }
        float[] wide = Scratch.own().room(4 * PIECE);
        for (int p = 0; p < k; p += PIECE) {
            int count = Math.min(PIECE, k - p);
            for (int r = 0; r < 4; r++) {
                Casts.widen(b, row(j, r, quarter, end) * k + p, wide, r * PIECE, count);
            }
            pairs(p, count, wide, 0, PIECE, 2 * PIECE, 3 * PIECE, co + j, co + r1, co + r2, co + r3);
        }
    }

    /** Elements from p on of all rows of A, two at a time, times four rows of floats. */
    private void pairs(int p, int count, float[] w, int w0, int w1, int w2, int w3, int c0, int c1, int c2, int c3) {
        float[] lanes = Scratch.own().chunk;
        for (int i = 0; i < m; i += 2) {
            int x0 = ao + i * k + p;
            int x1 = i + 1 < m ? x0 + k : x0;
            Gemv.dots4x2(a, x0, x1, count, w, w0, w1, w2, w3, lanes);
            Gemv.sums(lanes, 8);
            four(p > 0, a, x0, count, w, w0, w1, w2, w3, lanes, 0, c, i * n, c0, c1, c2, c3);
            if (i + 1 < m) {
                four(p > 0, a, x1, count, w, w0, w1, w2, w3, lanes, 4, c, (i + 1) * n, c0, c1, c2, c3);
            }
        }
    }

    /** Four sums and what whole vectors left over go to C; a row that stands for a missing one has the first row's place and value. */
    private static void four(boolean more, float[] a, int x, int count, float[] w, int w0, int w1, int w2, int w3, float[] lanes, int at, float[] c,
            int ci, int c0, int c1, int c2, int c3) {
        float before = more ? c[ci + c0] : 0;
        put(more, lanes[at + 3] + Gemv.rest(a, x, w, w3, count), c, ci + c3);
        put(more, lanes[at + 2] + Gemv.rest(a, x, w, w2, count), c, ci + c2);
        put(more, lanes[at + 1] + Gemv.rest(a, x, w, w1, count), c, ci + c1);
        c[ci + c0] = before + (lanes[at] + Gemv.rest(a, x, w, w0, count));
    }

    private static void put(boolean more, float value, float[] c, int at) {
        c[at] = more ? c[at] + value : value;
    }
}
