package embedrl.embedrl.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.datasets.Pair;
import embedrl.embedrl.compact.TinyStudy;
import embedrl.embedrl.grpo.PolicyUpdate.Scored;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.train.ResponseBatch;
import embedrl.models.Reasoner;
import embedrl.models.Reasoner.Rollout;
import embedrl.models.generation.Generation;
import embedrl.models.message.Content;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.nn.AdamW;
import embedrl.nn.StepResult;
import embedrl.nn.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PolicyUpdateTest {
    private static final int LIMIT = 30;
    private static List<Rollout> rollouts;
    private static LogProbabilities fixed;

    private final Qwen3Vl policy = TinyStudy.halfTrained();
    private final Qwen3Vl reference = TinyStudy.halfTrained();
    private final Training training = Training.of(policy.parameters(), AdamW.with(1e-4f).clip(1), TinyStudy.EXECUTOR);
    private final List<AutoCloseable> open = new ArrayList<>(List.of(training));

    @BeforeAll
    static void sample() {
        Qwen3Vl policy = TinyStudy.halfTrained();
        List<List<Content>> prompts = new ArrayList<>();
        for (Pair pair : TinyStudy.pairs("qa", 2)) for (Side side : Side.values()) prompts.add(TinyStudy.MODELS.messages().prompt(side.of(pair), side));
        try (Reasoner reasoner = new Reasoner(policy, TinyStudy.MODELS.encoder(), TinyStudy.EXECUTOR, LIMIT)) {
            rollouts = reasoner.sample(prompts, 5, 1, 3).stream().flatMap(List::stream).toList();
        }
        fixed = new LogProbabilities(policy, TinyStudy.EXECUTOR);
    }

    @AfterAll
    static void closeFixed() {
        fixed.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) each.close();
    }

    private PolicyUpdate update(GrpoLoss.Config config) {
        PolicyUpdate update = new PolicyUpdate(policy, reference, training, config, TinyStudy.EXECUTOR);
        open.add(update);
        return update;
    }

    private static List<Scored> scored(double... advantages) {
        return IntStream.range(0, rollouts.size()).mapToObj(i -> new Scored(rollouts.get(i), advantages[i % advantages.length])).toList();
    }

    /** Sum of a completion's log-probabilities under the policy as it is now. */
    private double logProbability(Rollout rollout) {
        ResponseBatch batch = ResponseBatch.of(List.of(ResponseBatch.Example.of(rollout)), policy.config());
        try (LogProbabilities measured = new LogProbabilities(policy, TinyStudy.EXECUTOR)) {
            return measured.mean(batch) * rollout.generation().length();
        }
    }

    @Test
    void sampledLogProbabilitiesAreThoseOfTeacherForcing() {
        ResponseBatch batch = ResponseBatch.of(rollouts.stream().map(ResponseBatch.Example::of).toList(), policy.config());
        float[] values = fixed.of(batch);
        for (int b = 0; b < rollouts.size(); b++) {
            Generation generation = rollouts.get(b).generation();
            for (int t = 0; t < generation.length(); t++)
                assertThat(values[batch.slot(b, t)]).as("completion %s, token %s", b, t).isCloseTo(generation.logProbabilities()[t], within(1e-4f));
        }
        assertThat(rollouts).as("both kinds of ends").anyMatch(r -> r.generation().finished()).anyMatch(r -> !r.generation().finished());
        assertThat(rollouts).allMatch(r -> r.generation().finished() || r.generation().length() == LIMIT);
    }

    @Test
    void onFreshCompletionsTheRatioIsOneAndNothingDiverges() {
        List<Scored> scored = scored(1, -0.5, 2);
        StepResult result = update(GrpoLoss.Config.DEFAULTS).step(scored, 1e-4f);
        double tokens = scored.stream().mapToInt(s -> s.rollout().generation().length()).sum();
        double expected = -scored.stream().mapToDouble(s -> s.advantage() * s.rollout().generation().length()).sum() / tokens;
        assertThat((double) result.metrics().get("mean_ratio")).isCloseTo(1, within(1e-4));
        assertThat((double) result.metrics().get("kl")).isCloseTo(0, within(1e-4));
        assertThat(result.metrics().get("clip_fraction")).isZero();
        assertThat((double) result.metrics().get("policy_loss")).isCloseTo(expected, within(1e-4));
        assertThat((double) result.loss()).isCloseTo(expected, within(1e-4));
        assertThat((double) result.metrics().get("entropy")).isBetween(0.0, Math.log(policy.config().text().vocabSize()));
        assertThat(result.metrics()).containsOnlyKeys("policy_loss", "kl", "clip_fraction", "mean_ratio", "entropy");
    }

    @Test
    void entropyIsTheMeanOverTokensOfWhatTheyWereDrawnFrom() {
        // E[−log π] = entropy: over 20 completions the two means of a sample agree roughly.
        double mean = rollouts.stream().flatMapToDouble(r -> IntStream.range(0, r.generation().length()).mapToDouble(t -> -r.generation().logProbabilities()[t]))
                .average().orElseThrow();
        assertThat((double) update(GrpoLoss.Config.DEFAULTS).step(scored(0), 1e-6f).metrics().get("entropy")).isCloseTo(mean, within(0.25 * mean));
    }

    @Test
    void advantagesRaiseAndLowerTheirCompletions() {
        List<Scored> two = List.of(new Scored(rollouts.get(0), 1), new Scored(rollouts.get(7), -1));
        double raised = logProbability(rollouts.get(0));
        double lowered = logProbability(rollouts.get(7));
        update(GrpoLoss.Config.DEFAULTS).step(two, 2e-4f);
        assertThat(logProbability(rollouts.get(0))).isGreaterThan(raised + 0.01);
        assertThat(logProbability(rollouts.get(7))).isLessThan(lowered - 0.01);
    }

    /** A second update on the same completions is off-policy, and the divergence from the reference is felt. */
    @Test
    void laterUpdatesSeeTheChange() {
        PolicyUpdate update = update(GrpoLoss.Config.DEFAULTS);
        update.step(scored(1, -1), 1e-3f);
        StepResult second = update.step(scored(1, -1), 1e-3f);
        assertThat(second.metrics().get("kl")).isGreaterThan(1e-4f);
        assertThat(second.metrics().get("clip_fraction")).isPositive();
        assertThat(second.metrics().get("policy_loss")).isNegative();
    }

    @Test
    void withoutAdvantagesAndPenaltyNothingChanges() {
        String before = policy.checksum();
        StepResult result = update(new GrpoLoss.Config(0.2f, 3, 0)).step(scored(0), 1e-3f);
        assertThat(result.gradientNorm()).isZero();
        assertThat(policy.checksum()).isEqualTo(before);
        assertThat(training.steps()).isEqualTo(1);
    }

    @Test
    void theReferenceStaysAsItIs() {
        String before = reference.checksum();
        update(GrpoLoss.Config.DEFAULTS).step(scored(1, -1), 1e-3f);
        assertThat(reference.checksum()).isEqualTo(before);
        assertThat(policy.checksum()).isNotEqualTo(before);
    }

    @Test
    void aCompletionWithoutTokensIsAnError() {
        Rollout empty = new Rollout(rollouts.getFirst().prompt(), new Generation(0, 0, new int[0], new float[0], false), "");
        assertThatThrownBy(() -> update(GrpoLoss.Config.DEFAULTS).step(List.of(new Scored(rollouts.getFirst(), 1), new Scored(empty, 1)), 1e-3f))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("completion 1 has no tokens");
    }
}
