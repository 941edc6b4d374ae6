package embedrl.nn.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Saves a checkpoint as a folder of three files that is replaced as a whole ({@link DurableFolder}), and loads it. */
public final class CheckpointFolder {
    static final String MODEL = "model.safetensors";
    static final String OPTIMIZER = "optimizer.safetensors";
    static final String STATE = "state.json";

    private final DurableFolder folder;

    /** A checkpoint at a path; nothing is read or written yet. */
    public CheckpointFolder(Path folder) {
        this.folder = new DurableFolder(folder);
    }

    /** Whether there is a checkpoint to load. */
    public boolean exists() {
        return folder.exists();
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
        Path from = folder.current();
        return new Checkpoint(readTensors(from.resolve(MODEL)), readTensors(from.resolve(OPTIMIZER)), StateFile.read(from.resolve(STATE)));
    }

    /** Reads the model's tensors alone. */
    public Map<String, TensorData> loadModel() throws IOException {
        return readTensors(folder.current().resolve(MODEL));
    }

    void replace(DurableFolder.Content content) throws IOException {
        folder.replace(content);
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
}
