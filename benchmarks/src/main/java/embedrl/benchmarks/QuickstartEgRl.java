package embedrl.benchmarks;

import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.embedrl.compact.CompactStudy;
import embedrl.embedrl.compact.CompactTraining;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.embedrl.run.RunListener;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.tensor.Executors;
import java.util.Locale;
import java.util.Map;

/** The EG-RL step of the quickstart, split by phase; the Reasoner is warmed up first, so that rollouts are as long as they are there. */
final class QuickstartEgRl implements Side {
    private static final int SHORT_WARMUP = 100;
    private static final int STEPS_BEFORE = 12;
    private static final int FEW_STEPS_BEFORE = 5;   // with fewer, what is measured is the JVM's compiler and programs for sizes that no step had before

    private static final int MEASURED = 14;
    private static final int FEW_MEASURED = 3;

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

    /** Steps with every operation timed: the mean of their seconds, and of these of the inherent ones. The JVM collects garbage in one step of seven or so. */
    @Override
    public Map<String, Object> finish() {
        int measured = quick ? FEW_MEASURED : MEASURED;
        double bandwidth = Triad.bytesPerNano(threads);
        double seconds = 0;
        double inherent = 0;
        int before = 0;
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < measured; i++) {
            before = clock.programs();
            double own = step(bandwidth);
            seconds += own / measured;
            inherent += clock.inherent() / measured;
            all.append(String.format(Locale.ROOT, " %.3f:%.3f", own, clock.inherent()));
        }
        return Map.of("name", executor.description(), "seconds", seconds, "inherent", inherent, "profile", "  seconds of " + measured + " steps, and of these the inherent ones:" + all
                + "\n  of the last one:\n" + clock.text() + (clock.programs() - before) + " programs were compiled in it, " + before + " before");
    }
}
