package embedrl.models.qwen3vl;

import embedrl.nn.AttentionConfig;
import embedrl.nn.GroupedQueryAttention;
import embedrl.nn.KvCache;
import embedrl.nn.Module;
import embedrl.nn.RmsNorm;
import embedrl.nn.Rotary;
import embedrl.nn.SwiGlu;
import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;

/** Pre-norm layer of the text decoder: causal grouped-query attention with normalized queries and keys, then SwiGLU. x: [B, T, D] → the same. */
final class DecoderLayer extends Module {
    private final RmsNorm attentionNorm;
    private final GroupedQueryAttention attention;
    private final RmsNorm mlpNorm;
    private final SwiGlu mlp;

    DecoderLayer(TextConfig c, Seed seed) {
        attentionNorm = child("input_layernorm", new RmsNorm(c.hiddenSize(), c.rmsNormEps()));
        attention = child("self_attn", new GroupedQueryAttention(
                new AttentionConfig(c.hiddenSize(), c.numAttentionHeads(), c.numKeyValueHeads(), c.headDim(), false, true, c.rmsNormEps(), true),
                seed.split("self_attn")));
        mlpNorm = child("post_attention_layernorm", new RmsNorm(c.hiddenSize(), c.rmsNormEps()));
        mlp = child("mlp", new SwiGlu(c.hiddenSize(), c.intermediateSize(), seed.split("mlp")));
    }

    /** keyLengths INT32 [B]; cache: where keys and values are kept, or null. */
    Tensor forward(Tensor x, Rotary rotary, Tensor keyLengths, KvCache.Layer cache) {
        x = x.add(attention.forward(attentionNorm.forward(x), rotary, keyLengths, cache));
        return x.add(mlp.forward(mlpNorm.forward(x)));
    }
}
