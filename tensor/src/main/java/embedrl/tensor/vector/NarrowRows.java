package embedrl.tensor.vector;

import static embedrl.tensor.vector.PackedNarrow.BLOCK;
import static embedrl.tensor.vector.PackedNarrow.COLUMNS;
import static embedrl.tensor.vector.PackedNarrow.ROWS;
import static embedrl.tensor.vector.PackedNarrow.STRIPS;

import embedrl.tensor.DType;
import java.util.Arrays;

/** C[m, n] = A[m, k] B[n, k]ᵀ for some rows of A and narrow weights that are kept packed: decoding a batch. */
final class NarrowRows {
    private static final int CHAIN = GemmBlock.NARROW_KC;
    private static final int TILE = ROWS * COLUMNS;
    /** The panels of A, in the caller's array: one for all products, which stays in the cache between them. Then the sums of their blocks. */
    private static final ThreadLocal<float[]> PANELS = ThreadLocal.withInitial(() -> new float[0]);

    private final int m;
    private final PackedNarrow b;
    private final int sums;   // where the sums of blocks begin

    NarrowRows(int m, PackedNarrow b) {
        this.m = m;
        this.b = b;
        sums = (m + ROWS - 1) / ROWS * ROWS * b.k;
    }

    void run(WorkPool pool, float[] a, int ao, float[] c, int co, Epilogue epilogue) {
        b.refresh(pool);
        float[] panels = PANELS.get();
        int room = sums + (shifted() ? sums / BLOCK : 0) + ROWS;   // a vector that begins at the last column ends behind it
        if (panels.length < room) {
            panels = new float[room];
            PANELS.set(panels);
        }
        lay(pool, a, ao, panels);
        share(pool, panels, c, co, epilogue);
    }

    private boolean shifted() {
        return b.type == DType.Q4_0 || b.type == DType.Q4_1;
    }

    private void lay(WorkPool pool, float[] a, int ao, float[] panels) {
        pool.run((m + ROWS - 1) / ROWS, part -> {
            int i = part * ROWS;
            if (i + ROWS <= m) {
                Octets.transpose(a, ao + i * b.k, b.k, ROWS, b.k, panels, i * b.k, ROWS);
            } else {
                Packing.panel(a, ao + i * b.k, b.k, 1, m - i, b.k, panels, i * b.k, ROWS);
            }
            if (shifted()) {
                BlockSums.ofPanel(panels, i * b.k, b.k, sums + i * b.k / BLOCK);
            }
        });
    }

    private void share(WorkPool pool, float[] panels, float[] c, int co, Epilogue epilogue) {
        int tiles = (b.n + COLUMNS - 1) / COLUMNS;
        int parts = Math.min(tiles, 8 * pool.threads());
        pool.run(parts, part -> {
            int from = (int) ((long) tiles * part / parts);
            int end = (int) ((long) tiles * (part + 1) / parts);
            for (int t = from; t < end; t++) {
                columns(panels, t * STRIPS, c, co + t * COLUMNS);
            }
            epilogue.apply(0, m, from * COLUMNS, Math.min(b.n, end * COLUMNS) - from * COLUMNS);
        });
    }

    /** All rows of A times the strips from s on. */
    private void columns(float[] panels, int s, float[] c, int to) {
        float[] tile = Scratch.own().chunk;
        int cols = Math.min(COLUMNS, b.n - s * PackedNarrow.STRIP);
        for (int from = 0; from < b.k; from += CHAIN) {
            int end = Math.min(b.k, from + CHAIN);
            for (int i = 0; i < m; i += ROWS) {
                if (b.type == DType.BFLOAT16) {
                    NarrowTiles.brain(panels, i * b.k, b.halves, b.start(s), b.start(s + 1), b.start(s + 2), from, end, tile);
                } else {
                    blocks(panels, i * b.k, s, from / BLOCK, end / BLOCK, tile);
                }
                GemmBlock.flush(tile, COLUMNS, Math.min(ROWS, m - i), cols, c, to + i * b.n, b.n, from > 0);
            }
        }
    }

    /** Blocks from..end of a panel, which begins at ao, times the strips from s on. */
    private void blocks(float[] panels, int ao, int s, int from, int end, float[] tile) {
        Arrays.fill(tile, 0, TILE, 0);
        int lines = b.numbers() / (b.k / BLOCK) * PackedNarrow.STRIP;   // numbers of a block
        for (int t = from; t < end; t++) {
            int a = ao + t * BLOCK * ROWS;
            int b0 = b.start(s) + t * lines;
            int b1 = b.start(s + 1) + t * lines;
            int b2 = b.start(s + 2) + t * lines;
            int s0 = b.scale(s, t);
            int s1 = b.scale(s + 1, t);
            int s2 = b.scale(s + 2, t);
            if (shifted()) {
                BlockTiles.q4(panels, a, b.bytes, b0, b1, b2, tile, TILE);
                BlockSums.shift(tile, panels, sums + a / BLOCK, b.shifts, s0, s1, s2);
            } else {
                BlockTiles.q8(panels, a, b.bytes, b0, b1, b2, tile, TILE);
            }
            BlockSums.add(tile, TILE, b.scales, s0, s1, s2);
        }
    }
}
