package embedrl.models.qwen3vl;

import embedrl.models.checkpoint.SafetensorsFolder;
import embedrl.nn.checkpoint.DurableFiles;
import embedrl.nn.checkpoint.SafetensorsWriter;
import embedrl.tensor.Seed;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads and saves Qwen3-VL models as Hugging Face folders: {@code config.json}, and weights under their names of that format. */
public final class Qwen3VlCheckpoint {
    private static final String CONFIG = "config.json";

    private Qwen3VlCheckpoint() {
    }

    /**
     * Builds the model that a folder describes and loads its weights, from one file or from shards; half types are widened to float32.
     *
     * @throws IllegalArgumentException where config.json lacks something or asks for something that is not computed here
     * @throws TensorException          where tensors are missing, unexpected or of another shape; all of them are named
     */
    public static Qwen3Vl load(Path folder) throws IOException {
        Qwen3VlConfig config = Qwen3VlConfigFile.read(folder.resolve(CONFIG));
        try (SafetensorsFolder weights = SafetensorsFolder.open(folder)) {
            Qwen3Vl model = new Qwen3Vl(config, new Seed(0));
            try {
                model.load(weights.names(), weights::floats);
            } catch (TensorException e) {
                throw new TensorException(folder + ": " + e.getMessage());
            }
            return model;
        }
    }

    /** The ids of visual tokens that a folder's config.json names; an error where it lacks them. */
    public static VisualTokenIds tokenIds(Path folder) throws IOException {
        return Qwen3VlConfigFile.readTokenIds(folder.resolve(CONFIG));
    }

    /**
     * Writes config.json and model.safetensors (float32) into a folder, which is created where it is missing. Each file is replaced in one step; other files,
     * such as a tokenizer, stay.
     * The configuration names no token ids: see {@link #save(Qwen3Vl, VisualTokenIds, Path)}.
     */
    public static void save(Qwen3Vl model, Path folder) throws IOException {
        write(model, null, folder);
    }

    /** As {@link #save(Qwen3Vl, Path)}, with the ids that other libraries need in order to place images. */
    public static void save(Qwen3Vl model, VisualTokenIds ids, Path folder) throws IOException {
        write(model, ids, folder);
    }

    private static void write(Qwen3Vl model, VisualTokenIds ids, Path folder) throws IOException {
        Files.createDirectories(folder);
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        model.parameters().forEach((name, parameter) -> writer.floats(name, parameter.shape().sizes(), () -> parameter.value().floats()));
        writer.write(folder.resolve(SafetensorsFolder.SINGLE));
        DurableFiles.replace(folder.resolve(CONFIG), Qwen3VlConfigFile.write(model.config(), ids));
    }
}
