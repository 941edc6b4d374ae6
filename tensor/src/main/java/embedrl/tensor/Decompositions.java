package embedrl.tensor;

import java.util.List;

/**
 * What each fused operation stands for, written with simple ones: the same values and, through automatic differentiation, the same gradients, with
 * more memory and time. For reading and as an independent check; a test holds every fused operation against its decomposition.
 */
public final class Decompositions {
    private static final float MASKED = -1e30f;

    private Decompositions() {
    }

    /** exp(x − max) / Σ exp(x − max) over the last axis. */
    public static Tensor softmax(Tensor x) {
        Tensor powers = x.sub(rowMax(x)).exp();
        return powers.div(powers.sumRows());
    }

    /** max + log Σ exp(x − max) over the last axis: [..., C] → [...]. */
    public static Tensor logSumExp(Tensor x) {
        return x.sub(rowMax(x)).exp().sum(-1).log().add(x.max(-1).detach());
    }

    /** The maximum cancels in what it is used for: no gradient needs to flow through it. [..., C] → [..., 1]. */
    private static Tensor rowMax(Tensor x) {
        return x.max(-1).reshape(x.shape().with(-1, 1)).detach();
    }

    /** x / √(mean(x²) + ε) · weight. */
    public static Tensor rmsNorm(Tensor x, Tensor weight, float epsilon) {
        Tensor meanSquare = x.square().sumRows().mul(1f / x.size(-1));   // [..., 1]
        return x.mul(meanSquare.add(epsilon).unary(UnaryKind.RSQRT)).mul(weight);
    }

    /** (x − mean) / √(variance + ε) · weight + bias, with the biased variance. */
    public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, float epsilon) {
        Tensor centered = x.sub(x.sumRows().mul(1f / x.size(-1)));
        Tensor variance = centered.square().sumRows().mul(1f / x.size(-1));   // [..., 1]
        return centered.mul(variance.add(epsilon).unary(UnaryKind.RSQRT)).mul(weight).add(bias);
    }

    /** x / √max(Σ x², 10⁻²⁴). */
    public static Tensor l2Normalize(Tensor x) {
        Tensor squares = x.square().sumRows();
        return x.mul(squares.max(Tensor.full(squares.shape(), 1e-24f)).unary(UnaryKind.RSQRT));
    }

    /** logsumexp(logits) − logits[target], 0 where the target is negative. logits [..., C], targets INT32 [...] → [...]. */
    public static Tensor crossEntropy(Tensor logits, Tensor targets) {
        Tensor target = targets.cast(DType.FLOAT32).reshape(targets.shape().append(1));                  // [..., 1]
        Tensor picked = logits.mul(range(logits.size(-1)).equalTo(target)).sum(-1);
        Tensor counted = Tensor.zeros(targets.shape()).lessOrEqual(targets.cast(DType.FLOAT32));
        return logSumExp(logits).sub(picked).mul(counted);
    }

    /** (u cos − v sin, v cos + u sin) of the halves (u, v). x [B, T, H, d], cos and sin [B, T, d/2]. */
    public static Tensor rotary(Tensor x, Tensor cos, Tensor sin) {
        int half = x.size(3) / 2;
        Tensor u = x.slice(3, 0, half);
        Tensor v = x.slice(3, half, 2 * half);
        Tensor c = cos.reshape(cos.size(0), cos.size(1), 1, half);
        Tensor s = sin.reshape(sin.size(0), sin.size(1), 1, half);
        return Tensor.concat(3, u.mul(c).sub(v.mul(s)), v.mul(c).add(u.mul(s)));
    }

    /**
     * softmax(scale · q kᵀ + mask) v with whole T×S matrices. q [B, T, H, d], k and v [B, S, K, d], keyLengths INT32 [B] → [B, T, H, d]. Source: Vaswani
     * et al. 2017; grouped heads of Ainslie et al. 2023.
     */
    public static Tensor attention(Tensor q, Tensor k, Tensor v, Tensor keyLengths, float scale, boolean causal) {
        int heads = q.size(2);
        Tensor visible = visible(q.size(1), k.size(1), keyLengths, causal);                               // [B, 1, T, S]
        Tensor scores = q.permute(0, 2, 1, 3).matmulTransposed(heads(k, heads)).mul(scale);               // [B, H, T, S]
        Tensor weights = softmax(visible.select(scores, Tensor.full(scores.shape(), MASKED)));
        Tensor seen = visible.select(weights, Tensor.zeros(weights.shape()));                              // a query that sees no key gives 0
        return seen.matmul(heads(v, heads)).permute(0, 2, 1, 3);
    }

    /** Key heads repeated for the query heads that share them: [B, S, K, d] → [B, H, S, d]. */
    private static Tensor heads(Tensor x, int heads) {
        Shape s = x.shape();
        Tensor grouped = x.permute(0, 2, 1, 3).reshape(s.size(0), s.size(2), 1, s.size(1), s.size(3));
        return grouped.broadcastTo(grouped.shape().with(2, heads / s.size(2))).reshape(s.size(0), heads, s.size(1), s.size(3));
    }

    /** 1 where query t may look at key s. */
    private static Tensor visible(int queries, int keys, Tensor keyLengths, boolean causal) {
        Tensor key = range(keys);                                                                         // [S]
        Tensor inside = key.less(keyLengths.cast(DType.FLOAT32).reshape(keyLengths.size(0), 1, 1, 1));    // [B, 1, 1, S]
        Tensor last = causal ? range(queries).add(keys - queries) : Tensor.full(Shape.of(queries), keys);
        return inside.mul(key.lessOrEqual(last.reshape(queries, 1)));
    }

    /** One step of AdamW: p', m', v'. */
    public static List<Tensor> adamW(UpdateOp.AdamW op) {
        Tensor g = op.gradient().mul(op.gradientScale());
        Tensor m = op.m().mul(op.beta1()).add(g.mul(1 - op.beta1()));
        Tensor v = op.v().mul(op.beta2()).add(g.square().mul(1 - op.beta2()));
        Tensor direction = m.div(correction(op.beta1(), op.step())).div(v.div(correction(op.beta2(), op.step())).sqrt().add(op.epsilon()));
        Tensor decayed = op.parameter().sub(op.parameter().mul(op.learningRate()).mul(op.weightDecay()));
        return List.of(decayed.sub(direction.mul(op.learningRate())), m, v);
    }

    /** 1 − βᵗ. */
    private static Tensor correction(float beta, Tensor step) {
        return Tensor.scalar(1).sub(Tensor.scalar(beta).binary(BinaryKind.POW, step));
    }

    /** 0, 1, …, count − 1. */
    private static Tensor range(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = i;
        return Tensor.of(Shape.of(count), values);
    }
}
