package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.Variable;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * The packed weights of an executor: one copy serves all programs that read the variable, and goes when the last of them does. The copies are bounded: a
 * large model should fit where its weights do.
 */
final class KeptWeights {
    private final long most;
    private final Map<Variable, WeakReference<PackedWeights>> byVariable = new WeakHashMap<>();

    /** Keeps copies of at most so many bytes of weights. */
    KeptWeights(long most) {
        this.most = most;
    }

    /**
     * With copies of up to three tenths of the heap: a model just as large takes six tenths, and a second one, then without copies, still fits.
     */
    static KeptWeights ofHeap() {
        return new KeptWeights(Runtime.getRuntime().maxMemory() / 10 * 3);
    }

    /**
     * The variable as a matrix [n, k], which lies in the buffer; empty where a copy would exceed the bound.
     *
     * @param weightBytes of all weights of the program: it keeps all of them or none, so that what is kept does not depend on which program came first
     */
    synchronized Optional<PackedWeights> of(Variable variable, Buffer matrix, int n, int k, long weightBytes) {
        WeakReference<PackedWeights> kept = byVariable.get(variable);
        PackedWeights present = kept == null ? null : kept.get();
        if (present == null || present.n != n || present.k != k) {
            if (weightBytes > most || matrix.type().bytes() + taken() > most) {
                return Optional.empty();
            }
            present = matrix.type().dtype() == DType.FLOAT32 ? new PackedFloats(variable, matrix, n, k) : new PackedNarrow(variable, matrix, n, k);
            byVariable.put(variable, new WeakReference<>(present));
        }
        return Optional.of(present);
    }

    private long taken() {
        return byVariable.values().stream().map(WeakReference::get).filter(Objects::nonNull).mapToLong(weights -> weights.matrix.type().bytes()).sum();
    }

    /** Whether no copy is in use any more. */
    synchronized boolean isEmpty() {
        return byVariable.values().stream().allMatch(kept -> kept.get() == null);
    }
}
