package embedrl.nn;

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
        return forward(x, rotary, keyLengths, AttentionContext.NONE);
    }

    /**
     * As {@link #forward(Tensor, Rotary, Tensor)}, with a context, such as a {@link KvCache.Layer}, that says what the tokens attend to; keyLengths counts all
     * keys of that.
     */
    public Tensor forward(Tensor x, Rotary rotary, Tensor keyLengths, AttentionContext context) {
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
        float scale = (float) (1 / Math.sqrt(config.headWidth()));
        Tensor y = context.attend(q, k, v, keyLengths, scale, config.causal());
        return output.forward(y.reshape(batch, tokens, config.heads() * config.headWidth()));
    }
}
