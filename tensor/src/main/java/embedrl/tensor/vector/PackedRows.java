package embedrl.tensor.vector;

import static embedrl.tensor.vector.PanelTiles.NR;

/** Rows of A times FLOAT32 weights that are kept packed. With 16 registers, A is copied to lines ({@link LineTiles}) by all threads, once for all parts and all products of this A. */
final class PackedRows extends ThinProduct {
    /** Rows of A from which on A is worth cutting too, where it is not laid out: {@link Gemm#packed}. */
    private static final int MOST = 63;

    /** Most elements of these lines: the caller keeps them. */
    private static final int MOST_LAID = 1 << 22;

    /** The lines of A, in the caller's array: one for all products, which stays in the cache between them. */
    private static final ThreadLocal<float[]> LINES = ThreadLocal.withInitial(() -> new float[0]);

    private final PackedFloats b;
    private final boolean laid;

    private float[] lines;

    PackedRows(WorkPool pool, int m, float[] a, int ao, PackedFloats b, float[] c, int co, Epilogue epilogue) {
        super(pool, m, b.n, b.k, a, ao, c, co, epilogue);
        this.b = b;
        laid = laid(m, n, k);
    }

    /** Whether this is faster than cutting A: {@link Gemm#packed}. */
    static boolean pay(int m, int n, int k) {
        return m <= MOST || laid(m, n, k);
    }

    private static boolean laid(int m, int n, int k) {
        return GemmBlock.LINES && n >= GemmBlock.LEAST_FOR_LINES && GemmBlock.laid(m, k) <= MOST_LAID;
    }

    @Override
    boolean isLike(ThinProduct other) {
        return super.isLike(other) && laid == ((PackedRows) other).laid;
    }

    @Override
    int parts() {
        return Math.min(strips(), Gemm.wanted(pool, m, n, k));
    }

    private int strips() {
        return (n + NR - 1) / NR;
    }

    @Override
    void begin(ThinProduct like) {
        b.refresh(pool);
        if (laid) {
            lines = like == null ? lay() : ((PackedRows) like).lines;
        }
    }

    private float[] lay() {
        int size = (int) GemmBlock.laid(m, k);
        if (LINES.get().length < size) {
            LINES.set(new float[size]);
        }
        float[] lines = LINES.get();
        int parts = Gemm.wanted(pool, m, k, 4); // copying an element takes as long as four multiply-adds or so
        pool.run(parts, part -> {
            int from = Gemm.start(m, parts, part);
            GemmBlock.lay(m, k, a, ao, from, Gemm.start(m, parts, part + 1) - from, lines);
        });
        return lines;
    }

    @Override
    void run(int part, int parts) {
        int from = Gemm.start(strips(), parts, part) * NR;
        int end = Math.min(n, Gemm.start(strips(), parts, part + 1) * NR);
        if (from == end) {
            return;
        }
        if (laid) {
            GemmBlock.own().lines(m, end - from, k, lines, b.strips(), Lanes.ALIGNED + from * k, c, co + from, n, epilogue, from);
        } else {
            GemmBlock.own().run(m, end - from, k, a, ao, b.strips(), Lanes.ALIGNED + from * k, c, co + from, n, epilogue, 0, from);
        }
    }
}
