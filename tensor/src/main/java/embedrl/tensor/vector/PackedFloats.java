package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.ALIGNED;
import static embedrl.tensor.vector.PanelTiles.NR;

import embedrl.tensor.Buffer;
import embedrl.tensor.Variable;

/** FLOAT32 weights in the strips of {@link Packing}, each over the whole inner size. */
final class PackedFloats extends PackedWeights {
    /**
     * Fewest rows of A for which strips are kept: one row reads the matrix itself as fast. With 16 registers so do two, whose dot products read four streams from memory, where a strip is one
     * (1.25 to 1.35 times as fast on a Zen 3; three rows 0.6 to 1.1 times).
     */
    static final int LEAST = PanelTiles.FEW ? 3 : 2;

    /** Rows of A from which on packing costs a few percent of the product or less, and is not worth the memory. */
    static final int MOST = 1024;

    private float[] strips = {};

    PackedFloats(Variable variable, Buffer matrix, int n, int k) {
        super(variable, matrix, n, k);
    }

    /** Whether a product with m rows is faster with kept strips. */
    static boolean pay(int m, int n, int k) {
        return m >= LEAST && m < MOST && n >= NR && k > 0;
    }

    /** Column j, a multiple of NR, begins at {@code ALIGNED + j * k}; columns beyond the last are zero. */
    float[] strips() {
        return strips;
    }

    @Override
    void pack(WorkPool pool) {
        int count = (n + NR - 1) / NR;
        if (strips.length == 0) {
            strips = new float[ALIGNED + count * NR * k];
        }
        pool.run(count, part -> {
            int j = part * NR;
            Packing.strip(matrix.floats(), matrix.offset() + j * k, 1, k, Math.min(NR, n - j), k, strips, ALIGNED + j * k);
        });
    }
}
