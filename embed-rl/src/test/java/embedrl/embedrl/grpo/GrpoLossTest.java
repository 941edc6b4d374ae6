package embedrl.embedrl.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.autograd.Gradients;
import embedrl.tensor.Executor;
import embedrl.tensor.ReferenceExecutor;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpoLossTest {
    private final Executor reference = new ReferenceExecutor();

    private static Tensor row(float... values) {
        return Tensor.of(Shape.of(values.length), values);
    }

    private static GrpoLoss token(float old, float policy, float referencePolicy, float advantage) {
        return GrpoLoss.of(row(policy), row(old), row(referencePolicy), row(advantage), row(1), GrpoLoss.Config.DEFAULTS);
    }

    private double item(Tensor scalar) {
        return scalar.eval(reference).item();
    }

    /** Embed-RL, test vectors of the policy loss per token. */
    @ParameterizedTest
    @CsvSource({"-1, -0.7, 1, 1.3498588076, -1.2, 1", "-1, -0.7, -1, 1.3498588076, 1.3498588076, 0", "-1, -1.4, 1, 0.6703200460, -0.6703200460, 0",
            "-1, -1.4, -1, 0.6703200460, 0.8, 1", "-3, -1.5, -1, 4.4816890703, 3.0, 0"})
    void followsTheVectorsOfOneToken(float old, float policy, float advantage, double ratio, double loss, double clipped) {
        GrpoLoss recorded = token(old, policy, policy, advantage);
        assertThat(item(recorded.meanRatio())).isCloseTo(ratio, within(1e-6));
        assertThat(item(recorded.policyLoss())).isCloseTo(loss, within(1e-6));
        assertThat(item(recorded.clipFraction())).isEqualTo(clipped);
        assertThat(item(recorded.loss())).isCloseTo(loss, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"-1, -1.2, 0.0187307531", "-1, -0.5, 0.1487212707", "-1, -1, 0"})
    void followsTheVectorsOfTheDivergence(float policy, float referencePolicy, double kl) {
        GrpoLoss recorded = token(policy, policy, referencePolicy, 0);
        assertThat(item(recorded.kl())).isCloseTo(kl, within(1e-7));
        assertThat(item(recorded.loss())).isCloseTo(0.01 * kl, within(1e-8));
    }

    /** d ℓ / d logπ is −A ρ where the ratio counts and 0 where a clip holds it; the KL term adds 0.01 (1 − e^d). */
    @ParameterizedTest
    @CsvSource({"-1, -1, 2, -2", "-1, -0.7, 1, 0", "-1, -0.7, -1, 1.3498588", "-1, -1.4, 1, -0.67032", "-1, -1.4, -1, 0", "-3, -1.5, -1, 0"})
    void clippedTokensHaveNoGradient(float old, float policy, float advantage, double expected) {
        Tensor logProbabilities = row(policy);
        GrpoLoss recorded = GrpoLoss.of(logProbabilities, row(old), row(policy - 0.3f), row(advantage), row(1), GrpoLoss.Config.DEFAULTS);
        assertThat(item(Gradients.of(recorded.loss(), logProbabilities).sum())).isCloseTo(expected + 0.01 * (1 - Math.exp(-0.3)), within(1e-6));
    }

    @Test
    void differencesAndDivergenceAreLimited() {
        GrpoLoss recorded = GrpoLoss.of(row(-1), row(-90), row(-91), row(-1), row(1), new GrpoLoss.Config(0.2f, 1e9f, 1));
        assertThat(item(recorded.meanRatio())).isCloseTo(Math.exp(20), within(100.0));
        assertThat(item(recorded.policyLoss())).isCloseTo(Math.exp(20), within(100.0));
        assertThat(item(recorded.kl())).isCloseTo(10, within(1e-6));   // e^−20 + 20 − 1 is 19
    }

    /** Unused slots hold whatever finite numbers; the means are those of the valid tokens alone. */
    @Test
    void unusedSlotsDoNotCount() {
        Tensor padded = row(-1, 0, -2, -1, -50);
        GrpoLoss a = GrpoLoss.of(padded, row(-1.1f, -30, -2, -1.2f, 0), row(-1, 3, -2.5f, -1, -9), row(1, 5, -2, -2, 7), row(1, 0, 1, 1, 0), GrpoLoss.Config.DEFAULTS);
        Tensor plain = row(-1, -2, -1);
        GrpoLoss b = GrpoLoss.of(plain, row(-1.1f, -2, -1.2f), row(-1, -2.5f, -1), row(1, -2, -2), row(1, 1, 1), GrpoLoss.Config.DEFAULTS);
        assertThat(item(a.loss())).isEqualTo(item(b.loss()));
        assertThat(item(a.policyLoss())).isEqualTo(item(b.policyLoss()));
        assertThat(item(a.kl())).isEqualTo(item(b.kl()));
        assertThat(item(a.clipFraction())).isEqualTo(item(b.clipFraction()));
        assertThat(item(a.meanRatio())).isEqualTo(item(b.meanRatio()));
        float[] expected = Gradients.of(b.loss(), plain).eval(reference).floats();
        assertThat(Gradients.of(a.loss(), padded).eval(reference).floats()).containsExactly(new float[] {expected[0], 0, expected[1], expected[2], 0}, within(0f));
    }

    @Test
    void anUpdateWithoutValidTokensIsZero() {
        Tensor logProbabilities = row(-1, -1);
        GrpoLoss recorded = GrpoLoss.of(logProbabilities, row(-1, -2), row(-1, -1), row(1, 1), row(0, 0), GrpoLoss.Config.DEFAULTS);
        assertThat(item(recorded.loss())).isZero();
        assertThat(Gradients.of(recorded.loss(), logProbabilities).eval(reference).floats()).containsExactly(new float[] {0, 0}, within(0f));
    }

    @Test
    void constantsAreChecked() {
        assertThatThrownBy(() -> new GrpoLoss.Config(0, 3, 0.01f)).hasMessage("grpo: needs 0 < clip < 1, dualClip > 1 and klCoefficient ≥ 0, got 0.0, 3.0, 0.01");
        assertThatThrownBy(() -> new GrpoLoss.Config(0.2f, 1, 0.01f)).hasMessageContaining("dualClip > 1");
        assertThatThrownBy(() -> new GrpoLoss.Config(0.2f, 3, Float.NaN)).hasMessageContaining("klCoefficient ≥ 0");
    }
}
