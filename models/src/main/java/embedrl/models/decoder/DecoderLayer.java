package embedrl.models.decoder;

import embedrl.nn.AttentionConfig;
import embedrl.nn.AttentionContext;
import embedrl.nn.GroupedQueryAttention;
import embedrl.nn.Module;
import embedrl.nn.RmsNorm;
import embedrl.nn.Rotary;
import embedrl.nn.SwiGlu;
import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;

/** Pre-norm layer of a text decoder: causal grouped-query attention, then SwiGLU. x: [B, T, D] → the same. Parts are named as in Qwen3 and Llama. */
public final class DecoderLayer extends Module {
    private final RmsNorm attentionNorm;
    private final GroupedQueryAttention attention;
    private final RmsNorm mlpNorm;
    private final SwiGlu mlp;

    /**
     * A layer with fresh weights.
     *
     * @param hidden  width inside the SwiGLU
     * @param mlpBias whether its maps have biases
     * @param epsilon of the two norms of the residual stream
     */
    public DecoderLayer(AttentionConfig config, int hidden, boolean mlpBias, float epsilon, Seed seed) {
        attentionNorm = child("input_layernorm", new RmsNorm(config.width(), epsilon));
        attention = child("self_attn", new GroupedQueryAttention(config, seed.split("self_attn")));
        mlpNorm = child("post_attention_layernorm", new RmsNorm(config.width(), epsilon));
        mlp = child("mlp", new SwiGlu(config.width(), hidden, mlpBias, seed.split("mlp")));
    }

    /** keyLengths INT32 [B]; context: what the tokens attend to. */
    public Tensor forward(Tensor x, Rotary rotary, Tensor keyLengths, AttentionContext context) {
        x = x.add(attention.forward(attentionNorm.forward(x), rotary, keyLengths, context));
        return x.add(mlp.forward(mlpNorm.forward(x)));
    }
}
