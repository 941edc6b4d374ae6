package embedrl.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of every operation: the reference executor against PyTorch, all other executors against the reference. */
class ForwardContractTest {
    static List<OpSample> samples() {
        return OpSamples.all();
    }

    static Stream<OpSample> samplesWithOracle() {
        return OpSamples.all().stream().filter(s -> s.torch() != null);
    }

    /** The reference computes in double precision and rounds once. */
    @ParameterizedTest
    @MethodSource("samplesWithOracle")
    void referenceEqualsPyTorch(OpSample sample) {
        List<HostTensor> ours = Runs.forward(sample, Devices.REFERENCE);
        List<double[]> torch = Torch.forward(sample);
        assertThat(ours).hasSameSizeAs(torch);
        for (int i = 0; i < torch.size(); i++)
            Closeness.check(sample + " result " + i, Closeness.doubles(ours.get(i)), torch.get(i), sample.hasGradient() ? 2e-7 : 2e-6,
                    (sample.hasGradient() ? 0.1 : 1) * Closeness.largest(torch.get(i)));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void executorsEqualTheReference(OpSample sample) {
        List<HostTensor> reference = Runs.forward(sample, Devices.REFERENCE);
        List<Tensor> outputs = sample.record().outputs();
        for (int i = 0; i < outputs.size(); i++) assertThat(reference.get(i).type()).isEqualTo(outputs.get(i).type());
        for (Executor executor : Devices.fast()) {
            List<HostTensor> fast = Runs.forward(sample, executor);
            for (int i = 0; i < reference.size(); i++) {
                assertThat(fast.get(i).type()).isEqualTo(reference.get(i).type());
                double[] expected = Closeness.doubles(reference.get(i));
                Closeness.check(sample + " on " + executor.name() + " result " + i, Closeness.doubles(fast.get(i)), expected,
                        5e-7 * (2 + Math.sqrt(sample.reduction())), sample.reduction() == 1 && sample.hasGradient() ? 0.1 * Closeness.largest(expected) : Math.max(1, Closeness.largest(expected)));
            }
        }
    }
}
