package embedrl.tensor.vector;

import static embedrl.tensor.vector.PanelTiles.NR;

import embedrl.tensor.Buffer;

/** A narrow right operand of a matrix product, widened while it is packed: B(p, j) for columns from one on. */
final class NarrowStrips {
    private static final ThreadLocal<float[]> SCRATCH = ThreadLocal.withInitial(() -> new float[NR * GemmBlock.NARROW_KC]);

    private final Buffer matrix;
    private final boolean transposed;
    private final int n;
    private final int k;
    private final int first;

    /** {@code matrix} is [n, k] where it is transposed, else [k, n]; column 0 of what is packed is its column {@code first}. */
    NarrowStrips(Buffer matrix, boolean transposed, int n, int k, int first) {
        this.matrix = matrix;
        this.transposed = transposed;
        this.n = n;
        this.k = k;
        this.first = first;
    }

    /** Packs {@code kc} rows from {@code p} and {@code cols} columns from {@code j} as {@link Packing#strips} does; {@code kc} is at most {@link GemmBlock#NARROW_KC}. */
    void pack(int p, int j, int cols, int kc, float[] strips, int to) {
        for (int from = 0; from < cols; from += NR) {
            strip(p, first + j + from, Math.min(NR, cols - from), kc, strips, to + from * kc);
        }
    }

    private void strip(int p, int column, int cols, int kc, float[] strips, int to) {
        float[] wide = SCRATCH.get();
        if (transposed) {
            for (int i = 0; i < cols; i++) {
                Casts.widen(matrix, (column + i) * k + p, wide, i * kc, kc);
            }
            Packing.strip(wide, 0, 1, kc, cols, kc, strips, to);
        } else {
            for (int i = 0; i < kc; i++) {
                Casts.widen(matrix, (p + i) * n + column, wide, i * cols, cols);
            }
            Packing.strip(wide, 0, cols, 1, cols, kc, strips, to);
        }
    }
}
