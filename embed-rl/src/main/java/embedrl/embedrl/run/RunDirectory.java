package embedrl.embedrl.run;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Objects;

/**
 * The folder that a run writes into, and the names of the files in it.
 *
 * @param path of the folder
 */
public record RunDirectory(Path path) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss");

    public RunDirectory {
        Objects.requireNonNull(path, "path");
    }

    /** Creates a folder named by the time, such as {@code runs/2026-11-24T10-40-12}; a second run of the same second gets {@code -2}. */
    public static RunDirectory createNamed(Path parent, LocalDateTime time) throws IOException {
        Files.createDirectories(parent);
        for (int count = 1; ; count++) {
            Path path = parent.resolve(TIME.format(time) + (count == 1 ? "" : "-" + count));
            try {
                return new RunDirectory(Files.createDirectory(path));
            } catch (FileAlreadyExistsException taken) {
                if (count == 100) {
                    throw taken;
                }
            }
        }
    }

    /**
     * Creates a folder, or takes an empty one.
     *
     * @throws FileAlreadyExistsException if something is in it: another run, or files that are not ours to touch
     */
    public static RunDirectory create(Path path) throws IOException {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new FileAlreadyExistsException(path.toString(), null, "is a file, and a run needs a folder");
        }
        Files.createDirectories(path);
        var directory = new RunDirectory(path);
        try (var entries = Files.list(path)) {
            if (entries.findAny().isPresent()) {
                throw new FileAlreadyExistsException(path.toString(), null,
                        Files.exists(directory.manifest()) ? "holds a run already; choose another folder" : "is not empty; choose another folder, so that no file of yours is overwritten");
            }
        }
        return directory;
    }

    /**
     * Opens the folder of an earlier run.
     *
     * @throws NoSuchFileException if no run was written there
     */
    public static RunDirectory open(Path path) throws IOException {
        var directory = new RunDirectory(path);
        if (!Files.isRegularFile(directory.manifest())) {
            throw new NoSuchFileException(directory.manifest().toString(), null, "no run was written there");
        }
        return directory;
    }

    /** What ran, on what, with which configuration; {@link RunManifest}. */
    public Path manifest() {
        return path.resolve("manifest.json");
    }

    /** Metrics of every step; {@link MetricsLog}. */
    public Path metrics() {
        return path.resolve("metrics.csv");
    }

    /** Rollouts with their rewards; {@link CompletionsLog}. */
    public Path completions() {
        return path.resolve("completions.jsonl");
    }

    /** Figures of the evaluation; {@link Results}. */
    public Path results() {
        return path.resolve("results.json");
    }

    /** The page for people. */
    public Path report() {
        return path.resolve("report.html");
    }

    /** The folder of a named checkpoint, such as {@code reasoner}; the writer creates it. */
    public Path checkpoint(String name) {
        return path.resolve("checkpoints").resolve(name);
    }
}
