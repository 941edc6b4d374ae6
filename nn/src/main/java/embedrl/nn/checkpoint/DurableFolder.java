package embedrl.nn.checkpoint;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * A folder that is replaced as a whole, so that its files always belong together.
 *
 * <p>A replacement writes and syncs {@code NAME.next}, renames the old folder to {@code NAME.previous}, renames the new one into
 * place, and deletes the previous. No moment is without a complete folder: a reader after an interruption between the two
 * renames takes {@code NAME.previous}. A failed replacement leaves the old folder and nothing else; what a killed one left is
 * removed by the next. One process replaces a folder at a time.
 */
public final class DurableFolder {
    private final Path folder;

    /** A folder at a path; nothing is read or written yet. */
    public DurableFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        if (this.folder.getParent() == null) {
            throw new IllegalArgumentException("folder: the root of a file system cannot be replaced, got " + folder);
        }
    }

    /** What fills a new folder. */
    @FunctionalInterface
    public interface Content {
        /** Writes and syncs every file below the folder. */
        void writeTo(Path folder) throws IOException;
    }

    /** Whether there is a folder to read. */
    public boolean exists() {
        return Files.isDirectory(folder) || Files.isDirectory(previous());
    }

    /** Where to read: the folder, or the previous one after an interruption; an error where neither is there. */
    public Path current() throws IOException {
        for (Path candidate : List.of(folder, previous())) {
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        throw new NoSuchFileException(folder.toString(), null, "no checkpoint here");
    }

    /** Replaces the folder; where anything fails, a complete one stays: the old, or the new where only its last sync failed. */
    public void replace(Content content) throws IOException {
        Files.createDirectories(folder.getParent());
        recover();
        Path next = next();
        try {
            Files.createDirectory(next);
            content.writeTo(next);
            DurableFiles.force(next);
            if (Files.exists(folder)) {
                Files.move(folder, previous(), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(next, folder, StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.force(folder.getParent());
        } catch (IOException | RuntimeException | Error e) {
            try {
                recover();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        delete(previous());
    }

    // Puts back what an interrupted replacement moved away, and removes what it left.
    private void recover() throws IOException {
        if (!Files.exists(folder) && Files.isDirectory(previous())) {
            Files.move(previous(), folder, StandardCopyOption.ATOMIC_MOVE);
        }
        delete(next());
        delete(previous());
    }

    private Path next() {
        return folder.resolveSibling(folder.getFileName() + ".next");
    }

    private Path previous() {
        return folder.resolveSibling(folder.getFileName() + ".previous");
    }

    private static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
