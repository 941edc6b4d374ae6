package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.autograd.Gradients;
import embedrl.tensor.DType;
import embedrl.tensor.Executors;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoraTest {
    private static final Tensor X = Tensor.normal(Shape.of(4, 6), Seed.of(2));

    private static SwiGlu model() {
        return new SwiGlu(6, 10, Seed.of(1));
    }

    private static SwiGlu adapted() {
        var model = model();
        Lora.attach(model, name -> !name.equals("up_proj"), 2, 4, 0, Seed.of(3));
        return model;
    }

    /** Gives B values, as if it had been trained. */
    private static void fill(SwiGlu model) {
        Lora.parameters(model).forEach((name, variable) -> variable.assign(Tensor.normal(variable.shape(), Seed.of(4).split(name)).eval()));
    }

    @Test
    void namesAreThoseOfPeftAndNotAmongTheModels() {
        var model = model();
        assertThat(Lora.attach(model, name -> !name.equals("up_proj"), 2, 4, 0, Seed.of(3))).isEqualTo(2);
        assertThat(Lora.parameters(model).keySet()).containsExactly("gate_proj.lora_A.weight", "gate_proj.lora_B.weight",
                "down_proj.lora_A.weight", "down_proj.lora_B.weight");
        assertThat(Lora.parameters(model).get("down_proj.lora_A.weight").shape()).isEqualTo(Shape.of(2, 10));
        assertThat(Lora.parameters(model).get("down_proj.lora_B.weight").shape()).isEqualTo(Shape.of(6, 2));
        assertThat(model.parameters().keySet()).isEqualTo(model().parameters().keySet());
    }

    @Test
    void aNewAdapterChangesNothing() {
        assertThat(adapted().forward(X).eval().floats()).containsExactly(model().forward(X).eval().floats());
        float[] a = Lora.parameters(adapted()).get("gate_proj.lora_A.weight").value().floats();
        for (float value : a) assertThat(value).isNotZero().isBetween((float) (-1 / Math.sqrt(6)), (float) (1 / Math.sqrt(6)));
    }

    @Test
    void theAdditionIsTheScaledProduct() {
        var layer = new Linear(2, 2, false, Initializers.zeros());
        Lora.attach(layer, _ -> true, 1, 3, 0, Seed.of(1));
        Lora.load(layer, Map.of("lora_A.weight", HostTensor.of(Shape.of(1, 2), 1, 2), "lora_B.weight", HostTensor.of(Shape.of(2, 1), 10, -1)));
        assertThat(layer.forward(Tensor.of(Shape.of(1, 2), 1, 1)).eval().floats()).containsExactly(90, -9);
        assertThat(layer.forward(Tensor.of(Shape.of(2), 1, 1)).eval().floats()).containsExactly(90, -9);
    }

    @Test
    void mergingKeepsTheFunctionAndUnmergingRestoresEveryBit() {
        var model = adapted();
        fill(model);
        String base = model.checksum();
        float[] before = model.forward(X).eval().floats();
        Lora.merge(model);
        assertThat(model.checksum()).isNotEqualTo(base);
        float largest = 0;
        for (float value : before) largest = Math.max(largest, Math.abs(value));
        assertThat(model.forward(X).eval().floats()).containsExactly(before, within(1e-5f * largest));
        assertThatThrownBy(() -> Lora.merge(model)).hasMessageContaining("merged already");
        Lora.unmerge(model);
        assertThat(model.checksum()).isEqualTo(base);
        assertThat(model.forward(X).eval().floats()).containsExactly(before);
        assertThatThrownBy(() -> Lora.unmerge(model)).hasMessageContaining("not merged");
    }

    @Test
    void mergeAndDetachMakeAPlainModel() {
        var model = adapted();
        fill(model);
        float[] before = model.forward(X).eval().floats();
        Lora.merge(model);
        Lora.detach(model);
        assertThat(Lora.parameters(model)).isEmpty();
        var plain = model();
        plain.load(model.state());
        assertThat(plain.forward(X).eval().floats()).containsExactly(before, within(1e-3f));
        assertThatThrownBy(() -> Lora.merge(model)).hasMessageContaining("no adapters");
    }

    @Test
    void trainingTheAdaptersLeavesTheBaseFrozen() {
        var model = adapted();
        String base = model.checksum();
        Tensor loss = model.forward(X).sub(1).square().mean();
        Map<String, float[]> first = new LinkedHashMap<>();
        Lora.parameters(model).forEach((name, variable) -> first.put(name, variable.value().floats()));
        try (Training training = Training.of(Lora.parameters(model), AdamW.with(0.05f), Executors.standard()); TrainStep step = training.compile(loss)) {
            float begin = step.run().loss();
            for (int i = 0; i < 60; i++) step.run();
            assertThat(step.run().loss()).isLessThan(begin / 4);
        }
        assertThat(model.checksum()).isEqualTo(base);
        Lora.parameters(model).forEach((name, variable) -> assertThat(variable.value().floats()).isNotEqualTo(first.get(name)));
    }

    @Test
    void dropoutActsOnTheAdaptersInputAlone() {
        var model = new Linear(6, 3, false, Seed.of(1));
        Lora.attach(model, _ -> true, 2, 4, 0.5f, Seed.of(3));
        Tensor seed = Tensor.input("seed", DType.INT32, 2);
        Tensor training = Dropout.seeded(seed, () -> model.forward(X));
        try (Program program = Program.builder().output("y", training).compile(Executors.standard())) {
            program.set("seed", new int[] {1, 2}).run();
            assertThat(program.read("y").floats()).as("B is zero").containsExactly(model.forward(X).eval().floats());
            Variable b = Lora.parameters(model).get("lora_B.weight");
            b.assign(Tensor.full(b.shape(), 1).eval());
            program.run();
            float[] dropped = program.read("y").floats();
            assertThat(dropped).isNotEqualTo(model.forward(X).eval().floats());
            program.set("seed", new int[] {1, 3}).run();
            assertThat(program.read("y").floats()).isNotEqualTo(dropped);
        }
    }

    @Test
    void onlyBMovesFirst() {
        var model = adapted();
        Tensor loss = model.forward(X).sum();
        Map<String, Variable> parameters = Lora.parameters(model);
        assertThat(Gradients.of(loss, parameters.get("down_proj.lora_A.weight").tensor()).eval().floats()).containsOnly(0);
        assertThat(Gradients.of(loss, parameters.get("down_proj.lora_B.weight").tensor()).eval().floats()).doesNotContain(0);
    }

    @Test
    void mistakesAreNamed() {
        var model = adapted();
        assertThatThrownBy(() -> Lora.attach(model(), name -> name.equals("q_proj"), 2, 4, 0, Seed.of(1)))
                .hasMessageContaining("the layers are [gate_proj, up_proj, down_proj]");
        assertThatThrownBy(() -> Lora.attach(model, _ -> true, 2, 4, 0, Seed.of(1))).hasMessageContaining("'gate_proj' has an adapter already");
        assertThatThrownBy(() -> Lora.attach(model(), _ -> true, 0, 4, 0, Seed.of(1))).hasMessageContaining("rank must be positive, got 0");
        assertThatThrownBy(() -> Lora.load(model, Map.of())).hasMessageContaining("missing     gate_proj.lora_A.weight");
        assertThatThrownBy(() -> Lora.unmerge(model())).hasMessageContaining("no adapters");
    }
}
