package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.autograd.Gradients;
import embedrl.tensor.DType;
import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import org.junit.jupiter.api.Test;

class DropoutTest {
    private static final Shape SHAPE = Shape.of(100, 100);
    private final Tensor seed = Tensor.input("seed", DType.INT32, 2);
    private final Tensor ones = Tensor.full(SHAPE, 1);

    private static float[] run(Tensor y, Seed seed) {
        try (Program program = Program.builder().output("y", y).compile(Executors.standard())) {
            program.set("seed", seed.words()).run();
            return program.read("y").floats();
        }
    }

    @Test
    void outsideOfARecordingWithDropoutItIsTheIdentity() {
        assertThat(new Dropout(0.5f).forward(ones)).isSameAs(ones);
        assertThat(Dropout.<Tensor>seeded(seed, () -> new Dropout(0).forward(ones))).isSameAs(ones);
    }

    @Test
    void itZeroesTheRateAndScalesTheRest() {
        float[] y = run(Dropout.seeded(seed, () -> new Dropout(0.2f).forward(ones)), Seed.of(1));
        int zeros = 0;
        for (float value : y) {
            if (value == 0) zeros++;
            else assertThat(value).isEqualTo(1.25f);
        }
        assertThat(zeros).isBetween(1850, 2150);
    }

    @Test
    void theSeedDecidesAndIsGivenAtRunTime() {
        Tensor y = Dropout.seeded(seed, () -> new Dropout(0.5f).forward(ones));
        assertThat(run(y, Seed.of(1))).isEqualTo(run(y, Seed.of(1))).isNotEqualTo(run(y, Seed.of(2)));
    }

    @Test
    void layersOfOneRecordingDifferAndTwoRecordingsAgree() {
        var dropout = new Dropout(0.5f);
        Tensor both = Dropout.seeded(seed, () -> Tensor.concat(0, dropout.forward(ones), dropout.forward(ones)));
        Tensor again = Dropout.seeded(seed, () -> Tensor.concat(0, dropout.forward(ones), dropout.forward(ones)));
        float[] y = run(both, Seed.of(3));
        assertThat(y).isEqualTo(run(again, Seed.of(3)));
        assertThat(java.util.Arrays.copyOf(y, 10_000)).isNotEqualTo(java.util.Arrays.copyOfRange(y, 10_000, 20_000));
    }

    @Test
    void theGradientPassesWhereTheValueDid() {
        Tensor x = Tensor.input("x", DType.FLOAT32, 100, 100);
        Tensor y = Dropout.seeded(seed, () -> new Dropout(0.5f).forward(x));
        try (Program program = Program.builder().output("y", y).output("dx", Gradients.of(y.sum(), x)).compile(Executors.standard())) {
            program.set("seed", Seed.of(4).words()).set("x", ones.eval().floats()).run();
            assertThat(program.read("dx").floats()).isEqualTo(program.read("y").floats());
        }
    }

    @Test
    void ratesOutsideOfZeroToOneAndNestedScopesAreErrors() {
        assertThatThrownBy(() -> new Dropout(1)).hasMessageContaining("[0, 1)");
        assertThatThrownBy(() -> new Dropout(Float.NaN)).hasMessageContaining("[0, 1)");
        assertThatThrownBy(() -> Dropout.seeded(seed, () -> Dropout.seeded(seed, () -> ones))).hasMessageContaining("already open");
    }
}
