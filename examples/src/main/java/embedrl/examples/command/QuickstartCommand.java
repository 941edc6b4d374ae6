package embedrl.examples.command;

import embedrl.datasets.scenes.Art;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.embedrl.compact.StudyResult;
import embedrl.embedrl.run.RunDirectory;
import embedrl.embedrl.run.RunManifest;
import embedrl.examples.study.PooledStudies;
import embedrl.examples.study.StudyRun;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code embedrl quickstart}: everything from random weights to a report, in minutes. */
@Command(name = "quickstart", header = "Train, reinforce, evaluate and report, from random weights, in minutes.", sortOptions = false,
        description = "Trains a compact Reasoner and two Embedders on generated scenes, reinforces the Reasoner with the frozen Embedder's retrieval as reward (EG-RL), compares all arms on "
                + "held-out queries, and writes report.html and results.json.")
final class QuickstartCommand implements Callable<Integer> {

    @ParentCommand
    private EmbedRl root;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOptions run;

    @Mixin
    private ArtOption art;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Seed of weights, data and sampling. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "1", description = "Runs the study with N seeds from --seed on, each into a folder of its own, and pools their queries in results.json.")
    private int seeds;

    /** Sizes of a study. */
    enum Preset { quick, large }

    @Option(names = "--preset", paramLabel = "NAME", defaultValue = "quick", description = "quick: minutes; large: more families, steps and queries, about ten minutes per seed. Default: ${DEFAULT-VALUE}.")
    private Preset preset;

    @Option(names = "--config", paramLabel = "FILE", description = "JSON object of settings that replace the defaults; manifest.json of a run shows all of them.")
    private Path settings;

    @Mixin
    private DeviceOptions device;

    @Override
    public Integer call() throws IOException {
        if (seeds < 1) {
            throw new CommandFailure(ExitCode.USAGE, "--seeds must be 1 or more, got " + seeds);
        }
        List<StudyConfig> configs = new ArrayList<>();
        for (long s = seed; s < seed + seeds; s++) {
            StudyConfig defaults = preset == Preset.quick ? StudyConfig.quickstart(s) : StudyConfig.large(s);
            configs.add(settings == null ? defaults : StudySettings.read(settings, defaults));
        }
        Art pictures = art.open(root.out());
        try (Executor executor = device.open()) {
            RunDirectory directory = run.create();
            if (seeds == 1) {
                study(configs.getFirst(), pictures, executor, directory);
                return ExitCode.OK.code();
            }
            List<StudyResult> studies = new ArrayList<>();
            for (StudyConfig config : configs) {
                studies.add(study(config, pictures, executor, RunDirectory.create(directory.path().resolve("seed-" + config.seed()))));
            }
            new PooledStudies(studies).write(directory, root.out());
            return ExitCode.OK.code();
        }
    }

    private StudyResult study(StudyConfig config, Art pictures, Executor executor, RunDirectory directory) throws IOException {
        Machine here = Machine.here();
        Map<String, String> machine = new LinkedHashMap<>(here.facts());
        String commit = Programs.commit().orElse(null);
        var study = new StudyRun(config, pictures, executor, directory, root.out());
        List<String> words = spec.commandLine().getParseResult().originalArgs();
        RunManifest manifest = RunManifest.begin(words, config, config.seed(), commit, machine, executor.description(), study.card(), Instant.now());
        manifest.write(directory.manifest());
        machine.put("device", executor.name() + ": " + executor.description());
        machine.put("program", EmbedRl.Version.number() + (commit == null ? "" : ", commit " + commit));
        root.out().println("seed " + config.seed() + ", data " + study.card().name() + ", device " + executor.name() + ", into " + directory.path());
        StudyResult result;
        try {
            result = study.run(System.console() != null && System.console().isTerminal(), machine);
        } catch (IOException | RuntimeException | Error failure) {
            manifest.end(Instant.now(), FailureText.of(failure).exitCode().code()).write(directory.manifest());
            throw failure;
        }
        manifest.end(Instant.now(), ExitCode.OK.code()).write(directory.manifest());
        return result;
    }
}
