package embedrl.tensor.vector;

import static embedrl.tensor.vector.PackedNarrow.BLOCK;
import static embedrl.tensor.vector.PackedNarrow.COLUMNS;
import static embedrl.tensor.vector.PackedNarrow.ROWS;
import static embedrl.tensor.vector.PackedNarrow.STRIP;
import static embedrl.tensor.vector.PackedNarrow.STRIPS;

import embedrl.tensor.DType;
import java.util.Arrays;

/**
 * C[m, n] = A[m, k] B[n, k]ᵀ for some rows of A and narrow weights that are kept packed: decoding a batch. Three strips of a tile lie a third of a part apart:
 * three long streams.
 */
final class NarrowRows extends ThinProduct {
    private static final int TILE = ROWS * COLUMNS;
    /** The panels of A, in the caller's array: one for all products, which stays in the cache between them. Then the sums of their blocks. */
    private static final ThreadLocal<float[]> PANELS = ThreadLocal.withInitial(() -> new float[0]);

    private final PackedNarrow b;
    private final int sums;   // where the sums of blocks begin
    private final int chain;  // the inner size is cut into chains of about this length
    private final int reach;  // the inner size of three strips that stay in the second-level cache until the last panel has met them

    private float[] panels;

    NarrowRows(WorkPool pool, int m, float[] a, int ao, PackedNarrow b, float[] c, int co, Epilogue epilogue) {
        super(pool, m, b.n, b.k, a, ao, c, co, epilogue);
        this.b = b;
        sums = (m + ROWS - 1) / ROWS * ROWS * k;
        chain = Gemm.roundUp(GemmBlock.depth(k), BLOCK);
        reach = COLUMNS * b.type.bytes(k) <= Caches.second() / 2 ? k : chain;
    }

    @Override
    boolean isLike(ThinProduct other) {
        return super.isLike(other) && b.type == ((NarrowRows) other).b.type;
    }

    /** Few, and each in three long runs, which the memory serves faster than many short ones. */
    @Override
    int parts() {
        return Math.min(tiles(), 2 * pool.threads());
    }

    private int tiles() {
        return (n + COLUMNS - 1) / COLUMNS;
    }

    @Override
    void begin(ThinProduct like) {
        b.refresh(pool);
        if (like != null) {
            panels = ((NarrowRows) like).panels;
            return;
        }
        panels = PANELS.get();
        int room = sums + (shifted() ? sums / BLOCK : 0) + ROWS;   // a vector that begins at the last column ends behind it
        if (panels.length < room) {
            panels = new float[room];
            PANELS.set(panels);
        }
        pool.run((m + ROWS - 1) / ROWS, panel -> lay(panel * ROWS));
    }

    private void lay(int i) {
        if (i + ROWS <= m) {
            Octets.transpose(a, ao + i * k, k, ROWS, k, panels, i * k, ROWS);
        } else {
            Packing.panel(a, ao + i * k, k, 1, m - i, k, panels, i * k, ROWS);
        }
        if (shifted()) {
            BlockSums.ofPanel(panels, i * k, k, sums + i * k / BLOCK);
        }
    }

    @Override
    void run(int part, int parts) {
        int from = Gemm.start(tiles(), parts, part);
        int end = Gemm.start(tiles(), parts, part + 1);
        if (from == end) {
            return;
        }
        int third = end - from;
        for (int s = from * STRIPS; s < from * STRIPS + third; s++) {
            columns(s, s + third, s + 2 * third);
        }
        epilogue.apply(0, m, from * COLUMNS, Math.min(n, end * COLUMNS) - from * COLUMNS);
    }

    private boolean shifted() {
        return b.type == DType.Q4_0 || b.type == DType.Q4_1;
    }

    /** All rows of A times three strips. */
    private void columns(int s0, int s1, int s2) {
        float[] tile = Scratch.own().chunk;
        for (int first = 0; first < k; first += reach) {
            int last = Math.min(k, first + reach);
            for (int i = 0; i < m; i += ROWS) {
                for (int from = first; from < last; from += chain) {
                    int end = Math.min(last, from + chain);
                    if (b.type == DType.BFLOAT16) {
                        NarrowTiles.brain(panels, i * k, b.halves, b.start(s0), b.start(s1), b.start(s2), from, end, tile);
                    } else {
                        blocks(i * k, s0, s1, s2, from / BLOCK, end / BLOCK, tile);
                    }
                    flush(tile, 0, i, s0, from > 0);
                    flush(tile, STRIP, i, s1, from > 0);
                    flush(tile, 2 * STRIP, i, s2, from > 0);
                }
            }
        }
    }

    /** One strip's columns of a tile, from {@code at} on, go to C; those of a strip behind the last nowhere. */
    private void flush(float[] tile, int at, int i, int strip, boolean accumulate) {
        int j = strip * STRIP;
        BlockProduct.flush(tile, at, COLUMNS, Math.min(ROWS, m - i), Math.min(STRIP, n - j), c, co + i * n + j, n, accumulate);
    }

    /** Blocks from..end of a panel times three strips. */
    private void blocks(int panel, int s0, int s1, int s2, int from, int end, float[] tile) {
        Arrays.fill(tile, 0, TILE, 0);
        int size = b.block();
        for (int t = from; t < end; t++) {
            int x = panel + t * BLOCK * ROWS;
            int b0 = b.start(s0) + t * size;
            int b1 = b.start(s1) + t * size;
            int b2 = b.start(s2) + t * size;
            int t0 = b.scale(s0, t);
            int t1 = b.scale(s1, t);
            int t2 = b.scale(s2, t);
            if (shifted()) {
                BlockTiles.q4(panels, x, b.bytes, b0, b1, b2, tile, TILE);
                BlockSums.shift(tile, panels, sums + x / BLOCK, b.shifts, t0, t1, t2);
            } else {
                BlockTiles.q8(panels, x, b.bytes, b0, b1, b2, tile, TILE);
            }
            BlockSums.add(tile, TILE, b.scales, t0, t1, t2);
        }
    }
}
