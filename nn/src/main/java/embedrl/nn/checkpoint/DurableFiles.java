package embedrl.nn.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files so that a reader, or a power failure, sees the old content or the new one and never a part. */
public final class DurableFiles {
    private DurableFiles() {}

    /** What is written into a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything; an exception abandons the file. */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /** Replaces a file in one step; where anything fails, the old file stays and nothing else is left. */
    public static void replace(Path target, Content content) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null) {
            throw new IOException("cannot write to " + absolute + ": it has no folder");
        }
        Path temporary = null;
        // Not createTempFile: its files are readable by their owner alone, and the move would keep that.
        for (int attempt = 0; temporary == null; attempt++) {
            Path candidate = folder.resolve("." + absolute.getFileName() + "." + ProcessHandle.current().pid() + "-" + attempt + ".tmp");
            try (FileChannel channel = FileChannel.open(candidate, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                temporary = candidate;
                content.writeTo(channel);
                channel.force(true);
            } catch (FileAlreadyExistsException e) {
                if (temporary != null || attempt == 1000) {
                    throw e;
                }
            } catch (IOException | RuntimeException | Error e) {
                if (temporary != null) {
                    deleteAfter(e, temporary);
                }
                throw e;
            }
        }
        try {
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            deleteAfter(e, temporary);
            throw e;
        }
        force(folder);
    }

    /** Replaces a file by bytes. */
    public static void replace(Path target, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        replace(target, channel -> {
            buffer.rewind();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        });
    }

    /** Writes a new file to the disk; the caller makes its folder visible later. */
    static void writeNew(Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.writeTo(channel);
            channel.force(true);
        }
    }

    /** Makes the names in a folder durable. Only POSIX systems open folders; elsewhere the file system orders renames itself. */
    static void force(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static void deleteAfter(Throwable failure, Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
