package embedrl.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import embedrl.tensor.ContractionOp.Attention;
import embedrl.tensor.ContractionOp.AttentionGradient;
import embedrl.tensor.ContractionOp.MatMul;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Samples of {@code ContractionOp}: all transpositions and batch layouts of matrix products; grouped heads, masks and empty rows of attention. */
final class ContractionSamples {
    private ContractionSamples() {
    }

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        boolean[] both = {false, true};
        for (boolean ta : both)
            for (boolean tb : both) {
                for (int[] mnk : new int[][] {{1, 1, 1}, {1, 33, 65}, {7, 1, 33}, {5, 7, 1}, {17, 33, 65}, {65, 66, 67}})
                    samples.add(matMul(ta, tb, new int[0], false, mnk));
                samples.add(matMul(ta, tb, new int[] {3}, false, 7, 5, 33));
                samples.add(matMul(ta, tb, new int[] {2, 3}, false, 1, 17, 9));
                if (!ta) samples.add(matMul(false, tb, new int[] {3}, true, 7, 33, 5));
                if (!ta) samples.add(matMul(false, tb, new int[] {2, 1, 3}, true, 5, 9, 33));
            }
        narrow(samples);
        // batch, queries, keys, heads, key heads, width
        for (boolean causal : both) {
            attention(samples, causal, new int[] {1}, 1, 1, 1, 1, 1, 1);
            attention(samples, causal, new int[] {7, 3}, 2, 5, 7, 3, 1, 8);
            attention(samples, causal, new int[] {9, 4, 0}, 3, 9, 9, 4, 2, 7);      // the last row sees no key
            attention(samples, causal, new int[] {5, 99}, 2, 7, 5, 2, 2, 16);      // more queries than keys; a length beyond the keys
            attention(samples, causal, new int[] {70}, 1, 65, 70, 2, 1, 33);
            attention(samples, causal, new int[] {40}, 1, 1, 65, 6, 2, 10);        // one query: a decode step
        }
        return samples;
    }

    private static OpSample matMul(boolean ta, boolean tb, int[] batch, boolean shared, int... mnk) {
        int m = mnk[0];
        int n = mnk[1];
        int k = mnk[2];
        Shape lead = Shape.of(batch);
        Shape a = ta ? lead.append(k, m) : lead.append(m, k);
        Shape right = tb ? Shape.of(n, k) : Shape.of(k, n);
        Shape b = shared ? right : lead.append(right.sizes());
        int terms = Math.max(k, Math.max(n, m * (shared ? lead.count() : 1)));
        return OpSample.of("matmul " + a + (ta ? "ᵀ " : " ") + b + (tb ? "ᵀ" : ""), in -> new MatMul(in.get(0), in.get(1), ta, tb),
                        Values.normal("a", a.sizes()), Values.normal("b", b.sizes()))
                .reduction(terms).torch(in -> List.of(transpose(in.get(0), ta).matMul(transpose(in.get(1), tb))));
    }

    /** Right operands of every narrow type: decode (1 to 8 rows), prefill, shared leading axes, and untransposed as in the gradient. */
    private static void narrow(List<OpSample> samples) {
        for (DType type : DType.values()) {
            if (!type.isNarrow()) continue;
            int block = type.blockElements();
            for (int[] mnk : new int[][] {{1, 7, 1}, {1, 33, 3}, {2, 5, 2}, {3, 4, 1}, {5, 9, 2}, {8, 17, 1}, {9, 33, 3}, {65, 35, 2}}) {
                int k = mnk[2] * (block == 1 ? 77 : block);
                HostTensor a = Values.normal("a", mnk[0], k);
                samples.add(narrow(type, a, Narrow.normal(type, "b", mnk[1], k), true));
            }
            samples.add(narrow(type, Values.normal("a", 2, 3, 256), Narrow.normal(type, "b", 6, 256), true));
            samples.add(narrow(type, Values.normal("a", 1, 5), Narrow.normal(type, "b", 5, 256), false));
            samples.add(narrow(type, Values.normal("a", 17, 66), Narrow.normal(type, "b", 66, 512), false));
        }
    }

    private static OpSample narrow(DType type, HostTensor a, HostTensor b, boolean transpose) {
        int k = a.shape().columns();
        int terms = Math.max(k, transpose ? b.shape().size(0) : b.shape().columns());
        return OpSample.of("matmul " + a.shape() + " " + b.type() + (transpose ? "ᵀ" : ""), in -> new MatMul(in.get(0), Tensor.constant(b), false, transpose), a)
                .reduction(terms).torch(in -> {
                    NDArray wide = in.get(0).getManager().create(b.floats(), new ai.djl.ndarray.types.Shape(b.shape().size(0), b.shape().size(1)))
                            .toType(DataType.FLOAT64, false);
                    return List.of(in.get(0).matMul(transpose(wide, transpose)));
                });
    }

    private static NDArray transpose(NDArray x, boolean transpose) {
        if (!transpose) return x;
        int rank = x.getShape().dimension();
        int[] axes = IntStream.range(0, rank).toArray();
        axes[rank - 1] = rank - 2;
        axes[rank - 2] = rank - 1;
        return x.transpose(axes);
    }

    private static void attention(List<OpSample> samples, boolean causal, int[] lengths, int batch, int queries, int keys, int heads, int keyHeads, int width) {
        float scale = (float) (1 / Math.sqrt(width));
        HostTensor q = Values.normal("q", batch, queries, heads, width);
        HostTensor k = Values.normal("k", batch, keys, keyHeads, width);
        HostTensor v = Values.normal("v", batch, keys, keyHeads, width);
        HostTensor length = HostTensor.ofInts(Shape.of(batch), lengths);
        HostTensor dy = Values.normal("dy", batch, queries, heads, width);
        String label = q.shape() + " over " + k.shape() + (causal ? " causal" : "");
        samples.add(OpSample.of("attention " + label, in -> new Attention(in.get(0), in.get(1), in.get(2), in.get(3), scale, causal), q, k, v, length)
                .reduction(keys + width).torch(in -> attention(in.get(0), in.get(1), in.get(2), in.get(3), scale, causal)));
        List<HostTensor> y = RowSamples.results(new Attention(Tensor.constant(q), Tensor.constant(k), Tensor.constant(v), Tensor.constant(length), scale, causal));
        samples.add(OpSample.of("attention_gradient " + label, in -> new AttentionGradient(in.get(0), in.get(1), in.get(2), in.get(3), in.get(4), in.get(5),
                        in.get(6), scale, causal), q, k, v, length, y.get(0), y.get(1), dy)
                .gradients().reduction(keys + width + queries * heads)
                .torch(in -> Torch.gradients(in.subList(0, 3), p -> attention(p.get(0), p.get(1), p.get(2), in.get(3), scale, causal).getFirst(), in.get(6))));
    }

    /** softmax(scale · q kᵀ + mask) v by whole matrices; q [B, T, H, d], k and v [B, S, K, d] → y [B, T, H, d], logsumexp [B, H, T]. */
    private static List<NDArray> attention(NDArray q, NDArray k, NDArray v, NDArray lengths, float scale, boolean causal) {
        long queries = q.getShape().get(1);
        long keys = k.getShape().get(1);
        long repeats = q.getShape().get(2) / k.getShape().get(2);
        NDArray key = q.getManager().arange(0, (int) keys, 1, DataType.INT64).reshape(1, 1, 1, keys);
        NDArray visible = key.lt(lengths.reshape(-1, 1, 1, 1)).toType(DataType.FLOAT64, false);
        if (causal) {
            NDArray last = q.getManager().arange(0, (int) queries, 1, DataType.INT64).add(keys - queries).reshape(1, 1, queries, 1);
            visible = visible.mul(key.lte(last).toType(DataType.FLOAT64, false));
        }
        NDArray scores = q.transpose(0, 2, 1, 3).matMul(k.repeat(2, repeats).transpose(0, 2, 3, 1)).mul((double) scale);   // [B, H, T, S]
        NDArray weights = scores.exp().mul(visible);
        NDArray sums = weights.sum(new int[] {-1}, true);
        NDArray y = weights.div(sums.maximum(1e-300)).matMul(v.repeat(2, repeats).transpose(0, 2, 1, 3));
        return List.of(y.transpose(0, 2, 1, 3), sums.squeeze(-1).log());
    }
}
