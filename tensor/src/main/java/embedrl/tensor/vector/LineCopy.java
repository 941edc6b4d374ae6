package embedrl.tensor.vector;

/**
 * Rows of a left operand that lie dense, A [m, k], as lines ({@link LineTiles}): those of the first block of the inner size, then those of the next. A thread's products share one
 * array, which stays in the cache between them.
 */
final class LineCopy {
    private static final ThreadLocal<LineCopy> OWN = ThreadLocal.withInitial(LineCopy::new);

    private float[] elements = {};

    private LineCopy() {}

    /** Elements for m rows and blocks of {@code depth}. */
    static long size(int m, int k, int depth) {
        return (long) ((k + depth - 1) / depth) * m * LineTiles.LINE + PanelTiles.MR * LineTiles.LINE;
    }

    /** The calling thread's copy, made by all threads; good until the next one. */
    static LineCopy of(WorkPool pool, int m, int k, int depth, float[] a, int ao) {
        LineCopy own = OWN.get();
        int size = Math.toIntExact(size(m, k, depth));
        if (own.elements.length < size) {
            own.elements = new float[size];
        }
        int parts = Gemm.wanted(pool, m, k, 4); // copying an element takes as long as four multiply-adds or so
        pool.run(parts, part -> {
            int from = Gemm.start(m, parts, part);
            int rows = Gemm.start(m, parts, part + 1) - from;
            for (int p = 0; p < k; p += depth) {
                LineTiles.copy(a, ao + from * k + p, k, rows, Math.min(depth, k - p), own.elements, start(from, p, m, depth));
            }
        });
        return own;
    }

    float[] elements() {
        return elements;
    }

    /** Where element p, the first of a block, of row i stands. */
    static int start(int i, int p, int m, int depth) {
        return (p / depth * m + i) * LineTiles.LINE;
    }
}
