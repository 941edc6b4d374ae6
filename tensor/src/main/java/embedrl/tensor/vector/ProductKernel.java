package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.ContractionOp;
import embedrl.tensor.HostMemory;
import embedrl.tensor.Step;

/** A matrix product, perhaps fused with a chain: the product is then computed in the chain's result, and the chain over it in place, block by block. */
final class ProductKernel implements Runnable, Epilogue {
    private final ChainKernel chain;   // or null
    private final Runnable product;
    private final int columns;

    /** Of a {@link Step.Product}, or of a {@link Step.Single} that is a matrix product. */
    ProductKernel(Step step, HostMemory memory, KeptWeights kept, WorkPool pool) {
        var fused = step instanceof Step.Product product ? product : null;
        var single = fused == null ? (Step.Single) step : fused.product();
        var op = (ContractionOp.MatMul) single.op();
        chain = fused == null ? null : new ChainKernel(fused.chain(), memory, pool, fused.value());
        columns = op.n();
        Buffer result = memory.buffer(step.writes().getFirst()).as(single.writes().getFirst().type());
        product = ContractionKernels.matMul(op, memory.buffer(op.a()), memory.buffer(op.b()), result, memory, kept, pool, fused == null ? Epilogue.NONE : this);
    }

    @Override
    public void run() {
        refresh();
        product.run();
    }

    /** Prepares the chain for a run of the product. */
    void refresh() {
        if (chain != null) {
            chain.refresh();
        }
    }

    /** The product where it can run in parts, else null. */
    ThinProduct thin() {
        return product instanceof ThinProduct thin ? thin : null;
    }

    @Override
    public void apply(int row, int rows, int column, int count) {
        if (count == columns) {
            chain.compute(row * columns, (row + rows) * columns);
            return;
        }
        for (int i = row; i < row + rows; i++) {
            chain.compute(i * columns + column, i * columns + column + count);
        }
    }
}
