package embedrl.tensor;

import java.util.List;

/** Operations that read no tensor: values given at run time, constants and stored variables. */
public sealed interface LeafOp extends Op {
    @Override
    default List<Tensor> inputs() {
        return List.of();
    }

    @Override
    default Op withInputs(List<Tensor> inputs) {
        return this;
    }

    /** A value that the caller sets before each run. Two inputs of a program must not share a name. */
    record Input(String name, TensorType type) implements LeafOp {
        public Input {
            Check.that(!name.isBlank(), "input: the name must not be blank");
            Check.that(type.dtype() == DType.FLOAT32 || type.dtype() == DType.INT32, "input %s: must be FLOAT32 or INT32, got %s", name, type.dtype());
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(type);
        }
    }

    /** Fixed values, held once for all programs that use them. */
    record Constant(HostTensor values) implements LeafOp {
        @Override
        public List<TensorType> outputs() {
            return List.of(values.type());
        }
    }

    /** One value everywhere; costs no memory inside an elementwise chain. */
    record Fill(float value, Shape shape) implements LeafOp {
        @Override
        public List<TensorType> outputs() {
            return List.of(TensorType.float32(shape));
        }
    }

    /** The present contents of a {@link Variable}: parameters, optimizer state, caches. */
    record Stored(Variable variable) implements LeafOp {
        @Override
        public List<TensorType> outputs() {
            return List.of(variable.type());
        }
    }
}
