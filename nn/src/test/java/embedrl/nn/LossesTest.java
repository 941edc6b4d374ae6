package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.autograd.Gradients;
import embedrl.tensor.DType;
import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LossesTest {
    private static final Tensor Q = Tensor.of(new float[][] {{1, 0}, {0.6f, 0.8f}, {0, 1}});
    private static final Tensor T = Tensor.of(new float[][] {{0.8f, 0.6f}, {0.6f, 0.8f}, {-0.6f, 0.8f}});

    private static Map<String, float[]> run(Map<String, Tensor> outputs) {
        Program.Builder builder = Program.builder();
        outputs.forEach(builder::output);
        try (Program program = builder.compile(Executors.standard())) {
            program.run();
            Map<String, float[]> values = new java.util.HashMap<>();
            outputs.keySet().forEach(name -> values.put(name, program.read(name).floats()));
            return values;
        }
    }

    // Contrastive

    @Test
    void infoNceOfTheWorkedExample() {
        assertThat(Losses.infoNce(Q, T, 50).eval().item()).isCloseTo(1.4700873521f, within(2e-5f));
        assertThat(Losses.retrieval(Q, T, 50).eval().item()).isCloseTo(0.2733810967f, within(1e-5f));
        assertThat(Losses.retrieval(T, Q, 50).eval().item()).isCloseTo(2.6667936075f, within(3e-5f));
        assertThat(Losses.infoNce(Q, T, 5).eval().item()).isCloseTo(0.5913628641f, within(1e-6f));
        assertThat(Losses.retrieval(Q, T, 5).eval().item()).isCloseTo(0.5963245181f, within(1e-6f));
        assertThat(Losses.retrieval(T, Q, 5).eval().item()).isCloseTo(0.5864012101f, within(1e-6f));
    }

    @Test
    void infoNceAgreesWithTheReferenceCase() throws Exception {
        Golden golden = Golden.read("infonce_b8_d32");
        Tensor q = Tensor.constant(golden.get("input.q"));
        Tensor t = Tensor.constant(golden.get("input.t"));
        Tensor loss = Losses.infoNce(q.l2Normalize(), t.l2Normalize(), 50);
        var values = run(Map.of("loss", loss, "dq", Gradients.of(loss, q), "dt", Gradients.of(loss, t)));
        assertThat(Golden.relativeMaximum(values.get("loss"), golden.floats("expected.loss"))).isLessThan(2e-5);
        assertThat(Golden.relativeMaximum(values.get("dq"), golden.floats("grad.q"))).isLessThan(2e-4);
        assertThat(Golden.relativeMaximum(values.get("dt"), golden.floats("grad.t"))).isLessThan(2e-4);
    }

    @Test
    void excludedCellsLeaveBothSums() {
        Tensor mask = Tensor.of(new float[][] {{0, 1, 0}, {1, 0, 0}, {0, 0, 0}});
        double[][] l = {{40, 30, -30}, {48, 50, 14}, {30, 40, 40}};
        double rows = softplus(-30 - 40) + softplus(14 - 50) + Math.log(Math.exp(-10) + 1 + 1);
        double columns = softplus(30 - l[0][0]) + softplus(40 - l[1][1]) + Math.log(Math.exp(-70) + Math.exp(-26) + 1);
        assertThat(Losses.infoNce(Q, T, 50, mask).eval().item()).isCloseTo((float) ((rows + columns) / 6), within(1e-5f));
    }

    private static double softplus(double x) {
        return Math.log1p(Math.exp(x));
    }

    @Test
    void thePositiveIsNeverExcludedAndTheRestMayBe() {
        assertThat(Losses.infoNce(Q, T, 50, Tensor.full(Shape.of(3, 3), 1)).eval().item()).isZero();
        assertThat(Losses.infoNce(Q, T, 50, Tensor.zeros(Shape.of(3, 3))).eval().item()).isEqualTo(Losses.infoNce(Q, T, 50).eval().item());
        Tensor q = Tensor.normal(Shape.of(3, 2), Seed.of(1));
        float[] gradient = Gradients.of(Losses.infoNce(q, T, 50, Tensor.full(Shape.of(3, 3), 1)), q).eval().floats();
        assertThat(gradient).containsOnly(0);
    }

    @Test
    void onePairHasNoNegativesAndMoreCandidatesAreNegatives() {
        assertThat(Losses.infoNce(Q.slice(0, 0, 1), T.slice(0, 0, 1), 50).eval().item()).isZero();
        Tensor q = Q.slice(0, 0, 1);
        double expected = Math.log(1 + Math.exp(5 * (0.6 - 0.8)) + Math.exp(5 * (-0.6 - 0.8)));
        assertThat(Losses.retrieval(q, T, 5).eval().item()).isCloseTo((float) expected, within(1e-6f));
        assertThatThrownBy(() -> Losses.infoNce(q, T, 5)).hasMessageContaining("got 1 queries and 3 targets");
        assertThatThrownBy(() -> Losses.retrieval(Q, T.slice(0, 0, 2), 5)).hasMessageContaining("got [3, 2] and [2, 2]");
    }

    // Cross-entropy

    @Test
    void crossEntropyAndEntropyAgreeWithTheReferenceCase() throws Exception {
        Golden golden = Golden.read("cross_entropy_2x7x11");
        Tensor logits = Tensor.constant(golden.get("input.logits"));
        Tensor loss = Losses.crossEntropy(logits, Tensor.constant(golden.get("input.targets")));
        var values = run(Map.of("loss", loss, "entropy", Losses.entropy(logits), "d", Gradients.of(loss, logits)));
        assertThat(golden.get("input.targets").ints()).contains(-100);
        assertThat(Golden.relativeMaximum(values.get("loss"), golden.floats("expected.loss"))).isLessThan(1e-5);
        assertThat(Golden.relativeMaximum(values.get("entropy"), golden.floats("expected.entropy"))).isLessThan(1e-5);
        assertThat(Golden.relativeMaximum(values.get("d"), golden.floats("grad.logits"))).isLessThan(1e-4);
    }

    private static final double[][] LOGITS = {{1, 2, 0}, {0, 0, 3}, {-1, 1, 1}, {2, 0, 0}};

    private static Tensor logits() {
        return Tensor.of(new float[][] {{1, 2, 0}, {0, 0, 3}, {-1, 1, 1}, {2, 0, 0}});
    }

    private static double nll(int row, int target) {
        double sum = 0;
        for (double logit : LOGITS[row]) sum += Math.exp(logit);
        return Math.log(sum) - LOGITS[row][target];
    }

    @Test
    void onlyCountedTargetsMakeTheMean() {
        Tensor loss = Losses.crossEntropy(logits(), Tensor.ofInts(Shape.of(4), 1, -1, 0, -100));
        assertThat(loss.eval().item()).isCloseTo((float) ((nll(0, 1) + nll(2, 0)) / 2), within(1e-6f));
    }

    @Test
    void withoutCountedTargetsTheLossAndItsGradientAreZero() {
        Tensor logits = logits();
        Tensor loss = Losses.crossEntropy(logits, Tensor.ofInts(Shape.of(4), -1, -1, -1, -1));
        assertThat(loss.eval().item()).isZero();
        assertThat(Gradients.of(loss, logits).eval().floats()).containsOnly(0);
        Tensor weighted = Losses.crossEntropy(logits, Tensor.ofInts(Shape.of(4), 1, 1, 1, 1), Tensor.zeros(Shape.of(4)));
        assertThat(weighted.eval().item()).isZero();
    }

    @Test
    void weightsMakeAWeightedMeanOverCountedTargets() {
        Tensor weights = Tensor.of(Shape.of(4), 0.5f, 7, 2, 1);
        Tensor loss = Losses.crossEntropy(logits(), Tensor.ofInts(Shape.of(4), 0, -1, 2, 1), weights);
        assertThat(loss.eval().item()).isCloseTo((float) ((0.5 * nll(0, 0) + 2 * nll(2, 2) + nll(3, 1)) / 3.5), within(1e-6f));
    }

    @Test
    void theNextTokenIsTheTargetAndTheLastPositionHasNone() {
        Tensor tokens = Tensor.ofInts(Shape.of(2, 2), 0, 2, 1, -1);
        assertThat(Losses.nextTokens(tokens).eval().ints()).containsExactly(2, -1, -1, -1);
        Tensor loss = Losses.nextToken(logits().reshape(2, 2, 3), tokens);
        assertThat(loss.eval().item()).isCloseTo((float) nll(0, 2), within(1e-6f));
        Tensor three = Tensor.ofInts(Shape.of(1, 4), 9, 0, 2, 1);
        Tensor weighted = Losses.nextToken(logits().reshape(1, 4, 3), three, Tensor.of(Shape.of(1, 4), 100, 1, 0, 3));
        assertThat(weighted.eval().item()).isCloseTo((float) ((nll(0, 0) + 3 * nll(2, 1)) / 4), within(1e-6f));
    }

    @Test
    void logProbabilitiesAreThoseOfTheTargets() {
        float[] values = Losses.logProbabilities(logits(), Tensor.ofInts(Shape.of(4), 0, 1, -1, 2)).eval().floats();
        assertThat(values).containsExactly(new float[] {(float) -nll(0, 0), (float) -nll(1, 1), 0, (float) -nll(3, 2)}, within(1e-6f));
    }

    @Test
    void targetsGivenAtRunTimeCountToo() {
        Tensor targets = Tensor.input("targets", DType.INT32, 4);
        try (Program program = Program.builder().output("loss", Losses.crossEntropy(logits(), targets)).compile(Executors.standard())) {
            program.set("targets", new int[] {1, -1, -1, -1}).run();
            assertThat(program.item("loss")).isCloseTo((float) nll(0, 1), within(1e-6f));
            program.set("targets", new int[] {1, 0, -1, -1}).run();
            assertThat(program.item("loss")).isCloseTo((float) ((nll(0, 1) + nll(1, 0)) / 2), within(1e-6f));
        }
    }
}
