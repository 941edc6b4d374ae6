package embedrl.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.BinaryKind;
import embedrl.tensor.ElementwiseOp;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.Op;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.UnaryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** No operation is left out of the contract, and what has no gradient or no oracle is declared here. */
class OpCoverageTest {
    private static final Set<String> WITHOUT_GRADIENT = Set.of("WriteRows", "AdamW", "RmsNormGradient", "LayerNormGradient", "CrossEntropyGradient",
            "AttentionGradient");
    /** Constant with respect to every FLOAT32 input almost everywhere, or without one. */
    private static final Set<String> GRADIENT_FREE = Set.of("ArgMax", "Constant", "Fill", "Stored", "Uniform", "Detach", "Draw");

    @Test
    void everyOperationAndEveryElementwiseFunctionHasTwoSamples() {
        Map<String, Long> counts = OpSamples.all().stream().collect(Collectors.groupingBy(OpSample::key, TreeMap::new, Collectors.counting()));
        List<String> missing = new ArrayList<>();
        for (String key : keys()) if (counts.getOrDefault(key, 0L) < 2) missing.add(key);
        assertThat(missing).as("operations with fewer than two samples").isEmpty();
        assertThat(counts.keySet()).isEqualTo(keys());
    }

    private static Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        for (Class<?> record : OpSamples.records(Op.class)) keys.add(record.getSimpleName());
        assertThat(keys.remove("Unary") && keys.remove("Binary")).isTrue();
        for (UnaryKind kind : UnaryKind.values()) keys.add("Unary " + kind);
        for (BinaryKind kind : BinaryKind.values()) keys.add("Binary " + kind);
        return keys;
    }

    @Test
    void exactlyTheDeclaredOperationsRefuseAGradient() {
        Set<String> refused = new TreeSet<>();
        for (OpSample sample : OpSamples.all()) {
            OpSample.Recorded recorded = sample.record();
            Tensor y = recorded.outputs().getFirst();
            Tensor x = recorded.inputs().isEmpty() ? y : recorded.inputs().getFirst();
            if (recorded.op() instanceof ElementwiseOp.Cast || x.dtype() == embedrl.tensor.DType.INT32) continue;
            try {
                Gradients.of(List.of(y), List.of(Tensor.full(y.shape(), 1)), List.of(x));
            } catch (TensorException e) {
                assertThat(e).hasMessage("gradients: " + recorded.op().name() + " has no gradient; detach() its result or compute it from its parts");
                refused.add(sample.key());
            }
        }
        assertThat(refused).isEqualTo(WITHOUT_GRADIENT);
    }

    @Test
    void exactlyTheDeclaredOperationsHaveNoGradientSample() {
        Set<String> without = OpSamples.all().stream().map(OpSample::key).collect(Collectors.toCollection(TreeSet::new));
        for (OpSample sample : OpSamples.withGradient()) without.remove(sample.key());
        Set<String> declared = new TreeSet<>(WITHOUT_GRADIENT);
        declared.addAll(GRADIENT_FREE);
        assertThat(without).isEqualTo(declared);
    }

    @Test
    void onlyOurOwnRandomNumbersHaveNoPyTorchOracle() {
        assertThat(OpSamples.all().stream().filter(s -> s.torch() == null).map(OpSample::key).collect(Collectors.toSet())).isEqualTo(Set.of("Uniform"));
        assertThat(Torch.version()).isEqualTo("2.7.1");
    }

    @Test
    void runsOnEveryExecutorOfTheClassPath() {
        List<String> available = Executors.providers().stream().filter(p -> p.unavailable() == null).map(Executors.Provider::name).toList();
        assertThat(Devices.fast().stream().map(Executor::name)).as("executors that the contract ran on beside the reference").containsExactlyElementsOf(available);
    }
}
