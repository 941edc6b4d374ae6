package embedrl.tensor;

import static embedrl.tensor.ReferenceExecutor.at;
import static embedrl.tensor.ReferenceExecutor.put;

/** Matrix products and attention of the reference executor. */
final class ReferenceContractions {
    private ReferenceContractions() {
    }

    static Runnable bind(ContractionOp op, Buffer[] in, Buffer[] out) {
        return switch (op) {
            case ContractionOp.MatMul m -> () -> matMul(m, in, out[0]);
            case ContractionOp.Attention a -> () -> attention(a, in, out);
            case ContractionOp.AttentionGradient a -> () -> attentionGradient(a, in, out);
        };
    }

    private static void matMul(ContractionOp.MatMul op, Buffer[] in, Buffer out) {
        Buffer b = Conversions.convert(in[1], DType.FLOAT32);
        int m = op.m();
        int n = op.n();
        int k = op.k();
        for (int batch = 0; batch < op.batches(); batch++)
            for (int i = 0; i < m; i++)
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int p = 0; p < k; p++)
                        sum += at(in[0], batch * m * k + (op.transposeA() ? p * m + i : i * k + p))
                                * at(b, batch * k * n + (op.transposeB() ? j * k + p : p * n + j));
                    put(out, batch * m * n + i * n + j, sum);
                }
    }

    /** Sizes and index arithmetic that attention and its gradient share. */
    private record Heads(int batches, int queries, int keys, int heads, int keyHeads, int width, boolean causal) {
        static Heads of(Shape q, Shape k, boolean causal) {
            return new Heads(q.size(0), q.size(1), k.size(1), q.size(2), k.size(2), q.size(3), causal);
        }

        int q(int b, int t, int h) {
            return ((b * queries + t) * heads + h) * width;
        }

        int k(int b, int s, int h) {
            return ((b * keys + s) * keyHeads + h / (heads / keyHeads)) * width;
        }

        int row(int b, int t, int h) {
            return (b * heads + h) * queries + t;
        }

        /** Number of keys, from the first one, that query t of batch b sees. */
        int visible(Buffer lengths, int b, int t) {
            int length = Math.min(keys, Math.max(0, (int) at(lengths, b)));
            return causal ? Math.max(0, Math.min(length, t + keys - queries + 1)) : length;
        }

        double score(Buffer q, Buffer k, int b, int t, int s, int h) {
            double dot = 0;
            for (int i = 0; i < width; i++) dot += at(q, q(b, t, h) + i) * at(k, k(b, s, h) + i);
            return dot;
        }
    }

    private static void attention(ContractionOp.Attention op, Buffer[] in, Buffer[] out) {
        Heads heads = Heads.of(op.q().shape(), op.k().shape(), op.causal());
        double[] scores = new double[heads.keys()];
        for (int b = 0; b < heads.batches(); b++)
            for (int h = 0; h < heads.heads(); h++)
                for (int t = 0; t < heads.queries(); t++) {
                    int visible = heads.visible(in[3], b, t);
                    double max = Double.NEGATIVE_INFINITY;
                    for (int s = 0; s < visible; s++) max = Math.max(max, scores[s] = op.scale() * heads.score(in[0], in[1], b, t, s, h));
                    double sum = 0;
                    for (int s = 0; s < visible; s++) sum += scores[s] = Math.exp(scores[s] - max);
                    for (int i = 0; i < heads.width(); i++) {
                        double y = 0;
                        for (int s = 0; s < visible; s++) y += scores[s] / sum * at(in[2], heads.k(b, s, h) + i);
                        put(out[0], heads.q(b, t, h) + i, y);
                    }
                    put(out[1], heads.row(b, t, h), visible == 0 ? Double.NEGATIVE_INFINITY : max + Math.log(sum));
                }
    }

    /** P = exp(scale·qkᵀ − lse); dv = Pᵀdy; dS = P ∘ (dy vᵀ − rowsum(dy ∘ y)); dq = scale·dS k; dk = scale·dSᵀ q. */
    private static void attentionGradient(ContractionOp.AttentionGradient op, Buffer[] in, Buffer[] out) {
        Heads heads = Heads.of(op.q().shape(), op.k().shape(), op.causal());
        double[] dk = new double[out[1].count()];
        double[] dv = new double[out[2].count()];
        for (int b = 0; b < heads.batches(); b++)
            for (int h = 0; h < heads.heads(); h++)
                for (int t = 0; t < heads.queries(); t++) {
                    int q = heads.q(b, t, h);
                    double[] dq = new double[heads.width()];
                    double delta = 0;
                    for (int i = 0; i < heads.width(); i++) delta += at(in[6], q + i) * at(in[4], q + i);
                    for (int s = 0; s < heads.visible(in[3], b, t); s++) {
                        int k = heads.k(b, s, h);
                        double p = Math.exp(op.scale() * heads.score(in[0], in[1], b, t, s, h) - at(in[5], heads.row(b, t, h)));
                        double dp = 0;
                        for (int i = 0; i < heads.width(); i++) dp += at(in[6], q + i) * at(in[2], k + i);
                        double ds = op.scale() * p * (dp - delta);
                        for (int i = 0; i < heads.width(); i++) {
                            dq[i] += ds * at(in[1], k + i);
                            dk[k + i] += ds * at(in[0], q + i);
                            dv[k + i] += p * at(in[6], q + i);
                        }
                    }
                    for (int i = 0; i < heads.width(); i++) put(out[0], q + i, dq[i]);
                }
        for (int i = 0; i < dk.length; i++) put(out[1], i, dk[i]);
        for (int i = 0; i < dv.length; i++) put(out[2], i, dv[i]);
    }
}
