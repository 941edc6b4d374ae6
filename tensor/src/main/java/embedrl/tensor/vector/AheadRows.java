package embedrl.tensor.vector;

import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

/**
 * Some rows of A, copied to lines, times FLOAT32 weights that are kept packed and come from memory: decoding a batch. While one strip is multiplied, the next one is read
 * ({@link ReadAhead}).
 */
final class AheadRows extends ThinProduct {
    /** Most rows of A. */
    private static final int MOST = 96;

    private final PackedFloats b;
    private final int depth; // of a chain of multiply-adds

    private LineCopy lines;

    AheadRows(WorkPool pool, int m, float[] a, int ao, PackedFloats b, float[] c, int co, Epilogue epilogue) {
        super(pool, m, b.n, b.k, a, ao, c, co, epilogue);
        this.b = b;
        depth = GemmBlock.depth(k);
    }

    /** Whether this is faster than {@link PackedRows}: only the second six rows have time to read for. */
    static boolean pay(int m) {
        return ReadAhead.PAYS && m > MR && m <= MOST;
    }

    /** One for each thread, since each waits for its first strip. */
    @Override
    int parts() {
        return Math.min(strips(), Math.min(pool.threads(), Gemm.wanted(pool, m, n, k)));
    }

    private int strips() {
        return (n + NR - 1) / NR;
    }

    @Override
    void begin(ThinProduct like) {
        b.refresh(pool);
        lines = like == null ? LineCopy.of(pool, m, k, depth, a, ao) : ((AheadRows) like).lines;
    }

    @Override
    void run(int part, int parts) {
        int from = Gemm.start(strips(), parts, part) * NR;
        int end = Math.min(n, Gemm.start(strips(), parts, part + 1) * NR);
        if (from == end) {
            return;
        }
        ReadAhead strip = ReadAhead.own();
        strip.begin(b.strips(), start(from, 0), size(0));
        for (int j = from; j < end; j += NR) {
            for (int p = 0; p < k; p += depth) {
                boolean last = p + depth >= k;
                int nextColumn = last ? j + NR : j;
                int nextElement = last ? 0 : p + depth;
                strip.next(start(nextColumn, nextElement), nextColumn < end ? size(nextElement) : 0);
                strip.times(m, Math.min(NR, end - j), Math.min(depth, k - p), lines.elements(), LineCopy.start(0, p, m, depth), start(j, p), c, co + j, n, p > 0);
            }
        }
        strip.end();
        epilogue.apply(0, m, from, end - from);
    }

    /** Where element p of column j, the first of a strip, stands. */
    private int start(int j, int p) {
        return Lanes.ALIGNED + j * k + p * NR;
    }

    /** Elements of a strip's chain that begins with element p. */
    private int size(int p) {
        return Math.min(depth, k - p) * NR;
    }
}
