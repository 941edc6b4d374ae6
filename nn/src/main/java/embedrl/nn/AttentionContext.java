package embedrl.nn;

import embedrl.tensor.ContractionOp;
import embedrl.tensor.Tensor;

/** What the tokens of an attention layer attend to: each other, what a cache holds, or the parts of one row. */
@FunctionalInterface
public interface AttentionContext {
    /** The tokens of a sequence attend to each other, and nothing is kept. */
    AttentionContext NONE = AttentionContext::attention;

    /**
     * Attention of a layer's tokens.
     *
     * @param q          [B, T, H, d], rotated
     * @param k          [B, T, K, d], rotated
     * @param v          [B, T, K, d]
     * @param keyLengths INT32 [B]: keys that count, from the first
     * @param causal     whether a token sees only those before it and itself
     * @return [B, T, H, d]
     */
    Tensor attend(Tensor q, Tensor k, Tensor v, Tensor keyLengths, float scale, boolean causal);

    /** The operation itself: queries [B, T, H, d] over keys and values [B, S, K, d]. */
    static Tensor attention(Tensor q, Tensor k, Tensor v, Tensor keyLengths, float scale, boolean causal) {
        return Tensor.of(new ContractionOp.Attention(q, k, v, keyLengths, scale, causal), 0);
    }
}
