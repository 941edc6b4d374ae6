package embedrl.models.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs decoders so that whatever they throw comes out as one {@link MediaException}, and no call outlasts its time. */
final class Decoding {
    private Decoding() {}

    /** Runs a decoder on this thread. */
    static <T> T run(String source, Callable<T> decoder) {
        try {
            return decoder.call();
        } catch (Exception | StackOverflowError | OutOfMemoryError failure) {
            // Libraries throw unchecked exceptions of many kinds on damaged files, and recurse or allocate without bounds.
            throw clean(source, failure);
        }
    }

    /**
     * Runs a decoder on a thread of its own and gives up after the limit. The thread is interrupted then; a library that does not listen ends with
     * the process, which it does not keep alive.
     */
    static <T> T timed(String source, MediaLimits limits, Callable<T> decoder) {
        var task = new FutureTask<>(decoder);
        // Nested page trees and forms recurse: more stack than the default makes the limit that of the file format.
        Thread thread = new Thread(null, task, "media " + source, 16 << 20);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(limits.time().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failure) {
            throw clean(source, failure.getCause());
        } catch (TimeoutException late) {
            task.cancel(true);
            throw new MediaException(source, "decoding took longer than the limit of " + limits.time(), late);
        } catch (InterruptedException interrupted) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new MediaException(source, "decoding was interrupted", interrupted);
        }
    }

    /** The bytes of a file. */
    static byte[] bytes(Path file, MediaLimits limits) {
        return run(file.toString(), () -> {
            if (!Files.isRegularFile(file)) {
                throw new MalformedMedia("there is no such file");
            }
            if (Files.size(file) > limits.maxBytes()) {
                throw new MalformedMedia("a file may have at most " + limits.maxBytes() + " bytes, this one has " + Files.size(file));
            }
            return Files.readAllBytes(file);
        });
    }

    /** The first bytes of a file, which tell its format. */
    static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MediaFormat.HEAD);
        }
    }

    private static MediaException clean(String source, Throwable failure) {
        return switch (failure) {
            case MediaException already -> already;
            case MalformedMedia malformed -> new MediaException(source, malformed.getMessage(), malformed);
            case OutOfMemoryError _ -> new MediaException(source, "cannot be decoded: it asks for more memory than there is", failure);
            case StackOverflowError _ -> new MediaException(source, "cannot be decoded: it is nested too deeply", failure);
            case null, default -> new MediaException(source, "cannot be decoded: " + failure, failure);
        };
    }
}
