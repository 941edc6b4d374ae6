package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.Variable;

/** A weight matrix [n, k] in the order in which a product with its transpose reads it, kept between runs and packed anew after its variable has changed. */
abstract sealed class PackedWeights permits PackedFloats, PackedNarrow {
    final int n;
    final int k;
    final Buffer matrix;
    private final Variable variable;
    private boolean packed;
    private long changes;

    PackedWeights(Variable variable, Buffer matrix, int n, int k) {
        this.variable = variable;
        this.matrix = matrix;
        this.n = n;
        this.k = k;
    }

    /** Brings the packed copy up to date; two steps that run at once may share it. */
    final synchronized void refresh(WorkPool pool) {
        if (!packed || changes != variable.changes()) {
            changes = variable.changes();
            pack(pool);
            packed = true;
        }
    }

    abstract void pack(WorkPool pool);
}
