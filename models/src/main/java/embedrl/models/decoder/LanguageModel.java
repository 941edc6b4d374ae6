package embedrl.models.decoder;

import embedrl.models.input.PackedInputs;
import embedrl.nn.AttentionContext;
import embedrl.nn.KvCache;
import embedrl.nn.Module;
import embedrl.tensor.Tensor;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A causal language model over packed sequences: what generation, embedding and training know of it. Families differ in their layers and in whether
 * images may stand in a sequence.
 */
public abstract class LanguageModel extends Module {
    public abstract LanguageModelConfig config();

    /**
     * The residual stream [B, T, D]: the input of the first layer, then the state after each layer; the final norm is not applied.
     *
     * @param in       what the graph reads; its lengths count all keys that a sequence may see
     * @param contexts what the tokens of each layer attend to, by the layer's number; asked once a layer, in order
     */
    public abstract List<Tensor> states(PackedInputs in, IntFunction<AttentionContext> contexts);

    /** As {@link #states(PackedInputs, IntFunction)}, tokens attending to each other alone. */
    public final List<Tensor> states(PackedInputs in) {
        return states(in, _ -> AttentionContext.NONE);
    }

    /** The final norm: a state after the last layer [B, T, D] → hidden states [B, T, D]. */
    protected abstract Tensor normalized(Tensor state);

    /** Logits of hidden states: [..., D] → [..., V]. */
    public abstract Tensor logits(Tensor hidden);

    /** The token-embedding table [V, D]. */
    public abstract Tensor tokenEmbedding();

    /** Hidden states [B, T, D] after the final norm. */
    public final Tensor hidden(PackedInputs in) {
        return hidden(in, _ -> AttentionContext.NONE);
    }

    /** As {@link #hidden(PackedInputs)}, with what the tokens of each layer attend to. */
    public final Tensor hidden(PackedInputs in, IntFunction<AttentionContext> contexts) {
        return normalized(states(in, contexts).getLast());
    }

    /**
     * As {@link #hidden(PackedInputs)}; keys and values also go into a cache. With T = 1 the token attends to the cache, with more tokens to each other.
     *
     * @param starts INT32 [B]: cache row of each sequence's first token; negative leaves a sequence's cache alone
     */
    public final Tensor hidden(PackedInputs in, KvCache cache, Tensor starts) {
        return hidden(in, layer -> cache.layer(layer, starts));
    }

    /**
     * A further turn: all new tokens [B, T] in one pass over what is cached. They attend to the first starts[b] cached tokens and to each other, and go into the
     * cache behind them; the inputs' lengths count new tokens alone, their positions go on.
     *
     * @param starts INT32 [B]: cached tokens of each sequence; negative leaves a sequence's cache alone
     */
    public final Tensor continued(PackedInputs in, KvCache cache, Tensor starts) {
        return hidden(in, layer -> cache.continuing(layer, starts));
    }

    /** A cache of zeros for this model: capacity tokens of each of so many sequences. */
    public final KvCache cache(int sequences, int capacity) {
        return new KvCache(config().numHiddenLayers(), sequences, capacity, config().numKeyValueHeads(), config().headDim());
    }
}
