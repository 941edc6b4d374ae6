package embedrl.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.ContractionOp.Attention;
import embedrl.tensor.Decompositions;
import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Op;
import embedrl.tensor.RowOp.CrossEntropy;
import embedrl.tensor.RowOp.LayerNorm;
import embedrl.tensor.RowOp.LogSumExp;
import embedrl.tensor.RowOp.RmsNorm;
import embedrl.tensor.RowOp.Rotary;
import embedrl.tensor.RowOp.Softmax;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import embedrl.tensor.UpdateOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fused operations against their decompositions, values and gradients, on all executors. */
class DecompositionTest {
    /** The decomposition of an operation's results, or null where it is not a fused one. */
    private static List<Tensor> decomposed(Op op) {
        return switch (op) {
            case Softmax s -> List.of(Decompositions.softmax(s.x()));
            case LogSumExp l -> List.of(Decompositions.logSumExp(l.x()));
            case RmsNorm n -> List.of(Decompositions.rmsNorm(n.x(), n.weight(), n.epsilon()));
            case LayerNorm n -> List.of(Decompositions.layerNorm(n.x(), n.weight(), n.bias(), n.epsilon()));
            case CrossEntropy c -> List.of(Decompositions.crossEntropy(c.logits(), c.targets()), Decompositions.logSumExp(c.logits()));
            case Rotary r when !r.inverse() -> List.of(Decompositions.rotary(r.x(), r.cos(), r.sin()));
            case Attention a -> List.of(Decompositions.attention(a.q(), a.k(), a.v(), a.keyLengths(), a.scale(), a.causal()));
            case UpdateOp.AdamW w -> Decompositions.adamW(w);
            default -> null;
        };
    }

    static Stream<OpSample> samples() {
        return OpSamples.all().stream().filter(s -> decomposed(s.record().op()) != null);
    }

    @Test
    void coversTheFusedOperations() {
        Set<String> covered = new TreeSet<>();
        samples().forEach(s -> covered.add(s.key()));
        assertThat(covered).containsExactly("AdamW", "Attention", "CrossEntropy", "LayerNorm", "LogSumExp", "RmsNorm", "Rotary", "Softmax");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void equalsItsDecomposition(OpSample sample) {
        List<Executor> executors = new ArrayList<>(Devices.fast());
        executors.add(Devices.REFERENCE);
        OpSample.Recorded recorded = sample.record();
        List<Tensor> parts = decomposed(recorded.op());
        List<Tensor> fused = recorded.outputs().subList(0, parts.size());
        List<Tensor> pairs = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            assertThat(parts.get(i).type()).isEqualTo(fused.get(i).type());
            pairs.addAll(List.of(fused.get(i), parts.get(i)));
        }
        if (sample.hasGradient()) {
            List<Tensor> weights = Runs.weights(sample).stream().map(Tensor::constant).toList();
            List<Tensor> xs = sample.gradientInputs().stream().map(recorded.inputs()::get).toList();
            List<Tensor> through = sample.gradientOutputs().stream().map(fused::get).toList();
            List<Tensor> throughParts = sample.gradientOutputs().stream().map(parts::get).toList();
            List<Tensor> ofFused = Gradients.of(through, weights, xs);
            List<Tensor> ofParts = Gradients.of(throughParts, weights, xs);
            for (int i = 0; i < xs.size(); i++) pairs.addAll(List.of(ofFused.get(i), ofParts.get(i)));
        }
        for (Executor executor : executors) compare(sample, pairs, executor);
    }

    private static void compare(OpSample sample, List<Tensor> pairs, Executor executor) {
        Program.Builder builder = Program.builder();
        for (int i = 0; i < pairs.size(); i++) builder.output("y" + i, pairs.get(i));
        try (Program program = builder.compile(executor)) {
            List<HostTensor> values = Runs.read(program, sample.inputs(), pairs.size());
            for (int i = 0; i < pairs.size(); i += 2) {
                double[] expected = Closeness.doubles(values.get(i));
                Closeness.check(sample + " on " + executor.name() + " value " + i / 2, Closeness.doubles(values.get(i + 1)), expected,
                        2e-6 * (2 + Math.sqrt(sample.reduction())), Math.max(1, Closeness.largest(expected)));
            }
        }
    }

    @Test
    void normalizationEqualsItsDecomposition() {
        Tensor x = Tensor.constant(Values.normal("l2", 5, 33));
        Tensor weight = Tensor.constant(Values.normal("l2 weight", 5, 33));
        Closeness.check("l2_normalize", Closeness.doubles(Decompositions.l2Normalize(x).eval(Devices.REFERENCE)), Closeness.doubles(x.l2Normalize().eval(Devices.REFERENCE)),
                3e-7, 1);
        Closeness.check("gradient of l2_normalize", Closeness.doubles(Gradients.of(Decompositions.l2Normalize(x).mul(weight).sum(), x).eval(Devices.REFERENCE)),
                Closeness.doubles(Gradients.of(x.l2Normalize().mul(weight).sum(), x).eval(Devices.REFERENCE)), 1e-6, 1);
    }
}
