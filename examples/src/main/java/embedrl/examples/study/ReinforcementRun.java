package embedrl.examples.study;

import embedrl.datasets.scenes.Art;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.embedrl.compact.CompactModels;
import embedrl.embedrl.compact.CompactTraining;
import embedrl.embedrl.compact.CompactVocabulary;
import embedrl.embedrl.compact.SavedModel;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.embedrl.run.Estimate;
import embedrl.embedrl.run.LogCutoff;
import embedrl.embedrl.run.PhaseTimes;
import embedrl.embedrl.run.ProgressLine;
import embedrl.embedrl.run.Results;
import embedrl.embedrl.run.RunDirectory;
import embedrl.embedrl.run.RunLog;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.nn.checkpoint.CheckpointFolder;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs EG-RL alone into a run directory, with checkpoints from which it goes on after an interruption, bit for bit. */
public final class ReinforcementRun {
    /** The Reasoner that the run starts from, and the reference of its KL penalty. */
    public static final String START = "reasoner-warmup";
    /** The frozen Embedder. */
    public static final String EMBEDDER = "embedder";
    private static final String RESULT = "reasoner";
    private static final String PHASE = "egrl";

    private final SavedModel reasoner;
    private final SavedModel embedder;
    private final StudyConfig config;
    private final Art art;
    private final Executor executor;
    private final RunDirectory directory;
    private final PrintStream out;

    /** A run of the Reasoner's settings; both models must come from one study. */
    public ReinforcementRun(SavedModel reasoner, SavedModel embedder, Art art, Executor executor, RunDirectory directory, PrintStream out) {
        reasoner.requireFits(embedder);
        this.reasoner = reasoner;
        this.embedder = embedder;
        this.config = reasoner.study();
        this.art = art;
        this.executor = executor;
        this.directory = directory;
        this.out = out;
    }

    /** Copies both models into the run directory, so that it can be resumed whatever becomes of their folders. */
    public void keepModels() throws IOException {
        reasoner.save(directory.checkpoint(START));
        embedder.save(directory.checkpoint(EMBEDDER));
    }

    /**
     * Trains from the run's checkpoint, or from the beginning where there is none, and writes the results.
     *
     * @param every    steps from one checkpoint to the next
     * @param terminal whether the output is a terminal
     */
    public Results run(int every, boolean terminal) throws IOException {
        SceneFamilies scenes = new SceneFamilies(art);
        CompactModels models = reasoner.models(executor);
        Qwen3Vl policy = models.copy(reasoner.model());
        RunCheckpoint checkpoint = new RunCheckpoint(new CheckpointFolder(directory.checkpoint(RunCheckpoint.NAME)), config);
        boolean resumed = checkpoint.exists();
        if (resumed) LogCutoff.after(directory, PHASE, checkpoint.step());
        var times = new PhaseTimes(System::nanoTime);
        var progress = new ProgressLine(out, terminal, System::nanoTime, StudyRun.ON_PROGRESS_LINE);
        double[] before;
        double[] after;
        try (var log = new RunLog(directory, InstantSource.system(), List.of(times, progress));
             var reinforcement = new CompactTraining(config, scenes, CompactVocabulary.of(reasoner.tokenizer(), scenes), models, executor, log)
                     .reinforcement(policy, reasoner.model(), embedder.model())) {
            if (resumed) {
                checkpoint.restore(reinforcement.training());
                before = checkpoint.rewardsBefore();
                out.println("resumed after step " + checkpoint.step() + " of " + config.rlSteps());
            } else {
                before = StudyFigures.byPair(reinforcement.evaluate());
                checkpoint.save(reinforcement.training(), 0, before);
            }
            log.onPhase(PHASE, config.rlSteps());
            for (int step = (int) checkpoint.step() + 1; step <= config.rlSteps(); step++) {
                reinforcement.step(step);
                if (step % every == 0 || step == config.rlSteps()) checkpoint.save(reinforcement.training(), step, before);
            }
            reinforcement.assertEmbedderUnchanged();
            log.onPhaseEnd(PHASE);
            after = StudyFigures.byPair(reinforcement.evaluate());
        }
        reasoner.with(SavedModel.Role.REASONER, config, policy).save(directory.checkpoint(RESULT));
        Results results = results(before, after, times.seconds());
        results.write(directory.results());
        return results;
    }

    private Results results(double[] before, double[] after, Map<String, Double> seconds) {
        Estimate difference = new StudyFigures(config.seed()).rewardDifference(after, before);
        var reward = new Results.HeldoutReward(mean(before), mean(after));
        out.printf(Locale.ROOT, "reward on held-out pairs: %.4f before, %.4f after; difference %+.4f [%+.4f, %+.4f], %s%n", reward.before(), reward.after(), difference.value(),
                difference.low(), difference.high(), difference.excludesZero() ? "0 lies outside the interval" : "0 lies inside the interval: not shown");
        out.println("Reasoner: " + directory.checkpoint(RESULT));
        return new Results(List.of(), List.of(), List.of(), reward, Map.of("heldout_reward_difference", difference, "steps", config.rlSteps(), "seconds", seconds));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
