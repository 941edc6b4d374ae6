package embedrl.autograd;

import ai.djl.ndarray.NDArray;
import embedrl.tensor.DType;
import embedrl.tensor.ElementwiseOp;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Op;
import embedrl.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One operation on concrete inputs, and what the contract tests compare it with.
 *
 * @param label           names the sample in test reports
 * @param inputs          values; the tests record one run-time input per entry
 * @param build           makes the operation from those inputs
 * @param torch           the same computation in PyTorch in double precision, one array per result; null where PyTorch has nothing like it
 * @param gradientInputs  inputs with a gradient
 * @param gradientOutputs results through which a gradient flows
 * @param reduction       how many products or terms add up into one element; scales the tolerances
 */
record OpSample(String label, List<HostTensor> inputs, Function<List<Tensor>, Op> build, Function<List<NDArray>, List<NDArray>> torch,
                List<Integer> gradientInputs, List<Integer> gradientOutputs, int reduction) {

    /** A sample with gradients from result 0 to all FLOAT32 inputs. */
    static OpSample of(String label, Function<List<Tensor>, Op> build, HostTensor... inputs) {
        List<HostTensor> values = List.of(inputs);
        List<Integer> floats = IntStream.range(0, inputs.length).filter(i -> inputs[i].type().dtype() == DType.FLOAT32).boxed().toList();
        return new OpSample(label, values, build, null, floats, List.of(0), 1);
    }

    OpSample torch(Function<List<NDArray>, List<NDArray>> function) {
        return new OpSample(label, inputs, build, function, gradientInputs, gradientOutputs, reduction);
    }

    /** States which inputs have a gradient. */
    OpSample gradients(Integer... of) {
        return new OpSample(label, inputs, build, torch, List.of(of), gradientOutputs, reduction);
    }

    /** States which results pass a gradient on. */
    OpSample through(Integer... outputs) {
        return new OpSample(label, inputs, build, torch, gradientInputs, List.of(outputs), reduction);
    }

    OpSample reduction(int terms) {
        return new OpSample(label, inputs, build, torch, gradientInputs, gradientOutputs, terms);
    }

    boolean hasGradient() {
        return !gradientInputs.isEmpty() && !gradientOutputs.isEmpty();
    }

    /** The operation over freshly recorded inputs x0, x1, …. */
    Recorded record() {
        List<Tensor> recorded = IntStream.range(0, inputs.size())
                .mapToObj(i -> Tensor.input("x" + i, inputs.get(i).type().dtype(), inputs.get(i).shape().sizes())).toList();
        return new Recorded(recorded, build.apply(recorded));
    }

    record Recorded(List<Tensor> inputs, Op op) {
        List<Tensor> outputs() {
            return Tensor.results(op);
        }
    }

    /** What the coverage test counts: the operation's record, with the function for Unary and Binary. */
    String key() {
        return switch (record().op()) {
            case ElementwiseOp.Unary u -> "Unary " + u.kind();
            case ElementwiseOp.Binary b -> "Binary " + b.kind();
            case Op op -> op.getClass().getSimpleName();
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
