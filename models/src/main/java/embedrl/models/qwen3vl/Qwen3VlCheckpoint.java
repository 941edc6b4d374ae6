package embedrl.models.qwen3vl;

import embedrl.models.checkpoint.CompanionFiles;
import embedrl.models.checkpoint.SafetensorsFolder;
import embedrl.models.checkpoint.WeightFormat;
import embedrl.models.checkpoint.WeightWriter;
import embedrl.models.decoder.RedundantWeights;
import embedrl.nn.WeightType;
import embedrl.nn.checkpoint.DurableFiles;
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

    /** As {@link #load(Path, WeightType)}, all weights widened to float32, as training needs them. */
    public static Qwen3Vl load(Path folder) throws IOException {
        return load(folder, WeightType.FLOAT32);
    }

    /**
     * Builds the model that a folder describes and loads its weights, from one file or from shards. Tensors are read and converted one at a time, so that loading
     * takes little more memory than the loaded model.
     *
     * @param type in which matrices are kept in memory
     * @throws IllegalArgumentException where config.json lacks something or asks for something that is not computed here
     * @throws TensorException          where tensors are missing, unexpected or of another shape; all of them are named
     */
    public static Qwen3Vl load(Path folder, WeightType type) throws IOException {
        Qwen3VlConfig config = Qwen3VlConfigFile.read(folder.resolve(CONFIG));
        try (SafetensorsFolder weights = SafetensorsFolder.open(folder)) {
            Qwen3Vl model = new Qwen3Vl(config, new Seed(0));
            try {
                model.load(RedundantWeights.leftOut(weights, config.tieWordEmbeddings(), "model.language_model.embed_tokens.weight"), type);
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
        save(model, null, WeightFormat.FLOAT32, folder);
    }

    /** As {@link #save(Qwen3Vl, Path)}, with the ids that other libraries need in order to place images. */
    public static void save(Qwen3Vl model, VisualTokenIds ids, Path folder) throws IOException {
        save(model, ids, WeightFormat.FLOAT32, folder);
    }

    /** As {@link #save(Qwen3Vl, Path)}, in an element type and in files of a size; ids may be null. */
    public static void save(Qwen3Vl model, VisualTokenIds ids, WeightFormat format, Path folder) throws IOException {
        Files.createDirectories(folder);
        WeightWriter.write(model.parameters(), format, folder);
        DurableFiles.replace(folder.resolve(CONFIG), Qwen3VlConfigFile.write(model.config(), ids, format.type().title()));
    }

    /**
     * Saves a model that was loaded from a folder, trained or not, so that the reference library reads it as it reads the origin: the weights in this format, the
     * configuration of the origin with the new element type, and its tokenizer, template, generation and preprocessing files.
     */
    public static void saveLike(Path origin, Qwen3Vl model, WeightFormat format, Path folder) throws IOException {
        Qwen3VlConfig config = Qwen3VlConfigFile.read(origin.resolve(CONFIG));
        if (!config.equals(model.config()))
            throw new IllegalArgumentException("save: the model was not loaded from " + origin + ": its shape is " + model.config() + ", and there it is " + config);
        Files.createDirectories(folder);
        byte[] json = Qwen3VlConfigFile.withType(origin.resolve(CONFIG), format.type().title());
        CompanionFiles.copy(origin, folder);
        WeightWriter.write(model.parameters(), format, folder);
        DurableFiles.replace(folder.resolve(CONFIG), json);
    }
}
