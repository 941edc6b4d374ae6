package embedrl.tensor.vector;

import static embedrl.tensor.vector.PackedNarrow.BLOCK;
import static embedrl.tensor.vector.PackedNarrow.STRIP;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

import embedrl.tensor.DType;

/**
 * C[m, n] = A[m, k] B[n, k]ᵀ for some rows of A, which are copied to lines, and narrow weights that are kept packed, with 16 registers: too few for the tiles of {@link NarrowRows}.
 * BFLOAT16 is widened in registers ({@link BrainTiles}); 8 and 4 bits would need too many: two strips are widened side by side, once, and meet all rows. Widening waits
 * for memory, and multiplying follows: in pieces of 32 to 192 elements, between which the processor might read ahead, they took longer. The two strips of a tile lie half a part
 * apart: two long streams, which the memory serves faster than one.
 */
final class WideRows extends ThinProduct {
    private static final int ACROSS = NR / STRIP; // strips of a tile

    private final PackedNarrow b;
    private final int depth; // of a chain of multiply-adds

    private LineCopy lines;

    WideRows(WorkPool pool, int m, float[] a, int ao, PackedNarrow b, float[] c, int co, Epilogue epilogue) {
        super(pool, m, b.n, b.k, a, ao, c, co, epilogue);
        this.b = b;
        depth = Gemm.roundUp(GemmBlock.depth(k), BLOCK);
    }

    /** Few, so that streams are long. */
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
        int from = Gemm.start(tiles(), parts, part);
        int half = Gemm.start(tiles(), parts, part + 1) - from;
        if (half == 0) {
            return;
        }
        for (int s = from * ACROSS; s < from * ACROSS + half; s++) {
            for (int p = 0; p < k; p += depth) {
                columns(s, s + half, p, Math.min(depth, k - p));
            }
        }
        epilogue.apply(0, m, from * NR, Math.min(n, (from + half) * NR) - from * NR);
    }

    /** Elements p up to p + count of all rows times two strips. */
    private void columns(int s0, int s1, int p, int count) {
        float[] tile = Scratch.own().chunk;
        boolean brain = b.type == DType.BFLOAT16;
        float[] room = brain ? null : widened(s0, s1, p, count);
        for (int i = 0; i < m; i += MR) {
            int rows = Math.min(MR, m - i);
            int at = LineCopy.start(i, p, m, depth);
            if (brain) {
                BrainTiles.tile(rows, lines.elements(), at, b.halves, b.start(s0) + p * STRIP, b.start(s1) + p * STRIP, count, tile, 0, NR);
            } else {
                LineTiles.tile(rows, NR, lines.elements(), at, room, Lanes.ALIGNED, NR, count, tile, 0, NR);
            }
            flush(tile, 0, i, rows, s0 * STRIP, p > 0);
            flush(tile, STRIP, i, rows, s1 * STRIP, p > 0);
        }
    }

    /** Elements p up to p + count of two strips as floats, the second one's behind the first one's, which begin at ALIGNED. */
    private float[] widened(int s0, int s1, int p, int count) {
        float[] room = Scratch.own().room(Lanes.ALIGNED + NR * depth);
        WideStrips.widen(b, s0, s1, p, p + count, room, Lanes.ALIGNED, NR);
        return room;
    }

    /** One strip's columns of a tile, from {@code at} on, go to C's from j on; those of a strip behind the last nowhere. */
    private void flush(float[] tile, int at, int i, int rows, int j, boolean accumulate) {
        BlockProduct.flush(tile, at, NR, rows, Math.min(STRIP, n - j), c, co + i * n + j, n, accumulate);
    }
}
