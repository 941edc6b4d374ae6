package embedrl.autograd;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** PyTorch in this process, through DJL: the independent oracle of forward values and gradients. Arrays are FLOAT64 and INT64. */
final class Torch {
    private static final NDManager ROOT = Engine.getEngine("PyTorch").newBaseManager();
    private static NDManager current = ROOT;

    private Torch() {
    }

    static String version() {
        return Engine.getEngine("PyTorch").getVersion();
    }

    /** The results of a sample, in double precision. */
    static List<double[]> forward(OpSample sample) {
        return scoped(() -> sample.torch().apply(arrays(sample)).stream().map(Torch::doubles).toList());
    }

    /** Gradients of Σ results · weights with respect to the sample's gradient inputs. */
    static List<double[]> gradients(OpSample sample, List<double[]> weights) {
        return scoped(() -> {
            List<NDArray> inputs = arrays(sample);
            List<NDArray> wanted = sample.gradientInputs().stream().map(inputs::get).toList();
            Function<List<NDArray>, NDArray> loss = _ -> {
                List<NDArray> outputs = sample.torch().apply(inputs);
                NDArray sum = null;
                for (int i = 0; i < weights.size(); i++) {
                    NDArray output = outputs.get(sample.gradientOutputs().get(i));
                    NDArray term = output.mul(current.create(weights.get(i), output.getShape())).sum();
                    sum = sum == null ? term : sum.add(term);
                }
                return sum;
            };
            return gradients(wanted, loss, null).stream().map(Torch::doubles).toList();
        });
    }

    /** Gradients of y · dy (of y itself where dy is null) with respect to arrays that the function reads. */
    static List<NDArray> gradients(List<NDArray> xs, Function<List<NDArray>, NDArray> function, NDArray dy) {
        for (NDArray x : xs) x.setRequiresGradient(true);
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray y = function.apply(xs);
            NDArray loss = dy == null ? y : y.mul(dy).sum();
            for (NDArray x : xs) loss = loss.add(x.sum().mul(0));   // an array that the result does not depend on gets zeros, not an error
            collector.backward(loss);
        }
        return xs.stream().map(NDArray::getGradient).toList();
    }

    static NDArray array(HostTensor values) {
        Shape shape = new Shape(Arrays.stream(values.shape().sizes()).asLongStream().toArray());
        if (values.type().dtype() == DType.INT32) return current.create(Arrays.stream(values.ints()).asLongStream().toArray(), shape);
        float[] floats = values.floats();
        double[] doubles = new double[floats.length];
        for (int i = 0; i < doubles.length; i++) doubles[i] = floats[i];
        return current.create(doubles, shape);
    }

    private static List<NDArray> arrays(OpSample sample) {
        return sample.inputs().stream().map(Torch::array).toList();
    }

    private static double[] doubles(NDArray array) {
        return array.toType(DataType.FLOAT64, false).toDoubleArray();
    }

    private static <T> T scoped(java.util.function.Supplier<T> work) {
        try (NDManager scope = ROOT.newSubManager()) {
            current = scope;
            return work.get();
        } finally {
            current = ROOT;
        }
    }
}
