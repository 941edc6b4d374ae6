package embedrl.examples.study;

import embedrl.datasets.scenes.Art;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.embedrl.compact.CompactModels;
import embedrl.embedrl.compact.CompactStudy;
import embedrl.embedrl.compact.CompactTraining;
import embedrl.embedrl.compact.CompactVocabulary;
import embedrl.embedrl.compact.SavedModel;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.embedrl.run.ProgressLine;
import embedrl.embedrl.run.RunDirectory;
import embedrl.embedrl.run.RunLog;
import embedrl.embedrl.run.RunListener;
import embedrl.models.Reasoner;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;

/** Runs stage 1 alone into a run directory: trains an Embedder from a warmed-up Reasoner, which is trained first where none is given. */
public final class EmbedderRun {
    private final StudyConfig config;
    private final SceneFamilies scenes;
    private final Executor executor;
    private final RunDirectory directory;
    private final PrintStream out;

    public EmbedderRun(StudyConfig config, Art art, Executor executor, RunDirectory directory, PrintStream out) {
        this.config = config;
        this.scenes = new SceneFamilies(art);
        this.executor = executor;
        this.directory = directory;
        this.out = out;
    }

    /**
     * Trains and saves {@code reasoner-warmup} and the Embedder, {@code embedder} or {@code embedder-raw}.
     *
     * @param given    a warmed-up Reasoner, or null
     * @param raw      whether the Embedder reads items alone, without T-CoTs
     * @param terminal whether the output is a terminal
     */
    public void run(SavedModel given, boolean raw, boolean terminal) throws IOException {
        var progress = new ProgressLine(out, terminal, System::nanoTime, StudyRun.ON_PROGRESS_LINE);
        try (var log = new RunLog(directory, InstantSource.system(), List.of(progress))) {
            SavedModel start = given == null ? warmUp(log) : given;
            start.save(directory.checkpoint(ReinforcementRun.START));
            CompactModels models = start.models(executor);
            Qwen3Vl embedder = models.copy(start.model());
            try (Reasoner reasoner = models.reasoner(start.model())) {
                new CompactTraining(config, scenes, CompactVocabulary.of(start.tokenizer(), scenes), models, executor, log).trainEmbedder(embedder, raw ? null : reasoner);
            }
            var folder = directory.checkpoint(raw ? "embedder-raw" : ReinforcementRun.EMBEDDER);
            start.with(SavedModel.Role.EMBEDDER, config, embedder).save(folder);
            out.println("Embedder: " + folder);
        }
    }

    private SavedModel warmUp(RunListener log) {
        CompactStudy study = new CompactStudy(config, scenes, executor, log);
        return new SavedModel(SavedModel.Role.REASONER, scenes.art().name(), config, study.training().warmedUpReasoner(), study.vocabulary().tokenizer());
    }
}
