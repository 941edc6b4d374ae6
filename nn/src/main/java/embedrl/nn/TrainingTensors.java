package embedrl.nn;

import embedrl.nn.checkpoint.TensorData;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import embedrl.tensor.TensorException;
import embedrl.tensor.Variable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Variables as a checkpoint's tensors, and back. */
final class TrainingTensors {
    private TrainingTensors() {
    }

    static Map<String, TensorData> of(Map<String, Variable> variables) {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        variables.forEach((name, variable) -> tensors.put(name, variable.type().dtype() == DType.INT32
                ? TensorData.of(variable.shape().sizes(), variable.value().ints()) : TensorData.of(variable.shape().sizes(), variable.value().floats())));
        return tensors;
    }

    static HostTensor of(TensorData tensor) {
        Shape shape = Shape.of(tensor.shape());
        return switch (tensor) {
            case TensorData.Floats floats -> HostTensor.of(shape, floats.values());
            case TensorData.Ints ints -> HostTensor.ofInts(shape, ints.values());
            case TensorData.Longs longs -> throw new TensorException("load: no tensor of a model holds 64-bit integers, got " + Arrays.toString(longs.shape()));
        };
    }
}
