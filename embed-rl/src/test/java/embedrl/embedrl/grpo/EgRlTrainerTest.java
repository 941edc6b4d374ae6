package embedrl.embedrl.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.datasets.Pair;
import embedrl.embedrl.compact.TinyStudy;
import embedrl.embedrl.reward.GroupAdvantage;
import embedrl.embedrl.reward.KeywordOverlapJudge;
import embedrl.embedrl.reward.RewardBreakdown;
import embedrl.embedrl.reward.RewardConfig;
import embedrl.embedrl.reward.RolloutId;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.FormatCheck;
import embedrl.models.Embedder;
import embedrl.models.Reasoner;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.nn.AdamW;
import embedrl.nn.Training;
import embedrl.tensor.Buffer;
import embedrl.tensor.Seed;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EgRlTrainerTest {
    private static final int ROLLOUTS = 4;
    private static final List<Pair> PAIRS = TinyStudy.pairs("qa", 4);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Embedder embedder = opened(TinyStudy.MODELS.embedder(TinyStudy.MODELS.model(Seed.of(31))));

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) each.close();
    }

    private EgRlTrainer trainer(Qwen3Vl policy, Qwen3Vl reference, RewardConfig reward, float rate) {
        RewardModel rewards = new RewardModel(embedder, TinyStudy.MODELS.messages(), reward, new KeywordOverlapJudge());
        Training training = opened(Training.of(policy.parameters(), AdamW.with(rate).clip(1), TinyStudy.EXECUTOR));
        Reasoner reasoner = opened(new Reasoner(policy, TinyStudy.MODELS.encoder(), TinyStudy.EXECUTOR, 32));
        EgRlConfig config = new EgRlConfig(ROLLOUTS, 1, 2, rate, GroupAdvantage.DEFAULTS.withDeviationFloor(0.02), GrpoLoss.Config.DEFAULTS);
        return opened(new EgRlTrainer(reasoner, reference, rewards, TinyStudy.MODELS.messages(), training, config, TinyStudy.EXECUTOR));
    }

    private EgRlTrainer trainer(Qwen3Vl policy) {
        return trainer(policy, TinyStudy.halfTrained(), RewardConfig.DEFAULTS, 1e-3f);
    }

    @Test
    void aStepRewardsEveryCompletionAndMovesThePolicyAlone() {
        Qwen3Vl policy = TinyStudy.halfTrained();
        Qwen3Vl reference = TinyStudy.halfTrained();
        String before = policy.checksum();
        String frozen = embedder.model().checksum();
        EgRlTrainer trainer = trainer(policy, reference, RewardConfig.DEFAULTS, 1e-3f);
        EgRlTrainer.Step step = trainer.step(PAIRS, Seed.of(1));

        Set<RolloutId> ids = new HashSet<>();
        for (int pair = 0; pair < PAIRS.size(); pair++) for (Side side : Side.values()) for (int r = 0; r < ROLLOUTS; r++) ids.add(new RolloutId(pair, side, r));
        assertThat(step.rollouts().keySet()).isEqualTo(ids);
        assertThat(step.rewards().keySet()).isEqualTo(ids);
        assertThat(step.advantages().keySet()).isEqualTo(ids);
        step.rollouts().forEach((id, rollout) -> assertThat(rollout.prompt().tokens()).isEqualTo(TinyStudy.MODELS.encoder()
                .prompt(TinyStudy.MODELS.messages().prompt(id.side().of(PAIRS.get(id.pair())), id.side())).tokens()));
        assertThat(policy.checksum()).isNotEqualTo(before);
        assertThat(reference.checksum()).isEqualTo(before);
        assertThat(embedder.model().checksum()).isEqualTo(frozen);
        trainer.assertEmbedderUnchanged();
    }

    @Test
    void advantagesOfAGroupSumToZeroAndFollowItsRewards() {
        EgRlTrainer.Step step = trainer(TinyStudy.halfTrained()).step(PAIRS, Seed.of(2));
        Map<RolloutId, List<RolloutId>> groups = new TreeMap<>();
        for (RolloutId id : step.advantages().keySet()) groups.computeIfAbsent(new RolloutId(id.pair(), id.side(), 0), _ -> new ArrayList<>()).add(id);
        assertThat(groups).hasSize(2 * PAIRS.size());
        groups.values().forEach(group -> {
            assertThat(group).hasSize(ROLLOUTS);
            assertThat(group.stream().mapToDouble(step.advantages()::get).sum()).isCloseTo(0, within(1e-9));
            for (RolloutId a : group)
                for (RolloutId b : group)
                    if (step.rewards().get(a).total() > step.rewards().get(b).total())
                        assertThat(step.advantages().get(a)).isGreaterThan(step.advantages().get(b));
        });
    }

    @Test
    void metricsAreMeansOfWhatTheStepHolds() {
        EgRlTrainer.Step step = trainer(TinyStudy.halfTrained()).step(PAIRS, Seed.of(3));
        Map<String, Double> metrics = step.metrics();
        assertThat(metrics.keySet()).containsExactlyInAnyOrder("reward", "reward/format", "reward/outcome", "reward/process", "reward/acc", "reward/margin",
                "reward_std", "frac_zero_advantage", "completion_length", "completion_clipped", "policy_loss", "kl", "clip_fraction", "mean_ratio", "entropy",
                "loss", "grad_norm");
        assertThat(metrics.values()).allSatisfy(value -> assertThat(value).isFinite());
        double[] totals = step.rewards().values().stream().mapToDouble(RewardBreakdown::total).toArray();
        double mean = 0;
        for (double total : totals) mean += total / totals.length;
        double variance = 0;
        for (double total : totals) variance += (total - mean) * (total - mean) / totals.length;
        assertThat(metrics.get("reward")).isCloseTo(mean, within(1e-12));
        assertThat(metrics.get("reward_std")).isCloseTo(Math.sqrt(variance), within(1e-12));
        assertThat(metrics.get("reward/format")).isEqualTo(step.rewards().values().stream().filter(r -> r.format() == 1).count() / 32.0);
        assertThat(metrics.get("completion_length")).isEqualTo(step.rollouts().values().stream().mapToInt(r -> r.generation().length()).sum() / 32.0);
        assertThat(metrics.get("completion_clipped")).isEqualTo(step.rollouts().values().stream().filter(r -> !r.generation().finished()).count() / 32.0);
    }

    @Test
    void stateAndSeedDecideAStep() {
        Qwen3Vl one = TinyStudy.halfTrained();
        Qwen3Vl two = TinyStudy.halfTrained();
        EgRlTrainer.Step first = trainer(one).step(PAIRS, Seed.of(4));
        EgRlTrainer.Step second = trainer(two).step(PAIRS, Seed.of(4));
        assertThat(second.rewards()).isEqualTo(first.rewards());
        assertThat(second.metrics()).isEqualTo(first.metrics());
        assertThat(two.checksum()).isEqualTo(one.checksum());
    }

    @Test
    void evaluationChangesNothingAndCountsPairsThroughItsBatches() {
        Qwen3Vl policy = TinyStudy.halfTrained();
        EgRlTrainer trainer = trainer(policy);
        String before = policy.checksum();
        List<List<Pair>> batches = List.of(PAIRS.subList(0, 2), PAIRS.subList(2, 4));
        EgRlTrainer.Evaluation first = trainer.evaluate(batches, Seed.of(5));
        EgRlTrainer.Evaluation again = trainer.evaluate(batches, Seed.of(5));
        assertThat(policy.checksum()).isEqualTo(before);
        assertThat(again.rewards()).isEqualTo(first.rewards());
        assertThat(first.rollouts().keySet()).isEqualTo(first.rewards().keySet()).hasSize(4 * 2 * ROLLOUTS);
        first.rollouts().forEach((id, rollout) -> assertThat(rollout.prompt().tokens()).isEqualTo(TinyStudy.MODELS.encoder()
                .prompt(TinyStudy.MODELS.messages().prompt(id.side().of(PAIRS.get(id.pair())), id.side())).tokens()));
        assertThat(first.meanReward()).isEqualTo(first.rewards().values().stream().mapToDouble(RewardBreakdown::total).average().orElseThrow());
    }

    @Test
    void aSinglePairIsRefused() {
        EgRlTrainer trainer = trainer(TinyStudy.halfTrained());
        assertThatThrownBy(() -> trainer.step(PAIRS.subList(0, 1), Seed.of(1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least two pairs, got 1");
    }

    @Test
    void aChangedEmbedderIsNoticed() {
        EgRlTrainer trainer = trainer(TinyStudy.halfTrained());
        trainer.assertEmbedderUnchanged();
        Variable parameter = embedder.model().parameters().values().iterator().next();
        Buffer values = parameter.buffer();
        values.floats()[values.offset()] += 1e-6f;
        assertThatThrownBy(trainer::assertEmbedderUnchanged).isInstanceOf(IllegalStateException.class).hasMessageContaining("frozen Embedder changed");
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> new EgRlConfig(0, 1, 2, 1e-3f, GroupAdvantage.DEFAULTS, GrpoLoss.Config.DEFAULTS)).hasMessageContaining("must be positive, got 0");
        assertThatThrownBy(() -> new EgRlConfig(4, 0, 2, 1e-3f, GroupAdvantage.DEFAULTS, GrpoLoss.Config.DEFAULTS)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EgRlConfig(4, 1, 2, Float.NaN, GroupAdvantage.DEFAULTS, GrpoLoss.Config.DEFAULTS)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Where only the format pays, the share of well-formed completions rises, and the policy stays near the reference. */
    @Test
    void aPolicyLearnsWhatIsRewarded() {
        Qwen3Vl policy = TinyStudy.halfTrained();
        RewardConfig format = RewardConfig.DEFAULTS.withWeights(1, 0, 0).withFormatCheck(FormatCheck.LENIENT);
        EgRlTrainer trainer = trainer(policy, TinyStudy.halfTrained(), format, 1e-3f);
        List<List<Pair>> batches = List.of(PAIRS);
        double before = trainer.evaluate(batches, Seed.of(6)).meanReward();
        double divergence = 0;
        for (int step = 1; step <= 10; step++) {
            divergence = Math.max(divergence, trainer.step(PAIRS, Seed.of(6).split(step)).metrics().get("kl"));
        }
        double after = trainer.evaluate(batches, Seed.of(6)).meanReward();
        assertThat(before).isBetween(0.05, 0.7);
        assertThat(after).isGreaterThan(before + 0.15);
        assertThat(divergence).isLessThan(1);
        trainer.assertEmbedderUnchanged();
    }
}
