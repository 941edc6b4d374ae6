package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.ContractionOp;
import embedrl.tensor.HostMemory;
import embedrl.tensor.Step;

/** A matrix product fused with a chain: the product is computed in the chain's result, and the chain over it in place, block by block. */
final class ProductKernel implements Runnable, Epilogue {
    private final ChainKernel chain;
    private final Runnable product;
    private final int columns;

    ProductKernel(Step.Product step, HostMemory memory, KeptWeights kept, WorkPool pool) {
        var op = (ContractionOp.MatMul) step.product().op();
        chain = new ChainKernel(step.chain(), memory, pool, step.value());
        columns = op.n();
        Buffer result = memory.buffer(step.chain().result()).as(step.value().type());
        Buffer b = memory.buffer(op.b());
        product = ContractionKernels.matMul(op, memory.buffer(op.a()), b, ContractionKernels.packed(op, b, memory, kept), result, pool, this);
    }

    @Override
    public void run() {
        chain.refresh();
        product.run();
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
