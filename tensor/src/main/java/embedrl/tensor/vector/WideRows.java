package embedrl.tensor.vector;

import static embedrl.tensor.vector.PackedNarrow.BLOCK;
import static embedrl.tensor.vector.PackedNarrow.STRIP;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

/**
 * C[m, n] = A[m, k] B[n, k]ᵀ for some rows of A and narrow weights that are kept packed, with 16 registers: too few for tiles that widen weights themselves, as those of
 * {@link NarrowRows} do. Two strips are widened side by side, once, and meet all rows of A, which are copied to lines. Widening waits for memory, and multiplying follows: in pieces
 * of 32 to 192 elements, between which the processor might read ahead, they took longer.
 */
final class WideRows extends ThinProduct {
    private static final int ACROSS = NR / STRIP; // strips that are widened side by side

    private final PackedNarrow b;
    private final int depth; // of a chain of multiply-adds

    private LineCopy lines;

    WideRows(WorkPool pool, int m, float[] a, int ao, PackedNarrow b, float[] c, int co, Epilogue epilogue) {
        super(pool, m, b.n, b.k, a, ao, c, co, epilogue);
        this.b = b;
        depth = Gemm.roundUp(GemmBlock.depth(k), BLOCK);
    }

    @Override
    int parts() {
        return Math.min(tiles(), 2 * pool.threads());
    }

    private int tiles() {
        return (n + NR - 1) / NR;
    }

    @Override
    void begin(ThinProduct like) {
        b.refresh(pool);
        lines = like == null ? LineCopy.of(pool, m, k, depth, a, ao) : ((WideRows) like).lines;
    }

    @Override
    void run(int part, int parts) {
        int from = Gemm.start(tiles(), parts, part) * NR;
        int end = Math.min(n, Gemm.start(tiles(), parts, part + 1) * NR);
        if (from == end) {
            return;
        }
        float[] room = Scratch.own().room(Lanes.ALIGNED + NR * depth);
        for (int j = from; j < end; j += NR) {
            for (int p = 0; p < k; p += depth) {
                int last = Math.min(k, p + depth);
                for (int s = 0; s < ACROSS; s++) {
                    WideStrips.widen(b, j / STRIP + s, p, last, room, Lanes.ALIGNED + s * STRIP, NR);
                }
                for (int i = 0; i < m; i += MR) {
                    tile(i, j, Math.min(MR, m - i), Math.min(NR, end - j), p, last - p, room);
                }
            }
        }
        epilogue.apply(0, m, from, end - from);
    }

    /** Elements p up to p + count of some rows from i on times the widened strips, which are columns from j on. */
    private void tile(int i, int j, int rows, int cols, int p, int count, float[] room) {
        boolean whole = rows == MR && cols == NR && p == 0;
        float[] tile = Scratch.own().chunk;
        int to = co + i * n + j;
        LineTiles.tile(rows, cols, lines.elements(), LineCopy.start(i, p, m, depth), room, Lanes.ALIGNED, NR, count, whole ? c : tile, whole ? to : 0, whole ? n : NR);
        if (!whole) {
            BlockProduct.flush(tile, 0, NR, rows, cols, c, to, n, p > 0);
        }
    }
}
