package embedrl.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of every operation: against PyTorch's autograd, against finite differences, and on all executors. */
class GradientContractTest {
    private static final int COORDINATES = 12;

    static List<OpSample> samples() {
        return OpSamples.withGradient();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void referenceEqualsPyTorch(OpSample sample) {
        List<HostTensor> ours = Runs.gradients(sample, Devices.REFERENCE);
        List<double[]> torch = Torch.gradients(sample, Runs.weights(sample).stream().map(Closeness::doubles).toList());
        for (int i = 0; i < torch.size(); i++) {
            assertThat(ours.get(i).shape()).isEqualTo(sample.inputs().get(sample.gradientInputs().get(i)).shape());
            Closeness.check(sample + " gradient of input " + sample.gradientInputs().get(i), Closeness.doubles(ours.get(i)), torch.get(i),
                    3e-7 * (2 + Math.sqrt(sample.reduction())), Math.max(1, Closeness.largest(torch.get(i))));
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void equalsFiniteDifferences(OpSample sample) {
        List<HostTensor> gradients = Runs.gradients(sample, Devices.REFERENCE);
        try (Runs.Loss loss = new Runs.Loss(sample)) {
            for (int g = 0; g < gradients.size(); g++) {
                int input = sample.gradientInputs().get(g);
                double[] gradient = Closeness.doubles(gradients.get(g));
                double largest = Math.max(1, Closeness.largest(gradient));
                Seed seed = Seed.of(5).split(sample.label());
                for (int c = 0; c < Math.min(COORDINATES, gradient.length); c++) {
                    int i = gradient.length <= COORDINATES ? c : seed.below(gradient.length, c);
                    float[] unit = new float[gradient.length];
                    unit[i] = 1;
                    Closeness.check(sample + " input " + input + " element " + i, gradient[i], loss.along(input, unit), 2e-4 * largest);
                }
                float[] signs = Runs.signs(sample.label(), gradient.length);
                double slope = 0;
                for (int i = 0; i < signs.length; i++) slope += signs[i] * gradient[i];
                Closeness.check(sample + " input " + input + " along ±1", slope, loss.along(input, signs),
                        1e-3 * largest * Math.sqrt(gradient.length));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void executorsEqualTheReference(OpSample sample) {
        List<HostTensor> reference = Runs.gradients(sample, Devices.REFERENCE);
        for (Executor executor : Devices.fast()) {
            List<HostTensor> fast = Runs.gradients(sample, executor);
            for (int i = 0; i < reference.size(); i++) {
                double[] expected = Closeness.doubles(reference.get(i));
                Closeness.check(sample + " on " + executor.name() + " gradient " + i, Closeness.doubles(fast.get(i)), expected,
                        1e-6 * (2 + Math.sqrt(sample.reduction())), Math.max(1, Closeness.largest(expected)));
            }
        }
    }
}
