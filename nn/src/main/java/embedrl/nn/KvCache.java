package embedrl.nn;

import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.IndexOp;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys and values of past tokens, in one pair of variables [B, S, K, d] per layer. Layers that record a forward pass leave their writes here;
 * {@link #updates()} hands them over to the program that shall carry them out.
 *
 * <pre>{@code
 * Tensor logits = decoder.logits(tokens, …, cache);
 * Program.Builder decode = Program.builder().output("logits", logits);
 * cache.updates().forEach(decode::update);
 * }</pre>
 */
public final class KvCache {
    /** Contents of one layer as recorded tensors [B, S, K, d]. */
    public record KeysValues(Tensor keys, Tensor values) {
    }

    private record Store(Variable keys, Variable values) {
    }

    private final int batch;
    private final int capacity;
    private final List<Store> layers = new ArrayList<>();
    private final Map<Variable, Tensor> pending = new LinkedHashMap<>();

    /**
     * A cache of zeros.
     *
     * @param layers   decoder layers
     * @param batch    sequences, B
     * @param capacity tokens per sequence, S
     * @param keyHeads key and value heads, K
     */
    public KvCache(int layers, int batch, int capacity, int keyHeads, int headWidth) {
        this.batch = batch;
        this.capacity = capacity;
        TensorType type = TensorType.float32(batch, capacity, keyHeads, headWidth);
        for (int i = 0; i < layers; i++)
            this.layers.add(new Store(Variable.zeros("cache." + i + ".keys", type), Variable.zeros("cache." + i + ".values", type)));
    }

    /** One layer's part, to be written at a position per sequence. */
    public final class Layer implements AttentionContext {
        private final Store store;
        private final Tensor starts;

        private Layer(Store store, Tensor starts) {
            this.store = store;
            this.starts = starts;
        }

        /** Records the write of keys and values [B, T, K, d]; the result holds them together with what was cached before. */
        public KeysValues write(Tensor keys, Tensor values) {
            return new KeysValues(write(store.keys, keys), write(store.values, values));
        }

        /** With one token it attends to the cache with this token written into it; more tokens (a prefill) attend to each other. */
        @Override
        public Tensor attend(Tensor q, Tensor k, Tensor v, Tensor keyLengths, float scale, boolean causal) {
            KeysValues cached = write(k, v);
            return k.size(1) == 1 ? AttentionContext.attention(q, cached.keys(), cached.values(), keyLengths, scale, false)
                    : AttentionContext.attention(q, k, v, keyLengths, scale, causal);
        }

        private Tensor write(Variable variable, Tensor rows) {
            Tensor written = Tensor.of(new IndexOp.WriteRows(variable.tensor(), rows, starts), 0);
            if (pending.putIfAbsent(variable, written) != null)
                throw new TensorException("cache: " + variable.name() + " is written twice before updates() was called; one program writes a layer once");
            return written;
        }
    }

    /**
     * A layer whose tokens go on from what is cached: token i of sequence b stands at starts[b] + i and attends to the first starts[b] cached tokens and to the new
     * ones up to itself. The key lengths that attention is given count new tokens alone.
     *
     * @param starts INT32 [B]: cached tokens of each sequence; negative leaves a sequence's cache alone
     */
    public AttentionContext continuing(int index, Tensor starts) {
        Layer layer = layer(index, starts);
        return (q, k, v, keyLengths, scale, causal) -> {
            AttentionPart past = AttentionPart.of(q, layer.store.keys.tensor(), layer.store.values.tensor(), starts, scale, false);
            layer.write(k, v);
            return past.joined(AttentionPart.of(q, k, v, keyLengths, scale, causal));
        };
    }

    /** A layer whose next write begins at these positions: starts INT32 [B]; a sequence with a negative start is left as it is. */
    public Layer layer(int index, Tensor starts) {
        return new Layer(layers.get(index), starts);
    }

    /** The writes recorded since the last call, for {@code Program.Builder.update}; they are handed over once. */
    public Map<Variable, Tensor> updates() {
        Map<Variable, Tensor> updates = Collections.unmodifiableMap(new LinkedHashMap<>(pending));
        pending.clear();
        return updates;
    }

    /** A copy of what is cached of a layer's keys [B, S, K, d]. */
    public HostTensor keys(int layer) {
        return layers.get(layer).keys.value();
    }

    /** A copy of what is cached of a layer's values [B, S, K, d]. */
    public HostTensor values(int layer) {
        return layers.get(layer).values.value();
    }

    public int batch() {
        return batch;
    }

    /** Tokens that fit per sequence. */
    public int capacity() {
        return capacity;
    }

    /** Bytes of all layers. */
    public long bytes() {
        return layers.stream().mapToLong(store -> store.keys.type().bytes() + store.values.type().bytes()).sum();
    }

    /**
     * Prepares copying whole sequences from another cache: the prompt computed once, then shared by its rollouts. Layers, heads and widths agree;
     * this capacity is at least the source's. The source may be this cache itself, to reorder it.
     */
    public RowCopy copyFrom(KvCache source, Executor executor) {
        return new RowCopy(this, source, executor);
    }

    /** A compiled copy of sequences between two caches. */
    public static final class RowCopy implements AutoCloseable {
        private final Program program;

        private RowCopy(KvCache target, KvCache source, Executor executor) {
            if (source.layers.size() != target.layers.size() || source.capacity > target.capacity)
                throw new TensorException("cache: the target needs as many layers and at least the capacity of the source, got " + target.layers.size()
                        + " layers of " + target.capacity + " and " + source.layers.size() + " of " + source.capacity);
            Tensor rows = Tensor.input("rows", DType.INT32, target.batch);
            Program.Builder builder = Program.builder();
            for (int i = 0; i < target.layers.size(); i++) {
                Store to = target.layers.get(i);
                Store from = source.layers.get(i);
                builder.update(to.keys, picked(from.keys, rows, target.capacity)).update(to.values, picked(from.values, rows, target.capacity));
            }
            program = builder.compile(executor);
        }

        private static Tensor picked(Variable from, Tensor rows, int capacity) {
            Tensor picked = from.tensor().gather(rows);
            return capacity == from.shape().size(1) ? picked : picked.pad(1, 0, capacity - from.shape().size(1));
        }

        /** Makes sequence b of the target the source's sequence rows[b]; zeros where rows[b] is negative. */
        public void run(int[] rows) {
            program.set("rows", rows).run();
        }

        @Override
        public void close() {
            program.close();
        }
    }
}
