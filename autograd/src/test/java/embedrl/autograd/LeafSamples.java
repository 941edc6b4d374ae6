package embedrl.autograd;

import ai.djl.ndarray.NDArray;
import embedrl.tensor.HostTensor;
import embedrl.tensor.LeafOp;
import embedrl.tensor.Shape;
import embedrl.tensor.Variable;
import java.util.List;

/** Samples of {@link LeafOp}: inputs, constants, fills and variables. */
final class LeafSamples {
    private LeafSamples() {
    }

    static List<OpSample> all() {
        return List.of(
                OpSample.of("input [7]", in -> in.getFirst().op(), Values.normal("input", 7)).torch(in -> in),
                OpSample.of("input [3, 1, 33]", in -> in.getFirst().op(), Values.normal("input3", 3, 1, 33)).torch(in -> in),
                constant("constant [7]", Values.normal("constant", 7)),
                constant("constant [2, 33]", Values.normal("constant2", 2, 33)),
                OpSample.of("fill []", _ -> new LeafOp.Fill(-2.5f, Shape.SCALAR)).torch(_ -> List.of(Torch.array(HostTensor.of(Shape.SCALAR, -2.5f)))),
                OpSample.of("fill [3, 7]", _ -> new LeafOp.Fill(0.1f, Shape.of(3, 7))).torch(_ -> List.of(filled(0.1f, 3, 7))),
                stored("stored [65]", Values.normal("stored", 65)),
                stored("stored [1, 1]", Values.normal("stored1", 1, 1)));
    }

    private static OpSample constant(String label, HostTensor values) {
        return OpSample.of(label, _ -> new LeafOp.Constant(values)).torch(_ -> List.of(Torch.array(values)));
    }

    private static OpSample stored(String label, HostTensor values) {
        return OpSample.of(label, _ -> new LeafOp.Stored(Variable.of("v", values))).torch(_ -> List.of(Torch.array(values)));
    }

    private static NDArray filled(float value, int... sizes) {
        return Torch.array(Values.fill("fill", (_, _) -> value, sizes));
    }
}
