package embedrl.nn;

import embedrl.tensor.ContractionOp;
import embedrl.tensor.Tensor;

/**
 * Attention to a part of the keys, which joins with attention to the others: each part counts by the sum of its exponentials. Source: FlashAttention-2.
 *
 * @param y         [B, T, H, d]
 * @param logSumExp [B, H, T]; −∞ for a query that sees no key
 */
record AttentionPart(Tensor y, Tensor logSumExp) {
    /** Stands for −∞, so that the difference of two parts without keys is a number. */
    private static final float LEAST = -1e30f;

    static AttentionPart of(Tensor q, Tensor k, Tensor v, Tensor keyLengths, float scale, boolean causal) {
        var attention = new ContractionOp.Attention(q, k, v, keyLengths, scale, causal);
        return new AttentionPart(Tensor.of(attention, 0), Tensor.of(attention, 1));
    }

    /** Attention to the keys of both parts. */
    Tensor joined(AttentionPart other) {
        Tensor share = logSumExp.clamp(LEAST, -LEAST).sub(other.logSumExp.clamp(LEAST, -LEAST)).sigmoid();                                                // [B, H, T]
        Tensor weight = share.permute(0, 2, 1).reshape(y.size(0), y.size(1), y.size(2), 1);
        return other.y.add(y.sub(other.y).mul(weight));
    }
}
