package embedrl.examples.command;

import embedrl.datasets.scenes.Art;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.embedrl.compact.SavedModel;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.embedrl.run.RunDirectory;
import embedrl.examples.study.EmbedderRun;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code embedrl train-embedder}: stage 1 alone. */
@Command(name = "train-embedder", header = "Train an Embedder contrastively, from a warmed-up Reasoner (stage 1).", sortOptions = false,
        description = "Saves DIR/checkpoints/embedder (embedder-raw with --raw) and DIR/checkpoints/reasoner-warmup. Without --reasoner, a Reasoner is warmed up first.")
final class TrainEmbedderCommand implements Callable<Integer> {

    @ParentCommand
    private EmbedRl root;

    @Spec
    private CommandSpec spec;

    @Option(names = "--reasoner", paramLabel = "DIR", description = "Folder of a warmed-up Reasoner, which writes the T-CoTs and whose weights the Embedder starts from.")
    private Path reasoner;

    @Option(names = "--raw", description = "Train on items alone, without T-CoTs.")
    private boolean raw;

    @Option(names = "--steps", paramLabel = "N", description = "Contrastive steps. Default: those of the Reasoner's study, or of quickstart.")
    private Integer steps;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of weights, data and sampling. Default: that of the Reasoner's study, or 0.")
    private Long seed;

    @Option(names = "--config", paramLabel = "FILE", description = "JSON object of settings that replace the defaults; manifest.json of a run shows all of them.")
    private Path settings;

    @Mixin
    private ArtOption art;

    @Mixin
    private RunOptions run;

    @Mixin
    private DeviceOptions device;

    @Override
    public Integer call() throws IOException {
        SavedModel start = reasoner == null ? null : SavedModel.load(reasoner, SavedModel.Role.REASONER);
        StudyConfig config = start == null ? StudyConfig.quickstart(0) : start.study();
        if (settings != null) config = StudySettings.read(settings, config);
        if (seed != null) config = StudySettings.with(config, Map.of("seed", seed));
        if (steps != null) config = StudySettings.with(config, Map.of(raw ? "rawSteps" : "embedderSteps", StudySettings.atLeastOne("--steps", steps)));
        Art pictures = start == null ? art.open(root.out()) : art.open(start, root.out());
        StudyConfig chosen = config;
        try (Executor executor = device.open()) {
            RunDirectory directory = run.create();
            root.out().println("seed " + chosen.seed() + ", device " + executor.name() + ", into " + directory.path());
            return RecordedRun.of(spec, directory, chosen, executor, new SceneFamilies(pictures).card(),
                    () -> new EmbedderRun(chosen, pictures, executor, directory, root.out()).run(start, raw, RecordedRun.terminal()));
        }
    }
}
