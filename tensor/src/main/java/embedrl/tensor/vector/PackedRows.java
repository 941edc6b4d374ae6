package embedrl.tensor.vector;

import static embedrl.tensor.vector.PanelTiles.NR;

/**
 * Rows of A times FLOAT32 weights that are kept packed. Where dense rows are copied to lines ({@link GemmBlock#COPIES_ROWS}), all threads copy those of A, once for all parts and for
 * products that are joined; parts then are shares of columns and, of many rows, of rows too.
 */
final class PackedRows extends ThinProduct {
    /** Most rows of A for which A is not worth cutting where it is read in place; with more, {@link Gemm#packed} cuts both. */
    private static final int MOST = 63;

    /** Most elements of the lines of A: the caller's thread keeps them. */
    private static final int MOST_COPIED = 1 << 22;

    private final PackedFloats b;
    private final boolean copies;

    private LineCopy lines;

    PackedRows(WorkPool pool, int m, float[] a, int ao, PackedFloats b, float[] c, int co, Epilogue epilogue) {
        super(pool, m, b.n, b.k, a, ao, c, co, epilogue);
        this.b = b;
        copies = copies(m, n, k);
    }

    /** Whether this is faster than {@link Gemm#packed}. */
    static boolean pay(int m, int n, int k) {
        return m <= MOST || copies(m, n, k);
    }

    /** A line takes as much room for a short row as for a long one: many of them would come from far. */
    private static boolean copies(int m, int n, int k) {
        return GemmBlock.COPIES_ROWS && n >= GemmBlock.LEAST_COPIED && LineCopy.size(m, k, GemmBlock.depth(k)) <= (m <= MOST ? MOST_COPIED : Math.min(MOST_COPIED, 16L * m * k));
    }

    @Override
    int parts() {
        int wanted = Gemm.wanted(pool, m, n, k);
        return copies ? across(wanted) * down(wanted, across(wanted)) : Math.min(strips(), wanted);
    }

    private int strips() {
        return (n + NR - 1) / NR;
    }

    /** Shares of columns, for {@code parts} parts at most: first of all, so that a strip comes from memory for one thread, but of a few strips each. */
    private int across(int parts) {
        if (!copies) {
            return parts;
        }
        int across = Math.clamp(strips() / Gemm.LEAST_WIDE, 1, parts);
        int down = down(parts, across);
        return across * down < Math.min(parts, pool.threads()) ? Math.min(strips(), parts / down) : across;
    }

    /** Shares of rows. */
    private int down(int parts, int across) {
        return copies ? Math.clamp(m / Gemm.LEAST_HIGH, 1, parts / across) : 1;
    }

    @Override
    void begin(ThinProduct like) {
        b.refresh(pool);
        if (copies) {
            lines = like instanceof PackedRows rows && rows.copies ? rows.lines : LineCopy.of(pool, m, k, GemmBlock.depth(k), a, ao);
        }
    }

    @Override
    void run(int part, int parts) {
        int across = across(parts);
        int down = down(parts, across);
        int high = Gemm.roundUp((m + down - 1) / down, PanelTiles.MR);
        int i = part / across * high;
        int from = Gemm.start(strips(), across, part % across) * NR;
        int end = Math.min(n, Gemm.start(strips(), across, part % across + 1) * NR);
        if (i >= m || from == end) {
            return;
        }
        if (copies) {
            GemmBlock.own().lines(i, Math.min(high, m - i), m, end - from, k, lines.elements(), b.strips(), Lanes.ALIGNED + from * k, c, co + i * n + from, n, epilogue, from);
        } else {
            GemmBlock.own().run(m, end - from, k, a, ao, b.strips(), Lanes.ALIGNED + from * k, c, co + from, n, epilogue, 0, from);
        }
    }
}
