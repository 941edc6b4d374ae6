package embedrl.examples.command;

import embedrl.datasets.scenes.Art;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.embedrl.compact.SavedModel;
import embedrl.embedrl.compact.SavedModel.Role;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.embedrl.run.RunDirectory;
import embedrl.examples.study.ReinforcementRun;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code embedrl train-reasoner}: EG-RL alone. */
@Command(name = "train-reasoner", header = "Reinforce a Reasoner with a frozen Embedder's retrieval as reward (EG-RL, stage 2).", sortOptions = false,
        description = "Saves DIR/checkpoints/reasoner, and checkpoints on the way. --resume goes on with an interrupted run from its last checkpoint, and gives the weights that an unbroken "
                + "run would have given, bit for bit; with --steps it goes on further than was planned.")
final class TrainReasonerCommand implements Callable<Integer> {

    @ParentCommand
    private EmbedRl root;

    @Spec
    private CommandSpec spec;

    @Option(names = "--reasoner", paramLabel = "DIR", description = "Folder of the warmed-up Reasoner.")
    private Path reasoner;

    @Option(names = "--embedder", paramLabel = "DIR", description = "Folder of the Embedder of the same study.")
    private Path embedder;

    @Option(names = "--steps", paramLabel = "N", description = "EG-RL steps, counted from the beginning of the run. Default: those of the Reasoner's study.")
    private Integer steps;

    @Option(names = "--checkpoint-every", paramLabel = "N", defaultValue = "10", description = "Steps from one checkpoint to the next. Default: ${DEFAULT-VALUE}.")
    private int every;

    @Option(names = "--resume", paramLabel = "RUN", description = "Folder of a run of this command to go on with; its models and settings are in it.")
    private Path resume;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of data and sampling. Default: that of the Reasoner's study.")
    private Long seed;

    @Option(names = "--config", paramLabel = "FILE", description = "JSON object of settings that replace those of the Reasoner's study.")
    private Path settings;

    @Mixin
    private ArtOption art;

    @Mixin
    private RunOptions run;

    @Mixin
    private DeviceOptions device;

    @Override
    public Integer call() throws IOException {
        StudySettings.atLeastOne("--checkpoint-every", every);
        RunDirectory earlier = resume == null ? null : earlier();
        if (earlier == null && (reasoner == null || embedder == null)) {
            throw new ParameterException(spec.commandLine(), "needs --reasoner DIR and --embedder DIR, or --resume RUN");
        }
        SavedModel start = SavedModel.load(earlier == null ? reasoner : earlier.checkpoint(ReinforcementRun.START), Role.REASONER);
        SavedModel frozen = SavedModel.load(earlier == null ? embedder : earlier.checkpoint(ReinforcementRun.EMBEDDER), Role.EMBEDDER);
        StudyConfig config = start.study();
        if (settings != null) config = StudySettings.read(settings, config);
        if (seed != null) config = StudySettings.with(config, Map.of("seed", seed));
        if (steps != null) config = StudySettings.with(config, Map.of("rlSteps", StudySettings.atLeastOne("--steps", steps)));
        start.requireFits(frozen);
        Art pictures = art.open(start, root.out());
        SavedModel configured = start.with(Role.REASONER, config, start.model());
        try (Executor executor = device.open()) {
            RunDirectory directory = earlier == null ? run.create() : earlier;
            root.out().println("seed " + config.seed() + ", device " + executor.name() + ", into " + directory.path());
            return RecordedRun.of(spec, directory, config, executor, new SceneFamilies(pictures).card(), () -> {
                var work = new ReinforcementRun(configured, frozen, pictures, executor, directory, root.out());
                if (earlier == null) work.keepModels();
                work.run(every, RecordedRun.terminal());
            });
        }
    }

    private RunDirectory earlier() throws IOException {
        if (reasoner != null || embedder != null || settings != null || seed != null || run.out() != null) {
            throw new ParameterException(spec.commandLine(), "--resume takes models, settings and folder from the run; of the rest, give --steps, --checkpoint-every and --device only");
        }
        return RunDirectory.open(resume);
    }
}
