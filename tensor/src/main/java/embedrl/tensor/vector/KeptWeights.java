package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.Variable;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The packed weights of an executor: one copy serves all programs that read the variable, and goes when the last of them does.
 */
final class KeptWeights {
    private final Map<Variable, WeakReference<PackedWeights>> byVariable = new WeakHashMap<>();

    /** The variable as a matrix [n, k], which lies in the buffer. */
    synchronized PackedWeights of(Variable variable, Buffer matrix, int n, int k) {
        WeakReference<PackedWeights> kept = byVariable.get(variable);
        PackedWeights present = kept == null ? null : kept.get();
        if (present == null || present.n != n || present.k != k) {
            present = matrix.type().dtype() == DType.FLOAT32 ? new PackedFloats(variable, matrix, n, k) : new PackedNarrow(variable, matrix, n, k);
            byVariable.put(variable, new WeakReference<>(present));
        }
        return present;
    }

    /** Whether no copy is in use any more. */
    synchronized boolean isEmpty() {
        return byVariable.values().stream().allMatch(kept -> kept.get() == null);
    }
}
