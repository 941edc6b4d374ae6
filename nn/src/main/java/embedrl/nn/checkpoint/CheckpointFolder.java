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
import java.util.Map;
import java.util.TreeMap;

/**
 * Saves a checkpoint as a folder of three files that is replaced as a whole, and loads it.
 *
 * <p>A save writes and syncs {@code NAME.next}, renames the old folder to {@code NAME.previous}, renames the new one into
 * place, and deletes the previous. No moment is without a complete checkpoint: a load after an interruption between the two
 * renames takes {@code NAME.previous}. A failed save leaves the old checkpoint and nothing else; what a killed one left is
 * removed by the next save. One process saves to a folder at a time.
 */
public final class CheckpointFolder {
    static final String MODEL = "model.safetensors";
    static final String OPTIMIZER = "optimizer.safetensors";
    static final String STATE = "state.json";

    private final Path folder;

    /** A checkpoint at a path; nothing is read or written yet. */
    public CheckpointFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        if (this.folder.getParent() == null) {
            throw new IllegalArgumentException("checkpoint: the root of a file system cannot be a checkpoint, got " + folder);
        }
    }

    /** What fills a new folder. */
    @FunctionalInterface
    interface Content {
        /** Writes and syncs every file below the folder. */
        void writeTo(Path folder) throws IOException;
    }

    /** Whether there is a checkpoint to load. */
    public boolean exists() {
        return Files.isDirectory(folder) || Files.isDirectory(previous());
    }

    /** Replaces the checkpoint; where anything fails, a complete one stays: the old, or the new where only its last sync failed. */
    public void save(Checkpoint checkpoint) throws IOException {
        replace(next -> {
            writeTensors(next.resolve(MODEL), checkpoint.model());
            writeTensors(next.resolve(OPTIMIZER), checkpoint.optimizer());
            StateFile.write(next.resolve(STATE), checkpoint.state());
        });
    }

    /** Reads the checkpoint. */
    public Checkpoint load() throws IOException {
        Path from = current();
        return new Checkpoint(readTensors(from.resolve(MODEL)), readTensors(from.resolve(OPTIMIZER)), StateFile.read(from.resolve(STATE)));
    }

    /** Reads the model's tensors alone. */
    public Map<String, TensorData> loadModel() throws IOException {
        return readTensors(current().resolve(MODEL));
    }

    void replace(Content content) throws IOException {
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

    // Puts back what an interrupted save moved away, and removes what it left.
    private void recover() throws IOException {
        if (!Files.exists(folder) && Files.isDirectory(previous())) {
            Files.move(previous(), folder, StandardCopyOption.ATOMIC_MOVE);
        }
        delete(next());
        delete(previous());
    }

    private Path current() throws IOException {
        for (Path candidate : List.of(folder, previous())) {
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        throw new NoSuchFileException(folder.toString(), null, "no checkpoint here");
    }

    private Path next() {
        return folder.resolveSibling(folder.getFileName() + ".next");
    }

    private Path previous() {
        return folder.resolveSibling(folder.getFileName() + ".previous");
    }

    private static void writeTensors(Path path, Map<String, TensorData> tensors) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        tensors.forEach((name, tensor) -> {
            switch (tensor) {
                case TensorData.Floats floats -> writer.floats(name, floats.shape(), floats.values());
                case TensorData.Ints ints -> writer.ints(name, ints.shape(), ints.values());
                case TensorData.Longs longs -> writer.longs(name, longs.shape(), longs.values());
            }
        });
        DurableFiles.writeNew(path, writer::writeTo);
    }

    private static Map<String, TensorData> readTensors(Path path) throws IOException {
        Map<String, TensorData> tensors = new TreeMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            for (String name : file.names()) {
                int[] shape = file.shape(name);
                tensors.put(name, switch (file.entry(name).type()) {
                    case F32, F16, BF16 -> new TensorData.Floats(shape, file.floats(name));
                    case I32 -> new TensorData.Ints(shape, file.ints(name));
                    case I64 -> new TensorData.Longs(shape, file.longs(name));
                    default -> throw new SafetensorsException(path + ": tensor '" + name
                            + "': a checkpoint holds F32, F16, BF16, I32 or I64, found " + file.entry(name).type());
                });
            }
        }
        return tensors;
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
