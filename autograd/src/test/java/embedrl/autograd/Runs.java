package embedrl.autograd;

import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Runs samples: forward, gradients, and finite differences of a fixed weighted sum of the results. */
final class Runs {
    private Runs() {
    }

    static List<HostTensor> forward(OpSample sample, Executor executor) {
        OpSample.Recorded recorded = sample.record();
        return read(compile(recorded.outputs(), executor), sample.inputs(), recorded.outputs().size());
    }

    /** Gradients of Σ results · weights with respect to the sample's gradient inputs. */
    static List<HostTensor> gradients(OpSample sample, Executor executor) {
        OpSample.Recorded recorded = sample.record();
        List<Tensor> outputs = sample.gradientOutputs().stream().map(recorded.outputs()::get).toList();
        List<Tensor> weights = weights(sample).stream().map(Tensor::constant).toList();
        List<Tensor> gradients = Gradients.of(outputs, weights, sample.gradientInputs().stream().map(recorded.inputs()::get).toList());
        return read(compile(gradients, executor), sample.inputs(), gradients.size());
    }

    /** Fixed random weights of the results that pass a gradient on. */
    static List<HostTensor> weights(OpSample sample) {
        List<Tensor> outputs = sample.record().outputs();
        return sample.gradientOutputs().stream().map(i -> Values.uniform("weight" + i, -1, 1, outputs.get(i).shape().sizes())).toList();
    }

    private static Program compile(List<Tensor> outputs, Executor executor) {
        Program.Builder builder = Program.builder();
        for (int i = 0; i < outputs.size(); i++) builder.output("y" + i, outputs.get(i));
        return builder.compile(executor);
    }

    static List<HostTensor> read(Program program, List<HostTensor> inputs, int outputs) {
        try (program) {
            set(program, inputs);
            program.run();
            return IntStream.range(0, outputs).mapToObj(i -> program.read("y" + i)).toList();
        }
    }

    private static void set(Program program, List<HostTensor> inputs) {
        for (int i = 0; i < inputs.size(); i++) {
            String name = "x" + i;
            if (!program.has(name)) continue;
            if (inputs.get(i).type().dtype() == DType.INT32) program.set(name, inputs.get(i).ints());
            else program.set(name, inputs.get(i).floats());
        }
    }

    /** A sample's weighted sum as a function of one of its inputs, on the reference executor, summed in double precision. */
    static final class Loss implements AutoCloseable {
        private static final float STEP = 1f / 64;
        private final Program program;
        private final List<double[]> weights = new ArrayList<>();
        private final OpSample sample;

        Loss(OpSample sample) {
            this.sample = sample;
            List<Tensor> outputs = sample.record().outputs();
            this.program = compile(sample.gradientOutputs().stream().map(outputs::get).toList(), Devices.REFERENCE);
            for (HostTensor w : weights(sample)) weights.add(Closeness.doubles(w));
            set(program, sample.inputs());
        }

        /** Derivative of the sum when an input moves along a direction: five-point central differences. */
        double along(int input, float[] direction) {
            double slope = (8 * (at(input, direction, STEP) - at(input, direction, -STEP)) - at(input, direction, 2 * STEP) + at(input, direction, -2 * STEP))
                    / (12 * STEP);
            program.set("x" + input, sample.inputs().get(input).floats());
            return slope;
        }

        private double at(int input, float[] direction, float step) {
            float[] x = sample.inputs().get(input).floats();
            for (int i = 0; i < x.length; i++) x[i] += step * direction[i];
            program.set("x" + input, x);
            program.run();
            double sum = 0;
            for (int w = 0; w < weights.size(); w++) {
                double[] y = Closeness.doubles(program.read("y" + w));
                for (int i = 0; i < y.length; i++) sum += y[i] * weights.get(w)[i];
            }
            return sum;
        }

        @Override
        public void close() {
            program.close();
        }
    }

    /** A direction of ±1. */
    static float[] signs(String name, int count) {
        Seed seed = Seed.of(3).split(name);
        float[] signs = new float[count];
        for (int i = 0; i < count; i++) signs[i] = seed.uniform(i) < 0.5 ? -1 : 1;
        return signs;
    }
}
