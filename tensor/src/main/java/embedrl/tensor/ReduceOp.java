package embedrl.tensor;

import java.util.List;

/** Reductions over a run of neighboring axes, which disappear from the shape. */
public sealed interface ReduceOp extends Op {
    Tensor x();

    int from();

    int to();

    @Override
    default List<Tensor> inputs() {
        return List.of(x());
    }

    @Override
    default List<TensorType> outputs() {
        return List.of(TensorType.float32(x().shape().without(from(), to())));
    }

    private static void check(String operation, Tensor x, int from, int to) {
        Check.float32(operation, x);
        Check.that(0 <= from && from <= to && to <= x.shape().rank(), "%s: need 0 ≤ from ≤ to ≤ rank, got axes %d..%d of %s", operation, from, to, x.shape());
    }

    /** Sum over axes from (inclusive) to (exclusive); 0 where they hold no element. */
    record Sum(Tensor x, int from, int to) implements ReduceOp {
        public Sum {
            check("sum", x, from, to);
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Sum(inputs.getFirst(), from, to);
        }
    }

    /** Largest element over axes from (inclusive) to (exclusive); NaN wins; the gradient is shared equally among ties. */
    record Max(Tensor x, int from, int to) implements ReduceOp {
        public Max {
            check("max", x, from, to);
            Check.that(x.shape().product(from, to) > 0, "max: the axes %d..%d of %s hold no element", from, to, x.shape());
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Max(inputs.getFirst(), from, to);
        }
    }

    /**
     * Place of the largest element over axes from (inclusive) to (exclusive), counted through these axes in row-major order: INT32. The first of equal ones, and the
     * first NaN where there is one. Passes no gradient on.
     */
    record ArgMax(Tensor x, int from, int to) implements ReduceOp {
        public ArgMax {
            check("argmax", x, from, to);
            Check.that(x.shape().product(from, to) > 0, "argmax: the axes %d..%d of %s hold no element", from, to, x.shape());
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(new TensorType(DType.INT32, x.shape().without(from, to)));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new ArgMax(inputs.getFirst(), from, to);
        }
    }
}
