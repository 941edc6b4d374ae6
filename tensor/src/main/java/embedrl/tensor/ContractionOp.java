package embedrl.tensor;

import java.util.List;

/** Operations that multiply and add over an inner axis: matrix products and attention. */
public sealed interface ContractionOp extends Op {
    /**
     * y = op(a) · op(b) over the last two axes, op transposing where asked. b with two axes is shared by all leading axes of a (then a must not be
     * transposed unless it has two axes too); otherwise the leading axes agree. a [..., m, k], b [k, n] or [..., k, n] → [..., m, n].
     * b with two axes may be narrow (half types or blocks): it then counts as widened, and no gradient flows into it.
     */
    record MatMul(Tensor a, Tensor b, boolean transposeA, boolean transposeB) implements ContractionOp {
        public MatMul {
            Check.float32("matmul", a);
            if (!b.dtype().isNarrow()) Check.float32("matmul", b);
            Check.rankAtLeast("matmul", "a", a, 2);
            Check.rankAtLeast("matmul", "b", b, 2);
            Check.that(!b.dtype().isNarrow() || b.shape().rank() == 2 && !transposeA, "matmul: a narrow right operand must have two axes and meet an untransposed "
                    + "left one, got %s and %s%s; use cast(FLOAT32)", b.type(), a.shape(), transposeA ? "ᵀ" : "");
            int inner = a.shape().size(transposeA ? -2 : -1);
            int other = b.shape().size(transposeB ? -1 : -2);
            Check.that(inner == other, "matmul: inner sizes must agree, got %s%s and %s%s (%d ≠ %d)%s", a.shape(), transposeA ? "ᵀ" : "",
                    b.shape(), transposeB ? "ᵀ" : "", inner, other,
                    b.shape().size(transposeB ? -2 : -1) == inner ? "; the right operand looks transposed: use matmulTransposed" : "");
            int batchRank = a.shape().rank() - 2;
            if (b.shape().rank() == 2)
                Check.that(!transposeA || batchRank == 0, "matmul: a transposed left operand with leading axes needs a right operand with the same, got %s and %s",
                        a.shape(), b.shape());
            else
                Check.that(b.shape().rank() - 2 == batchRank && a.shape().range(0, batchRank).equals(b.shape().range(0, batchRank)),
                        "matmul: leading sizes must agree, got %s and %s", a.shape(), b.shape());
        }

        /** Rows of one product; all leading axes count in when b is shared. */
        public int m() {
            int rows = a.shape().size(transposeA ? -1 : -2);
            return b.shape().rank() == 2 && !transposeA ? a.shape().rows() : rows;
        }

        public int n() {
            return b.shape().size(transposeB ? -2 : -1);
        }

        public int k() {
            return a.shape().size(transposeA ? -2 : -1);
        }

        @Override
        public String name() {
            return "matmul";
        }

        /** Number of separate products. */
        public int batches() {
            return b.shape().rank() == 2 ? 1 : b.shape().product(0, b.shape().rank() - 2);
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(a, b);
        }

        @Override
        public List<TensorType> outputs() {
            Shape leading = a.shape().range(0, a.shape().rank() - 2);
            return List.of(TensorType.float32(leading.append(a.shape().size(transposeA ? -1 : -2), n())));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new MatMul(inputs.get(0), inputs.get(1), transposeA, transposeB);
        }
    }

    /**
     * Grouped-query attention without a T×S matrix in memory: y = softmax(scale · q kᵀ) v per head, query head h reading key head h / (H/K).
     * Keys at and beyond keyLengths[b] are masked; causal lets query i see keys up to i + S − T. A query that sees no key gives 0 (and logsumexp −∞).
     * q [B, T, H, d], k and v [B, S, K, d], keyLengths INT32 [B] → y [B, T, H, d], logsumexp [B, H, T]. Source: FlashAttention-2.
     */
    record Attention(Tensor q, Tensor k, Tensor v, Tensor keyLengths, float scale, boolean causal) implements ContractionOp {
        public Attention {
            Check.float32("attention", q, k, v);
            Check.rank("attention", "q", q, 4);
            Check.rank("attention", "k", k, 4);
            Check.shape("attention", "v", v, k.shape());
            Check.that(q.shape().size(0) == k.shape().size(0) && q.shape().size(3) == k.shape().size(3),
                    "attention: q [B, T, H, d] and k [B, S, K, d] must agree in B and d, got %s and %s", q.shape(), k.shape());
            Check.that(k.shape().size(2) > 0 && q.shape().size(2) % k.shape().size(2) == 0,
                    "attention: query heads must be a multiple of key heads, got %d and %d", q.shape().size(2), k.shape().size(2));
            Check.int32("attention", "keyLengths", keyLengths);
            Check.shape("attention", "keyLengths", keyLengths, Shape.of(q.shape().size(0)));
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(q, k, v, keyLengths);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(q.type(), TensorType.float32(q.shape().size(0), q.shape().size(2), q.shape().size(1)));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Attention(inputs.get(0), inputs.get(1), inputs.get(2), inputs.get(3), scale, causal);
        }
    }

    /** Gradient of {@link Attention}: q, k, v, keyLengths, y, logsumexp and dy → dq, dk, dv. */
    record AttentionGradient(Tensor q, Tensor k, Tensor v, Tensor keyLengths, Tensor y, Tensor logSumExp, Tensor dy, float scale, boolean causal)
            implements ContractionOp {
        public AttentionGradient {
            Check.float32("attention_gradient", q, k, v, y, logSumExp, dy);
            Check.shape("attention_gradient", "dy", dy, q.shape());
            Check.shape("attention_gradient", "y", y, q.shape());
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(q, k, v, keyLengths, y, logSumExp, dy);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(q.type(), k.type(), v.type());
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new AttentionGradient(inputs.get(0), inputs.get(1), inputs.get(2), inputs.get(3), inputs.get(4), inputs.get(5), inputs.get(6), scale,
                    causal);
        }
    }
}
