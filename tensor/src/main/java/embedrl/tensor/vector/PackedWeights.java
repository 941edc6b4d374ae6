package embedrl.tensor.vector;

import static embedrl.tensor.vector.Packing.NR;

import embedrl.tensor.Buffer;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;

/**
 * A weight matrix [n, k] as a product with its transpose reads it, strip by strip over the whole inner size, kept between runs: packed when it is first
 * needed and again after its variable has changed.
 */
final class PackedWeights {
    /** Fewest rows of A for which the strips are kept: one row reads the matrix itself as fast. */
    static final int LEAST = 2;

    /** Rows of A from which on packing costs a few percent of the product or less, and is not worth the memory. */
    static final int MOST = 1024;

    final int n;
    final int k;
    private final Variable variable;
    private final Buffer matrix;
    private float[] strips;
    private long changes;

    PackedWeights(Variable variable, Buffer matrix, int n, int k) {
        this.variable = variable;
        this.matrix = matrix.as(TensorType.float32(n, k));
        this.n = n;
        this.k = k;
    }

    /** Whether a product with so many rows is faster with kept strips. */
    static boolean pay(int m) {
        return m >= LEAST && m < MOST;
    }

    /** The present strips: column j, a multiple of NR, begins at {@code j * k}; columns beyond the last are zero. */
    float[] strips(WorkPool pool) {
        if (strips == null || changes != variable.changes()) {
            int count = (n + NR - 1) / NR;
            if (strips == null) {
                strips = new float[count * NR * k];
            }
            pool.run(count, part -> {
                int j = part * NR;
                Packing.strip(matrix.floats(), matrix.offset() + j * k, 1, k, Math.min(NR, n - j), k, strips, j * k);
            });
            changes = variable.changes();
        }
        return strips;
    }
}
