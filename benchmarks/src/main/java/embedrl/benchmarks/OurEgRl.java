package embedrl.benchmarks;

import static embedrl.benchmarks.EgRlTask.NEW_TOKENS;
import static embedrl.benchmarks.EgRlTask.PROMPTS;
import static embedrl.benchmarks.EgRlTask.ROLLOUTS;

import embedrl.embedrl.grpo.GrpoLoss;
import embedrl.embedrl.grpo.PolicyUpdate;
import embedrl.embedrl.reward.GroupAdvantage;
import embedrl.models.Reasoner.Rollout;
import embedrl.models.decoder.Decoder;
import embedrl.models.generation.Generation;
import embedrl.models.generation.Generator;
import embedrl.models.generation.RandomStream;
import embedrl.models.generation.SamplingSettings;
import embedrl.models.input.Sequence;
import embedrl.nn.AdamW;
import embedrl.nn.Training;
import embedrl.tensor.Executors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The step of reinforcement on our engine: {@link Generator}, a frozen encoder's reward, {@link PolicyUpdate} with the frozen reference, and {@link AdamW}. */
final class OurEgRl implements Side {
    private final boolean quick;
    private final int threads;
    private final ClockedExecutor executor;
    private final PhaseClock clock = new PhaseClock();
    private final Decoder policy = EgRlTask.policy();
    private final Generator generator;
    private final PolicyUpdate update;
    private final EgRlReward reward;
    private int steps;

    OurEgRl(int threads, boolean quick) {
        this.quick = quick;
        this.threads = threads;
        executor = new ClockedExecutor(Executors.open("cpu", threads), clock);
        generator = new Generator(policy, executor, Set.of());
        Training training = Training.of(policy.parameters(), AdamW.with(EgRlTask.LEARNING_RATE).clip(EgRlTask.CLIP), executor);
        update = new PolicyUpdate(policy, EgRlTask.policy(), training, new GrpoLoss.Config(0.2f, 3, EgRlTask.KL), executor);
        reward = new EgRlReward(executor);
    }

    /** Makes one step; returns its seconds. */
    double step(double bytesPerNano) {
        clock.begin(bytesPerNano);
        int step = steps++;
        List<Sequence> prompts = EgRlTask.prompts(step);
        List<RandomStream> streams = new ArrayList<>();
        for (int i = 0; i < PROMPTS * ROLLOUTS; i++) streams.add(new RandomStream(step, i));
        List<Generation> generations = generator.generate(prompts, ROLLOUTS, NEW_TOKENS, SamplingSettings.UNCHANGED, streams, false);
        double[] rewards = reward.of(prompts, generations);
        List<PolicyUpdate.Scored> scored = new ArrayList<>();
        for (int p = 0; p < PROMPTS; p++) {
            double[] advantages = GroupAdvantage.DEFAULTS.of(Arrays.copyOfRange(rewards, p * ROLLOUTS, (p + 1) * ROLLOUTS));
            for (int r = 0; r < ROLLOUTS; r++)
                scored.add(new PolicyUpdate.Scored(new Rollout(prompts.get(p), generations.get(p * ROLLOUTS + r), ""), advantages[r]));
        }
        update.step(scored, EgRlTask.LEARNING_RATE);
        return clock.end();
    }

    @Override
    public Map<String, Object> warm(String workload) {
        for (int i = 0; i < (quick ? 1 : 4); i++) step(0);
        return Map.of("parameters", policy.parameters().values().stream().mapToLong(variable -> variable.shape().count()).sum());
    }

    @Override
    public Map<String, Object> round(String workload) {
        double seconds = step(0);
        return Map.of("value", seconds, "phases", Map.of("rollouts", clock.seconds(Phase.PREFILL) + clock.seconds(Phase.DECODE), "reward", clock.seconds(Phase.REWARD),
                "reference and update", clock.seconds(Phase.REFERENCE) + clock.seconds(Phase.UPDATE) + clock.seconds(Phase.REST)));
    }

    @Override
    public Map<String, Object> finish() {
        step(Triad.bytesPerNano(threads));
        return Map.of("name", executor.description(), "profile", clock.text());
    }
}
