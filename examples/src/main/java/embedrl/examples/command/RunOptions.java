package embedrl.examples.command;

import embedrl.embedrl.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import picocli.CommandLine.Option;

/** The option that chooses where a run is written. */
final class RunOptions {

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for everything that the run writes; new or empty. Default: runs/<time>.")
    private Path out;

    RunDirectory create() throws IOException {
        return out == null ? RunDirectory.createNamed(Path.of("runs"), LocalDateTime.now()) : RunDirectory.create(out);
    }
}
