package embedrl.tensor;

/** Floating-point operations and bytes of memory traffic of a step, counted from shapes; a transcendental function counts as one operation. */
public record Cost(long flops, long bytes) {
    public static Cost of(Step step) {
        long bytes = 0;
        for (Tensor read : step.reads()) bytes += read.type().bytes();
        for (Tensor written : step.writes()) bytes += written.type().bytes();
        return switch (step) {
            case Step.Single single -> new Cost(flops(single.op()), bytes(single.op(), bytes));
            case Step.Chain chain -> new Cost((long) chain.code().size() * chain.result().shape().count(), bytes);
            case Step.Product fused -> new Cost(of(fused.product()).flops() + of(fused.chain()).flops(), bytes);
            case Step.Joined joined -> new Cost(joined.products().stream().mapToLong(product -> of(product).flops()).sum(), bytes);
            case Step.Store store -> new Cost(0, 2 * store.value().type().bytes());
        };
    }

    public Cost plus(Cost other) {
        return new Cost(flops + other.flops, bytes + other.bytes);
    }

    private static long bytes(Op op, long all) {
        return switch (op) {
            case IndexOp.Gather gather -> {
                TensorType picked = gather.outputs().getFirst();
                yield gather.table().dtype().bytes(picked.shape().count()) + picked.bytes() + gather.ids().type().bytes();
            }
            case IndexOp.WriteRows write -> 2 * write.values().type().bytes();
            case MovementOp.Slice slice -> 2 * slice.outputs().getFirst().bytes();
            default -> all;
        };
    }

    private static long flops(Op op) {
        long elements = op.inputs().isEmpty() ? 0 : op.inputs().getFirst().shape().count();
        return switch (op) {
            case ContractionOp.MatMul m -> 2L * m.m() * m.n() * m.k() * m.batches();
            case ContractionOp.Attention a -> attention(a.q().shape(), a.k().shape(), a.causal(), 2);
            case ContractionOp.AttentionGradient a -> attention(a.q().shape(), a.k().shape(), a.causal(), 5);
            case RowOp.Softmax _, RowOp.LogSumExp _, RowOp.CrossEntropy _, RowOp.CrossEntropyGradient _, RowOp.Draw _ -> 4 * elements;
            case RowOp.RmsNorm _, RowOp.LayerNorm _ -> 6 * elements;
            case RowOp.RmsNormGradient _, RowOp.LayerNormGradient _ -> 12 * elements;
            case RowOp.Rotary _ -> 3 * elements;
            case UpdateOp.AdamW _ -> 14 * elements;
            case ReduceOp _, IndexOp.ScatterAdd _ -> elements;
            case ElementwiseOp e -> e.outputs().getFirst().shape().count();
            case LeafOp _, MovementOp _, IndexOp.Gather _, IndexOp.WriteRows _ -> 0;
        };
    }

    /** products: matrix products of T×S×d that the operation does per head. */
    private static long attention(Shape q, Shape k, boolean causal, int products) {
        long pairs = (long) q.size(1) * k.size(1);
        if (causal) pairs -= (long) q.size(1) * (q.size(1) - 1) / 2;
        return 2L * products * q.size(0) * q.size(2) * Math.max(0, pairs) * q.size(3);
    }
}
