package embedrl.benchmarks;

import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.embedrl.compact.CompactStudy;
import embedrl.embedrl.compact.CompactTraining;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.embedrl.run.RunListener;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.tensor.Executors;
import java.util.Map;

/** The EG-RL step of the quickstart, split by phase; the Reasoner is warmed up first, so that rollouts are as long as they are there. */
final class QuickstartEgRl implements Side {
    private static final int SHORT_WARMUP = 100;
    private static final int STEPS_BEFORE = 12;
    private static final int FEW_STEPS_BEFORE = 5;   // with fewer, what is measured is the JVM's compiler and programs for sizes that no step had before

    private final int threads;
    private final boolean quick;
    private final PhaseClock clock = new PhaseClock();
    private final CompactTraining.Reinforcement reinforcement;
    private final ClockedExecutor executor;
    private int steps;

    QuickstartEgRl(int threads, boolean quick) {
        this.threads = threads;
        this.quick = quick;
        executor = new ClockedExecutor(Executors.open("cpu", threads), clock);
        StudyConfig config = StudyConfig.quickstart(1);
        CompactTraining training = new CompactStudy(shortened(config), new SceneFamilies(new IconArt()), executor, RunListener.NONE).training();
        Qwen3Vl policy = training.models().model(embedrl.tensor.Seed.of(config.seed()));
        if (!quick) training.warmUp(policy);
        reinforcement = training.reinforcement(policy, training.models().copy(policy), training.models().copy(policy));
    }

    /** Enough warm-up for the format of a T-CoT. */
    private static StudyConfig shortened(StudyConfig c) {
        return new StudyConfig(c.seed(), c.trainFamilies(), c.rlFamilies(), c.evaluationFamilies(), c.visionSteps(), SHORT_WARMUP, c.warmupPairs(), c.rawSteps(),
                c.embedderSteps(), c.embedderPairs(), c.rlSteps(), c.rlPairs(), c.rollouts(), c.rlLearningRate(), c.evaluationQueries(), c.rewardPairs(), c.tcotDropout());
    }

    private double step(double bytesPerNano) {
        clock.begin(bytesPerNano);
        reinforcement.step(++steps);
        return clock.end();
    }

    @Override
    public Map<String, Object> warm(String workload) {
        for (int i = 0; i < (quick ? FEW_STEPS_BEFORE : STEPS_BEFORE); i++) step(0);
        return Map.of();
    }

    @Override
    public Map<String, Object> round(String workload) {
        return Map.of("value", step(0));
    }

    /** A step with every operation timed: its seconds, and of these the inherent ones. */
    @Override
    public Map<String, Object> finish() {
        int before = clock.programs();
        double seconds = step(Triad.bytesPerNano(threads));
        return Map.of("name", executor.description(), "seconds", seconds, "inherent", clock.inherent(), "profile", clock.text() + (clock.programs() - before)
                + " programs were compiled in this step, " + before + " before");
    }
}
