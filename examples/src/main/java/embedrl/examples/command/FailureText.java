package embedrl.examples.command;

import embedrl.datasets.files.DataFileException;
import embedrl.embedrl.compact.SavedModelException;
import embedrl.models.EmbedderOptionException;
import embedrl.models.media.MediaException;
import embedrl.models.chat.TemplateException;
import embedrl.models.checkpoint.ConfigException;
import embedrl.models.gguf.GgufException;
import embedrl.models.bert.EncoderException;
import embedrl.models.onnx.OnnxException;
import embedrl.models.tokenizer.TokenizerException;
import embedrl.nn.checkpoint.SafetensorsException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import tools.jackson.core.JacksonException;

/**
 * What a user is told about an exception, and the exit code it means.
 *
 * @param exitCode what the process ends with
 * @param message  one line that says what went wrong and, where known, what to do
 */
record FailureText(ExitCode exitCode, String message) {

    /** Sorts an exception by what the user can do about it; whatever is not known here is a defect of this program. */
    static FailureText of(Throwable failure) {
        return switch (failure) {
            case CommandFailure known -> new FailureText(known.exitCode(), known.getMessage());
            case EmbedderOptionException unfit -> new FailureText(ExitCode.USAGE, oneLine(unfit.reason()));   // the line already begins with the command
            case UncheckedIOException wrapped -> of(wrapped.getCause());
            case FileSystemException explained when explained.getReason() != null && (explained instanceof NoSuchFileException || explained instanceof FileAlreadyExistsException) ->
                new FailureText(explained instanceof NoSuchFileException ? ExitCode.NO_INPUT : ExitCode.CANNOT_CREATE, oneLine(explained));
            case NoSuchFileException missing -> new FailureText(ExitCode.NO_INPUT, "no such file or folder: " + missing.getFile());
            case NotDirectoryException file -> new FailureText(ExitCode.NO_INPUT, "not a folder: " + file.getFile());
            case AccessDeniedException denied -> new FailureText(ExitCode.CANNOT_CREATE, "permission denied: " + denied.getFile());
            case FileAlreadyExistsException there -> new FailureText(ExitCode.CANNOT_CREATE, "there is already a file " + there.getFile());
            case ReadOnlyFileSystemException _ -> new FailureText(ExitCode.CANNOT_CREATE, "the file system is read-only");
            case EOFException cut -> new FailureText(ExitCode.BAD_DATA, "a file ends too early" + suffix(cut));
            case DataFileException broken -> new FailureText(ExitCode.BAD_DATA, oneLine(broken));
            case MediaException broken -> new FailureText(ExitCode.BAD_DATA, oneLine(broken));
            case SavedModelException unusable -> new FailureText(ExitCode.BAD_DATA, oneLine(unusable));
            case GgufException broken -> new FailureText(ExitCode.BAD_DATA, oneLine(broken));
            case TokenizerException broken -> new FailureText(ExitCode.BAD_DATA, oneLine(broken));
            case TemplateException broken -> new FailureText(ExitCode.BAD_DATA, oneLine(broken));
            case ConfigException broken -> new FailureText(ExitCode.BAD_DATA, oneLine(broken));
            case SafetensorsException broken -> new FailureText(ExitCode.BAD_DATA, oneLine(broken));
            case EncoderException broken -> new FailureText(ExitCode.BAD_DATA, oneLine(broken));
            case OnnxException broken -> new FailureText(ExitCode.BAD_DATA, oneLine(broken));
            case JacksonException broken -> new FailureText(ExitCode.BAD_DATA, "broken JSON: " + broken.getOriginalMessage().lines().findFirst().orElse("") + at(broken));
            case FileSystemException system when readOnly(system) -> new FailureText(ExitCode.CANNOT_CREATE, oneLine(system));
            case IOException io -> new FailureText(ExitCode.IO_ERROR, "input or output failed: " + oneLine(io));
            case OutOfMemoryError memory -> new FailureText(ExitCode.INTERNAL, "out of memory (" + memory.getMessage() + "; heap limit "
                    + Runtime.getRuntime().maxMemory() / (1 << 20) + " MB); choose a smaller batch or model, or raise the limit with EMBEDRL_OPTS=-Xmx8g");
            default -> new FailureText(ExitCode.INTERNAL, "internal error: " + failure.getClass().getSimpleName() + suffix(failure)
                    + "; run again with --verbose for the stack trace");
        };
    }

    private static boolean readOnly(FileSystemException failure) {
        return failure.getReason() != null && failure.getReason().contains("Read-only");
    }

    private static String at(JacksonException failure) {
        var place = failure.getLocation();
        return place == null ? "" : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
    }

    private static String suffix(Throwable failure) {
        return failure.getMessage() == null ? "" : ": " + oneLine(failure);
    }

    private static String oneLine(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : oneLine(failure.getMessage());
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
