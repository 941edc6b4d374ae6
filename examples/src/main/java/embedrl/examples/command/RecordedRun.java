package embedrl.examples.command;

import embedrl.datasets.files.DataCard;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.embedrl.run.RunDirectory;
import embedrl.embedrl.run.RunManifest;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Runs a command's work with a manifest that says what ran and how it ended. */
final class RecordedRun {

    /** What is run. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    private RecordedRun() {
    }

    /** Writes the manifest, works, and completes the manifest, whatever happens. */
    static int of(CommandSpec spec, RunDirectory directory, StudyConfig config, Executor executor, DataCard card, Work work) throws IOException {
        Path file = manifest(directory);
        List<String> words = spec.commandLine().getParseResult().originalArgs();
        RunManifest manifest = RunManifest.begin(words, config, config.seed(), Programs.commit().orElse(null), Machine.here().facts(), executor.description(), card, Instant.now());
        manifest.write(file);
        try {
            work.run();
        } catch (IOException | RuntimeException | Error failure) {
            try {
                manifest.end(Instant.now(), FailureText.of(failure).exitCode().code()).write(file);
            } catch (IOException unwritable) {
                // What went wrong first is what the user has to hear.
                failure.addSuppressed(unwritable);
            }
            throw failure;
        }
        manifest.end(Instant.now(), ExitCode.OK.code()).write(file);
        return ExitCode.OK.code();
    }

    /** Whether the output is a terminal. */
    static boolean terminal() {
        return System.console() != null && System.console().isTerminal();
    }

    // A resumed run keeps the manifests of its earlier parts.
    private static Path manifest(RunDirectory directory) {
        Path file = directory.manifest();
        for (int part = 2; Files.exists(file); part++) {
            file = directory.path().resolve("manifest-" + part + ".json");
        }
        return file;
    }
}
