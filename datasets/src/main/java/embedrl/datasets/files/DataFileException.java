package embedrl.datasets.files;

import java.nio.file.Path;

/** Tells which file of data, and which line of it, is not as its format demands. */
public final class DataFileException extends RuntimeException {
    /** @param line 1-based, or 0 where the whole file is meant */
    public DataFileException(Path file, int line, String problem) {
        this(file, line, problem, null);
    }

    /** @param line 1-based, or 0 where the whole file is meant */
    public DataFileException(Path file, int line, String problem, Throwable cause) {
        super(file + (line > 0 ? ", line " + line : "") + ": " + problem, cause);
    }
}
