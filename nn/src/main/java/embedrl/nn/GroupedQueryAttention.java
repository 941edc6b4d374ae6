package embedrl.nn;

import embedrl.tensor.ContractionOp;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.Arrays;

/**
 * Self-attention whose query heads share fewer key and value heads, with rotary positions and an optional cache.
 * Parts: q_proj, k_proj, v_proj, o_proj and, with qkNorm, q_norm and k_norm. Source: Ainslie et al. 2023; Llama, Qwen3.
 */
public final class GroupedQueryAttention extends Module {
    private final AttentionConfig config;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear output;
    private final RmsNorm queryNorm;
    private final RmsNorm keyNorm;

    public GroupedQueryAttention(AttentionConfig config, Seed seed) {
        this.config = config;
        int queries = config.heads() * config.headWidth();
        int keys = config.keyHeads() * config.headWidth();
        query = child("q_proj", new Linear(config.width(), queries, config.qkvBias(), seed.split("q_proj")));
        key = child("k_proj", new Linear(config.width(), keys, config.qkvBias(), seed.split("k_proj")));
        value = child("v_proj", new Linear(config.width(), keys, config.qkvBias(), seed.split("v_proj")));
        output = child("o_proj", new Linear(queries, config.width(), config.outputBias(), seed.split("o_proj")));
        queryNorm = config.qkNorm() ? child("q_norm", new RmsNorm(config.headWidth(), config.epsilon())) : null;
        keyNorm = config.qkNorm() ? child("k_norm", new RmsNorm(config.headWidth(), config.epsilon())) : null;
    }

    /** Attention among the tokens of x alone, all of which count. x [B, T, D] → [B, T, D]. */
    public Tensor forward(Tensor x, Rotary rotary) {
        int[] lengths = new int[x.size(0)];
        Arrays.fill(lengths, x.size(1));
        return forward(x, rotary, Tensor.ofInts(Shape.of(lengths.length), lengths));
    }

    /** Attention among the tokens of x alone. x [B, T, D], keyLengths INT32 [B] (tokens that count, from the first) → [B, T, D]. */
    public Tensor forward(Tensor x, Rotary rotary, Tensor keyLengths) {
        return forward(x, rotary, keyLengths, null);
    }

    /**
     * As {@link #forward(Tensor, Rotary, Tensor)}, and where a cache layer is given, its keys and values from the layer's starts on become those of x.
     * With one token (T = 1) the token attends to the cache with this token written into it, keyLengths counting cached tokens; with more (a prefill)
     * the tokens attend to each other.
     */
    public Tensor forward(Tensor x, Rotary rotary, Tensor keyLengths, KvCache.Layer cache) {
        int batch = x.size(0);
        int tokens = x.size(1);
        Tensor q = query.forward(x).reshape(batch, tokens, config.heads(), config.headWidth());
        Tensor k = key.forward(x).reshape(batch, tokens, config.keyHeads(), config.headWidth());
        Tensor v = value.forward(x).reshape(batch, tokens, config.keyHeads(), config.headWidth());
        if (config.qkNorm()) {
            q = queryNorm.forward(q);
            k = keyNorm.forward(k);
        }
        q = rotary.apply(q);
        k = rotary.apply(k);
        boolean decode = false;
        if (cache != null) {
            KvCache.KeysValues cached = cache.write(k, v);
            if (tokens == 1) {
                decode = true;
                k = cached.keys();
                v = cached.values();
            }
        }
        float scale = (float) (1 / Math.sqrt(config.headWidth()));
        Tensor y = Tensor.of(new ContractionOp.Attention(q, k, v, keyLengths, scale, config.causal() && !decode), 0);
        return output.forward(y.reshape(batch, tokens, config.heads() * config.headWidth()));
    }
}
