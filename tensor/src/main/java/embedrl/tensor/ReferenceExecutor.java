package embedrl.tensor;

/**
 * The definition of every operation: plain loops, one thread, sums in double precision. All other executors are tested against it. Slow.
 */
public final class ReferenceExecutor extends HostExecutor {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public String description() {
        return "plain Java loops with double accumulation, 1 thread";
    }

    @Override
    protected Runnable bind(Step step, HostMemory memory) {
        return switch (step) {
            case Step.Chain chain -> ReferenceElementwise.chain(chain, memory);
            case Step.Single single -> {
                Buffer[] in = single.op().inputs().stream().map(memory::buffer).toArray(Buffer[]::new);
                Buffer[] out = single.writes().stream().map(memory::buffer).toArray(Buffer[]::new);
                yield bind(single.op(), in, out);
            }
            case Step.Product _, Step.Joined _ -> throw new IllegalStateException("products are not fused for the reference executor");
            case Step.Store _ -> throw new IllegalStateException("store steps are run by HostExecutable");
        };
    }

    /** The kernel of one operation on buffers that have the shapes of its inputs and outputs. */
    private static Runnable bind(Op op, Buffer[] in, Buffer[] out) {
        return switch (op) {
            case LeafOp.Fill fill -> () -> java.util.Arrays.fill(out[0].floats(), out[0].offset(), out[0].offset() + out[0].count(), fill.value());
            case LeafOp _ -> throw new IllegalStateException("a leaf has no kernel: " + op);
            case ElementwiseOp e -> ReferenceElementwise.single(e, in, out[0]);
            case MovementOp m -> ReferenceMovement.bind(m, in, out[0]);
            case ReduceOp r -> ReferenceRows.reduce(r, in[0], out[0]);
            case RowOp r -> ReferenceRows.bind(r, in, out);
            case ContractionOp c -> ReferenceContractions.bind(c, in, out);
            case IndexOp i -> ReferenceMovement.index(i, in, out[0]);
            case UpdateOp.AdamW adam -> () -> adamW(adam, in, out);
        };
    }

    private static void adamW(UpdateOp.AdamW op, Buffer[] in, Buffer[] out) {
        double rate = in[4].floats()[in[4].offset()];
        double step = in[5].floats()[in[5].offset()];
        double scale = in[6].floats()[in[6].offset()];
        double correction1 = 1 - Math.pow(op.beta1(), step);
        double correction2 = 1 - Math.pow(op.beta2(), step);
        for (int i = 0; i < in[0].count(); i++) {
            double g = at(in[1], i) * scale;
            double m = op.beta1() * at(in[2], i) + (1 - (double) op.beta1()) * g;
            double v = op.beta2() * at(in[3], i) + (1 - (double) op.beta2()) * g * g;
            double p = at(in[0], i) * (1 - rate * op.weightDecay());
            put(out[0], i, p - rate * (m / correction1) / (Math.sqrt(v / correction2) + op.epsilon()));
            put(out[1], i, m);
            put(out[2], i, v);
        }
    }

    static double at(Buffer buffer, int i) {
        return switch (buffer.type().dtype()) {
            case FLOAT32 -> buffer.floats()[buffer.offset() + i];
            case INT32 -> buffer.ints()[buffer.offset() + i];
            case BFLOAT16, FLOAT16 -> HalfTypes.widen(buffer.type().dtype(), buffer.halves()[buffer.offset() + i]);
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> BlockFormats.element(buffer.type().dtype(), buffer.blocks(), buffer.offset(), i);
        };
    }

    static void put(Buffer buffer, int i, double value) {
        switch (buffer.type().dtype()) {
            case FLOAT32 -> buffer.floats()[buffer.offset() + i] = (float) value;
            case INT32 -> buffer.ints()[buffer.offset() + i] = (int) value;
            case BFLOAT16, FLOAT16 -> buffer.halves()[buffer.offset() + i] = HalfTypes.narrow(buffer.type().dtype(), (float) value);
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> throw new IllegalStateException("no operation computes " + buffer.type());
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
