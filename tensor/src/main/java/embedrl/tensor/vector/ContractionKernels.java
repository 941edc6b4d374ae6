package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.ContractionOp;
import embedrl.tensor.DType;
import embedrl.tensor.HostMemory;
import embedrl.tensor.Shape;

/** Binds matrix products and attention to their kernels. */
final class ContractionKernels {
    private ContractionKernels() {}

    static Runnable bind(ContractionOp op, Buffer[] in, Buffer[] out, HostMemory memory, KeptWeights kept, WorkPool pool) {
        return switch (op) {
            case ContractionOp.MatMul m -> matMul(m, in[0], in[1], out[0], memory, kept, pool, Epilogue.NONE);
            case ContractionOp.Attention a -> {
                Attention attention = attention(a.q().shape(), a.k().shape(), a.scale(), a.causal());
                WorkPool.Part body = part -> attention.forward(part, in[0].floats(), in[0].offset(), in[1].floats(), in[1].offset(),
                        in[2].floats(), in[2].offset(), in[3].ints(), in[3].offset(), out[0].floats(), out[0].offset(), out[1].floats(),
                        out[1].offset());
                yield () -> {
                    pool.run(attention.forwardParts(in[3].ints(), in[3].offset()), body);
                    attention.join(in[3].ints(), in[3].offset(), out[0].floats(), out[0].offset(), out[1].floats(), out[1].offset());
                };
            }
            case ContractionOp.AttentionGradient a -> {
                AttentionBackward attention = new AttentionBackward(attention(a.q().shape(), a.k().shape(), a.scale(), a.causal()));
                var operands = new AttentionBackward.Operands(in[0].floats(), in[0].offset(), in[1].floats(), in[1].offset(), in[2].floats(),
                        in[2].offset(), in[3].ints(), in[3].offset(), in[4].floats(), in[4].offset(), in[5].floats(), in[5].offset(),
                        in[6].floats(), in[6].offset(), out[0].floats(), out[0].offset(), out[1].floats(), out[1].offset(), out[2].floats(),
                        out[2].offset());
                WorkPool.Part body = part -> attention.backward(part, operands);
                int parts = attention.parts();
                yield () -> pool.run(parts, body);
            }
        };
    }

    private static Attention attention(Shape q, Shape k, float scale, boolean causal) {
        return new Attention(q.size(0), q.size(1), k.size(1), q.size(2), k.size(2), q.size(3), scale, causal);
    }

    /** The packed right operand where it is a weight, keeping it packed pays and there is room for it, else null. */
    private static PackedWeights packed(ContractionOp.MatMul op, Buffer b, HostMemory memory, KeptWeights kept) {
        boolean rows = op.transposeB() && !op.transposeA() && op.batches() == 1;
        DType type = b.type().dtype();
        boolean pays = type == DType.FLOAT32 ? PackedFloats.pay(op.m(), op.n(), op.k()) : PackedNarrow.pay(type, op.m(), op.n(), op.k());
        if (!rows || !pays) {
            return null;
        }
        return memory.weight(op.b()).flatMap(variable -> kept.of(variable, b, op.n(), op.k(), memory.weightBytes())).orElse(null);
    }

    /** The epilogue sees each element once, after its sum is complete. */
    static Runnable matMul(ContractionOp.MatMul op, Buffer a, Buffer b, Buffer c, HostMemory memory, KeptWeights kept, WorkPool pool, Epilogue epilogue) {
        int m = op.m();
        int n = op.n();
        int k = op.k();
        int batches = op.batches();
        boolean rows = op.transposeB() && !op.transposeA() && batches == 1 && (long) m * n * k > 0;
        boolean narrow = b.type().dtype().isNarrow();
        if (rows && !narrow && memory.weight(op.b()).isPresent() && StreamRows.pay(m, memory.weightBytes())) {
            return new StreamRows(pool, m, n, k, a.floats(), a.offset(), b, c.floats(), c.offset(), epilogue);
        }
        switch (packed(op, b, memory, kept)) {
            case PackedFloats floats when AheadRows.pay(m) -> {
                return new AheadRows(pool, m, a.floats(), a.offset(), floats, c.floats(), c.offset(), epilogue);
            }
            case PackedFloats floats when PackedRows.pay(m, n, k) -> {
                return new PackedRows(pool, m, a.floats(), a.offset(), floats, c.floats(), c.offset(), epilogue);
            }
            case PackedFloats floats -> {
                return () -> Gemm.packed(pool, m, a.floats(), a.offset(), floats, c.floats(), c.offset(), epilogue);
            }
            case PackedNarrow weights when m == 1 -> {
                return new StripRow(pool, a.floats(), a.offset(), weights, c.floats(), c.offset(), epilogue);
            }
            case PackedNarrow weights when PanelTiles.FEW -> {
                return new WideRows(pool, m, a.floats(), a.offset(), weights, c.floats(), c.offset(), epilogue);
            }
            case PackedNarrow weights -> {
                return new NarrowRows(pool, m, a.floats(), a.offset(), weights, c.floats(), c.offset(), epilogue);
            }
            case null -> { }
        }
        if (rows && m <= FewRows.MOST) {
            return new FewRows(pool, m, n, k, a.floats(), a.offset(), b, c.floats(), c.offset(), epilogue);
        }
        if (narrow) {
            return () -> Gemm.narrow(pool, m, n, k, a.floats(), a.offset(), b, op.transposeB(), c.floats(), c.offset(), epilogue);
        }
        int ars = op.transposeA() ? 1 : k;
        int acs = op.transposeA() ? m : 1;
        int brs = op.transposeB() ? 1 : n;
        int bcs = op.transposeB() ? k : 1;
        if (batches == 1) {
            return () -> Gemm.gemm(pool, m, n, k, a.floats(), a.offset(), ars, acs, b.floats(), b.offset(), brs, bcs, c.floats(), c.offset(), n, false,
                    epilogue, 0);
        }
        return () -> Gemm.batched(pool, batches, m, n, k, a.floats(), a.offset(), m * k, ars, acs, b.floats(), b.offset(), k * n, brs, bcs,
                c.floats(), c.offset(), m * n, n, false, epilogue);
    }
}
