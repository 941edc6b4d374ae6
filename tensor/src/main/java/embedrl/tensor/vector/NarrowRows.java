package embedrl.tensor.vector;

import static embedrl.tensor.vector.PackedNarrow.NR;
import static embedrl.tensor.vector.PackedNarrow.ROWS;

/** C[m, n] = A[m, k] B[n, k]ᵀ for some rows of A and narrow weights that are kept packed: decoding a batch. */
final class NarrowRows {
    /** Longest chain of multiply-adds; a multiple of all blocks. */
    private static final int CHAIN = GemmBlock.KC;
    /** The panels of A, in the caller's array: one for all products, which stays in the cache between them. */
    private static final ThreadLocal<float[]> PANELS = ThreadLocal.withInitial(() -> new float[0]);

    private final int m;
    private final PackedNarrow b;

    NarrowRows(int m, PackedNarrow b) {
        this.m = m;
        this.b = b;
    }

    void run(WorkPool pool, float[] a, int ao, float[] c, int co, Epilogue epilogue) {
        b.refresh(pool);
        float[] panels = PANELS.get();
        int room = (m + ROWS - 1) / ROWS * ROWS * b.k;
        if (panels.length < room) {
            panels = new float[room];
            PANELS.set(panels);
        }
        lay(pool, a, ao, panels);
        share(pool, panels, c, co, epilogue);
    }

    private void lay(WorkPool pool, float[] a, int ao, float[] panels) {
        pool.run((m + ROWS - 1) / ROWS, part -> {
            int i = part * ROWS;
            if (i + ROWS <= m) {
                Octets.transpose(a, ao + i * b.k, b.k, ROWS, b.k, panels, i * b.k, ROWS);
            } else {
                Packing.panel(a, ao + i * b.k, b.k, 1, m - i, b.k, panels, i * b.k, ROWS);
            }
        });
    }

    private void share(WorkPool pool, float[] panels, float[] c, int co, Epilogue epilogue) {
        int strips = b.strips();
        int parts = Math.min(strips, 8 * pool.threads());
        pool.run(parts, part -> {
            int from = (int) ((long) strips * part / parts);
            int end = (int) ((long) strips * (part + 1) / parts);
            for (int s = from; s < end; s++) {
                strip(panels, s, c, co + s * NR);
            }
            epilogue.apply(0, m, from * NR, Math.min(b.n, end * NR) - from * NR);
        });
    }

    private void strip(float[] panels, int s, float[] c, int to) {
        float[] tile = Scratch.own().chunk;
        int cols = Math.min(NR, b.n - s * NR);
        for (int from = 0; from < b.k; from += CHAIN) {
            for (int i = 0; i < m; i += ROWS) {
                tile(panels, i * b.k, s, from, Math.min(b.k, from + CHAIN), tile);
                GemmBlock.flush(tile, NR, Math.min(ROWS, m - i), cols, c, to + i * b.n, b.n, from > 0);
            }
        }
    }

    private void tile(float[] panels, int panel, int s, int from, int end, float[] tile) {
        int at = s * b.numbers() * NR;
        int blocks = s * (b.k / 32) * NR;
        switch (b.type) {
            case BFLOAT16 -> NarrowTiles.brain(panels, panel, b.halves, at, from, end, tile);
            case Q8_0 -> NarrowTiles.q8(panels, panel, b.bytes, at, b.scales, blocks, from, end, tile);
            case Q4_0, Q4_1 -> NarrowTiles.q4(panels, panel, b.bytes, at, b.scales, b.shifts, blocks, from, end, tile);
            default -> throw new IllegalStateException("no tiles for " + b.type);
        }
    }
}
