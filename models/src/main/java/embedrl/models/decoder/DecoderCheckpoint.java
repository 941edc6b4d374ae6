package embedrl.models.decoder;

import embedrl.models.checkpoint.CompanionFiles;
import embedrl.models.checkpoint.ConfigFile;
import embedrl.models.checkpoint.SafetensorsFolder;
import embedrl.models.checkpoint.WeightFormat;
import embedrl.models.checkpoint.WeightWriter;
import embedrl.nn.WeightSource;
import embedrl.nn.WeightType;
import embedrl.nn.checkpoint.DurableFiles;
import embedrl.tensor.Seed;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads and saves Qwen3 and Llama decoders as Hugging Face folders: {@code config.json}, and weights under their names of that format. */
public final class DecoderCheckpoint {
    private static final String CONFIG = "config.json";

    private DecoderCheckpoint() {
    }

    /** As {@link #load(Path, WeightType)}, all weights widened to float32, as training needs them. */
    public static Decoder load(Path folder) throws IOException {
        return load(folder, WeightType.FLOAT32);
    }

    /**
     * Builds the decoder that a folder describes and loads its weights, from one file or from shards.
     *
     * @param type in which matrices are kept in memory
     * @throws embedrl.models.checkpoint.ConfigException where config.json lacks something or asks for something that is not computed here
     * @throws TensorException                           where tensors are missing, unexpected or of another shape; all of them are named
     */
    public static Decoder load(Path folder, WeightType type) throws IOException {
        DecoderConfig config = config(folder);
        try (SafetensorsFolder weights = SafetensorsFolder.open(folder)) {
            return assemble(folder.toString(), config, weights, type);
        }
    }

    /** The shape that a folder's config.json describes. */
    public static DecoderConfig config(Path folder) throws IOException {
        return DecoderConfigFile.config(ConfigFile.read(folder.resolve(CONFIG)));
    }

    /**
     * A decoder of a shape with the weights of any source under the names of this format.
     *
     * @param source named in errors
     */
    public static Decoder assemble(String source, DecoderConfig config, WeightSource weights, WeightType type) {
        // Each layer has tensors of its own: a malformed file must not ask for more layers than there are tensors.
        if (config.numHiddenLayers() > weights.names().size())
            throw new TensorException(source + ": the configuration asks for " + config.numHiddenLayers() + " layers, and the weights hold only "
                    + weights.names().size() + " tensors");
        try {
            Decoder model = new Decoder(config, new Seed(0));
            model.load(RedundantWeights.leftOut(weights, config.tieWordEmbeddings(), "model.embed_tokens.weight"), type);
            return model;
        } catch (TensorException e) {
            throw new TensorException(source + ": " + e.getMessage());
        }
    }

    /**
     * Writes config.json and model.safetensors (float32) into a folder, which is created where it is missing. Each file is replaced in one step; other files,
     * such as a tokenizer, stay.
     */
    public static void save(Decoder model, Path folder) throws IOException {
        save(model, WeightFormat.FLOAT32, folder);
    }

    /** As {@link #save(Decoder, Path)}, in an element type and in files of a size. */
    public static void save(Decoder model, WeightFormat format, Path folder) throws IOException {
        Files.createDirectories(folder);
        WeightWriter.write(model.parameters(), format, folder);
        DurableFiles.replace(folder.resolve(CONFIG), DecoderConfigFile.write(model.config(), format.type().title()));
    }

    /** As {@link #save(Decoder, WeightFormat, Path)}, with the tokenizer, template and generation files of the folder from which the model was loaded. */
    public static void saveLike(Path origin, Decoder model, WeightFormat format, Path folder) throws IOException {
        Files.createDirectories(folder);
        CompanionFiles.copy(origin, folder);
        save(model, format, folder);
    }
}
