package embedrl.tensor.vector;

/** Some rows of A times FLOAT32 weights that are kept packed. */
final class PackedRows extends ThinProduct {
    /** Rows of A from which on A is worth cutting too: {@link Gemm#packed}. */
    static final int MOST = 63;

    private final PackedFloats b;

    PackedRows(WorkPool pool, int m, float[] a, int ao, PackedFloats b, float[] c, int co, Epilogue epilogue) {
        super(pool, m, b.n, b.k, a, ao, c, co, epilogue);
        this.b = b;
    }

    @Override
    int parts() {
        return Math.min(strips(), Gemm.wanted(pool, m, n, k));
    }

    private int strips() {
        return (n + PanelTiles.NR - 1) / PanelTiles.NR;
    }

    @Override
    void begin(ThinProduct like) {
        b.refresh(pool);
    }

    @Override
    void run(int part, int parts) {
        int from = Gemm.start(strips(), parts, part) * PanelTiles.NR;
        int end = Math.min(n, Gemm.start(strips(), parts, part + 1) * PanelTiles.NR);
        if (from < end) {
            GemmBlock.own().run(m, end - from, k, a, ao, b.strips(), Lanes.ALIGNED + from * k, c, co + from, n, epilogue, 0, from);
        }
    }
}
