package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.autograd.Gradients;
import embedrl.tensor.Buffer;
import embedrl.tensor.Conversions;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NarrowWeightsTest {
    private static final class Model extends Module {
        final Embedding words = child("words", new Embedding(7, 64, Seed.of(1)));
        final RmsNorm norm = child("norm", new RmsNorm(64, 1e-5f));
        final Linear up = child("up", new Linear(64, 48, true, Seed.of(2)));
        final Linear down = child("down", new Linear(48, 64, false, Seed.of(3)));

        /** ids [N] → logits [N, 7]. */
        Tensor forward(Tensor ids) {
            Tensor x = norm.forward(words.forward(ids));
            return words.project(x.add(down.forward(up.forward(x).silu())));
        }
    }

    private static final Tensor IDS = Tensor.ofInts(Shape.of(3), 0, 6, 3);

    private static Map<String, DType> types(Module module) {
        Map<String, DType> types = new LinkedHashMap<>();
        module.parameters().forEach((name, variable) -> types.put(name, variable.type().dtype()));
        return types;
    }

    private static Map<String, HostTensor> stored(DType matrices) {
        Map<String, HostTensor> values = new LinkedHashMap<>(new Model().state());
        values.replaceAll((name, value) -> value.shape().rank() == 2 && value.shape().columns() % matrices.blockElements() == 0
                ? HostTensor.copyOf(Conversions.convert(value.toBuffer(), matrices)) : value);
        return values;
    }

    @Test
    void asIsKeepsMatricesAndWidensTheRest() {
        var values = stored(DType.BFLOAT16);
        values.put("norm.weight", HostTensor.copyOf(Conversions.convert(values.get("norm.weight").toBuffer(), DType.BFLOAT16)));
        var model = new Model();
        model.load(WeightSource.of(values), WeightType.AS_IS);
        assertThat(types(model)).containsExactly(Map.entry("words.weight", DType.BFLOAT16), Map.entry("norm.weight", DType.FLOAT32),
                Map.entry("up.weight", DType.BFLOAT16), Map.entry("up.bias", DType.FLOAT32), Map.entry("down.weight", DType.BFLOAT16));
        assertThat(model.parameterBytes()).isEqualTo(2 * (7 * 64 + 64 * 48 + 48 * 64) + 4 * (64 + 48));
        assertThat(model.norm.parameters().get("weight").value().floats()).containsOnly(1);
    }

    @Test
    void wantedTypesHaveTheirDocumentedExceptions() {
        for (var wanted : Map.of(WeightType.Q8_0, DType.Q8_0, WeightType.Q4_0, DType.Q4_0, WeightType.Q4_1, DType.Q4_1, WeightType.FLOAT16, DType.FLOAT16,
                WeightType.FLOAT32, DType.FLOAT32).entrySet()) {
            var model = new Model();
            model.load(WeightSource.of(stored(DType.FLOAT32)), wanted.getKey());
            boolean four = wanted.getKey() == WeightType.Q4_0 || wanted.getKey() == WeightType.Q4_1;
            boolean blocks = wanted.getValue().isBlock();
            assertThat(types(model)).containsEntry("up.weight", wanted.getValue()).containsEntry("words.weight", four ? DType.Q8_0 : wanted.getValue())
                    .containsEntry("down.weight", blocks ? DType.BFLOAT16 : wanted.getValue()).containsEntry("up.bias", DType.FLOAT32);
        }
        assertThat(WeightType.of("q4_0")).isEqualTo(WeightType.Q4_0);
        assertThatThrownBy(() -> WeightType.of("int8")).hasMessage("weights: unknown type 'int8'; known are as-is, float32, bfloat16, float16, q8_0, q4_0, q4_1");
    }

    @Test
    void narrowModelsComputeWhatTheirWidenedOnesDo() {
        for (WeightType type : WeightType.values()) {
            var narrow = new Model();
            narrow.load(WeightSource.of(stored(DType.FLOAT32)), type);
            var wide = new Model();
            wide.load(narrow.state());   // widens
            assertThat(types(wide).values()).containsOnly(DType.FLOAT32);
            float[] expected = wide.forward(IDS).eval().floats();
            float[] actual = narrow.forward(IDS).eval().floats();
            for (int i = 0; i < expected.length; i++) assertThat(actual[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(2e-6f));
        }
    }

    @Test
    void loadingReadsEachTensorOnceAndKeepsItsBuffer() {
        var reads = new ArrayList<String>();
        var values = stored(DType.FLOAT16);
        var buffers = new LinkedHashMap<String, Buffer>();
        WeightSource source = WeightSource.of(values.keySet().stream().collect(java.util.stream.Collectors.toMap(n -> n, n -> n)), n -> values.get(n).type(), n -> {
            reads.add(n);
            buffers.put(n, values.get(n).toBuffer());
            return buffers.get(n);
        });
        var model = new Model();
        model.load(source, WeightType.AS_IS);
        assertThat(reads).containsExactlyInAnyOrderElementsOf(values.keySet());
        model.parameters().forEach((name, variable) -> assertThat(variable.buffer()).isSameAs(buffers.get(name)));
    }

    @Test
    void firstValuesAreMadeOnlyWhenTheyAreNeeded() {
        AtomicInteger filled = new AtomicInteger();
        Initializer counting = values -> {
            filled.incrementAndGet();
            java.util.Arrays.fill(values, 3);
        };
        var layer = new Linear(32, 4, false, counting);
        layer.load(WeightSource.of(Map.of("weight", HostTensor.of(Shape.of(4, 32), new float[128]))), WeightType.Q8_0);
        assertThat(layer.weight().type()).isEqualTo(new TensorType(DType.Q8_0, Shape.of(4, 32)));
        assertThat(filled).hasValue(0);
        var other = new Linear(32, 4, false, counting);
        assertThat(other.forward(Tensor.full(Shape.of(1, 32), 1)).eval().floats()).containsOnly(96);
        assertThat(filled).hasValue(1);
    }

    @Test
    void theTypeIsFixedOnceTheModelWasUsedAndThenNothingChanges() {
        var model = new Model();
        model.forward(IDS);
        String before = model.checksum();
        assertThatThrownBy(() -> model.load(WeightSource.of(stored(DType.BFLOAT16)), WeightType.AS_IS))
                .hasMessageContaining("in use      up.weight: is FLOAT32[48, 64] and cannot become BFLOAT16");
        var values = stored(DType.FLOAT32);
        values.remove("up.bias");
        values.put("head.weight", values.get("up.weight"));
        values.put("down.weight", values.get("up.weight"));
        assertThatThrownBy(() -> model.load(WeightSource.of(values), WeightType.FLOAT32)).hasMessage("""
                load: the values do not fit Model with 5 parameters:
                  missing     up.bias
                  unexpected  head.weight
                  wrong type  down.weight: expected FLOAT32[64, 48], got FLOAT32[48, 64]""");
        assertThat(model.checksum()).isEqualTo(before);
        model.load(WeightSource.of(stored(DType.BFLOAT16)), WeightType.FLOAT32);
        assertThat(model.checksum()).isNotEqualTo(before);   // rounded once
    }

    @Test
    void copiesTakeTheTypesAndTheChecksumSeesBlocks() {
        var from = new Model();
        from.load(WeightSource.of(stored(DType.FLOAT32)), WeightType.Q4_1);
        var to = new Model();
        to.copyFrom(from);
        assertThat(types(to)).isEqualTo(types(from));
        assertThat(to.checksum()).isEqualTo(from.checksum());
        to.up.weight().buffer().blocks()[77] ^= 1;
        assertThat(to.checksum()).isNotEqualTo(from.checksum());
    }

    @Test
    void adaptersLearnOverNarrowWeightsWhichDoNot() {
        for (WeightType type : List.of(WeightType.BFLOAT16, WeightType.Q8_0)) {
            var narrow = new Model();
            narrow.load(WeightSource.of(stored(DType.FLOAT32)), type);
            var wide = new Model();
            wide.load(narrow.state());
            List<float[]> gradients = new ArrayList<>();
            for (Model model : List.of(narrow, wide)) {
                Lora.attach(model, name -> name.equals("up") || name.equals("down"), 2, 4, 0, Seed.of(5));
                Lora.parameters(model).forEach((name, variable) -> { if (name.contains("lora_B")) variable.assign(
                        HostTensor.of(variable.shape(), Initial.values(variable.shape().count()))); });
                Tensor loss = model.forward(IDS).square().mean();
                Variable b = Lora.parameters(model).get("up.lora_B.weight");
                Variable a = Lora.parameters(model).get("up.lora_A.weight");
                for (Tensor gradient : Gradients.of(loss, List.of(a.tensor(), b.tensor()))) gradients.add(gradient.eval().floats());
                if (model == narrow) assertThatThrownBy(() -> Gradients.of(loss, model.up.weight().tensor())).hasMessageContaining("no gradient with respect to narrow weights");
            }
            for (int g = 0; g < 2; g++)
                for (int i = 0; i < gradients.get(g).length; i++)
                    assertThat(gradients.get(g)[i]).isCloseTo(gradients.get(g + 2)[i], org.assertj.core.data.Offset.offset(1e-5f));
            float[] adapted = narrow.forward(IDS).eval().floats();
            String before = narrow.checksum();
            Lora.merge(narrow);
            float[] merged = narrow.forward(IDS).eval().floats();
            for (int i = 0; i < merged.length; i++) assertThat(merged[i]).isCloseTo(adapted[i], org.assertj.core.data.Offset.offset(0.02f));
            Lora.unmerge(narrow);
            assertThat(narrow.checksum()).isEqualTo(before);
        }
    }

    private static final class Initial {
        static float[] values(int count) {
            float[] values = new float[count];
            Initializers.normal(0.1, Seed.of(9)).fill(values);
            return values;
        }
    }
}
