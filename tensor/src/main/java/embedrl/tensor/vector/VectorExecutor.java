package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.ContractionOp;
import embedrl.tensor.ElementwiseOp;
import embedrl.tensor.HostExecutor;
import embedrl.tensor.HostMemory;
import embedrl.tensor.IndexOp;
import embedrl.tensor.LeafOp;
import embedrl.tensor.MovementOp;
import embedrl.tensor.Op;
import embedrl.tensor.ReduceOp;
import embedrl.tensor.RowOp;
import embedrl.tensor.Step;
import embedrl.tensor.UpdateOp;
import java.util.function.IntConsumer;

/**
 * The fast executor of the host: kernels of the Vector API on all cores. The results do not depend on the number of threads. A run
 * allocates nothing that grows with the sizes.
 */
public final class VectorExecutor extends HostExecutor {
    private final WorkPool pool;
    private final KeptWeights kept = KeptWeights.ofHeap();

    /** An executor on {@code threads} threads, the caller being one of them. */
    public VectorExecutor(int threads) {
        pool = new WorkPool(threads);
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return "Vector API with " + Lanes.F.vectorBitSize() + "-bit vectors, " + pool.threads() + (pool.threads() == 1 ? " thread" : " threads");
    }

    @Override
    public boolean fusesProducts() {
        return true;
    }

    @Override
    public void share(int count, IntConsumer piece) {
        pool.run(count, piece::accept);
    }

    @Override
    protected Runnable bind(Step step, HostMemory memory) {
        return switch (step) {
            case Step.Chain chain -> new ChainKernel(chain, memory, pool);
            case Step.Single single -> {
                Buffer[] in = single.op().inputs().stream().map(memory::buffer).toArray(Buffer[]::new);
                Buffer[] out = single.writes().stream().map(memory::buffer).toArray(Buffer[]::new);
                yield bind(single.op(), in, out, memory);
            }
            case Step.Product product -> new ProductKernel(product, memory, kept, pool);
            case Step.Joined joined -> JoinedKernel.of(joined, memory, kept, pool);
            case Step.Store _ -> throw new IllegalStateException("store steps are run by HostExecutable");
        };
    }

    private Runnable bind(Op op, Buffer[] in, Buffer[] out, HostMemory memory) {
        Loops loops = new Loops(pool);
        return switch (op) {
            case LeafOp.Fill fill -> MovementKernels.fill(fill.value(), out[0], loops);
            case LeafOp _ -> throw new IllegalStateException("a leaf has no kernel: " + op);
            case ElementwiseOp e -> MovementKernels.elementwise(e, in, out[0], loops);
            case MovementOp m -> MovementKernels.movement(m, in, out[0], loops);
            case IndexOp i -> MovementKernels.index(i, in, out[0], loops);
            case ReduceOp r -> ReduceKernels.bind(r, in[0], out[0], loops);
            case RowOp r -> RowKernels.bind(r, in, out, loops);
            case ContractionOp c -> ContractionKernels.bind(c, in, out, memory, kept, pool);
            case UpdateOp.AdamW adam -> RowKernels.adamW(adam, in, out, loops);
        };
    }

    @Override
    public void close() {
        pool.close();
    }
}
