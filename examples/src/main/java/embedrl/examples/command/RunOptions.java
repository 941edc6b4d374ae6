package embedrl.examples.command;

import embedrl.embedrl.run.RunDirectory;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import picocli.CommandLine.Option;

/** The option that chooses where a run is written. */
final class RunOptions {

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for everything that the run writes; new or empty. Default: runs/<time>.")
    private Path out;

    /** What was given, or null. */
    Path out() {
        return out;
    }

    /** Creates the chosen folder. */
    RunDirectory create() throws IOException {
        return out == null ? RunDirectory.createNamed(Path.of("runs"), LocalDateTime.now()) : create(out);
    }

    /** Creates a folder; a place where none can be is the user's mistake, unlike a full disk. */
    static RunDirectory create(Path out) throws IOException {
        try {
            return RunDirectory.create(out);
        } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException refused) {
            throw new CommandFailure(ExitCode.CANNOT_CREATE, "--out: no folder can be created at " + refused.getFile(), refused);
        } catch (FileSystemException refused) {
            if (refused.getReason() == null || !refused.getReason().equals("Not a directory")) {
                throw refused;
            }
            throw new CommandFailure(ExitCode.CANNOT_CREATE, "--out: no folder can be created at " + refused.getFile() + ", which lies below a file", refused);
        }
    }
}
