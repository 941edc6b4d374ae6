package embedrl.nn;

import embedrl.tensor.TensorException;

/**
 * Sizes and options of {@link GroupedQueryAttention}.
 *
 * @param width      size of the residual stream, D
 * @param heads      query heads, H
 * @param keyHeads   key and value heads, K; divides H
 * @param headWidth  size of a head, d; H·d may differ from D
 * @param qkvBias    whether the query, key and value maps have biases
 * @param outputBias whether the output map has one
 * @param qkNorm     whether queries and keys pass an RMS norm per head before the rotation (Qwen3)
 * @param epsilon    of those norms
 * @param causal     whether a token sees only itself and earlier ones
 */
public record AttentionConfig(int width, int heads, int keyHeads, int headWidth, boolean qkvBias, boolean outputBias, boolean qkNorm, float epsilon,
                              boolean causal) {
    /** Without a bias on the output map. */
    public AttentionConfig(int width, int heads, int keyHeads, int headWidth, boolean qkvBias, boolean qkNorm, float epsilon, boolean causal) {
        this(width, heads, keyHeads, headWidth, qkvBias, false, qkNorm, epsilon, causal);
    }

    public AttentionConfig {
        if (width < 1 || heads < 1 || keyHeads < 1 || headWidth < 2 || headWidth % 2 != 0 || heads % keyHeads != 0)
            throw new TensorException("attention: sizes must be positive, the head width even and heads a multiple of key heads, got width " + width
                    + ", heads " + heads + ", key heads " + keyHeads + ", head width " + headWidth);
    }
}
