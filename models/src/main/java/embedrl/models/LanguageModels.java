package embedrl.models;

import embedrl.models.checkpoint.ConfigException;
import embedrl.models.checkpoint.ConfigFile;
import embedrl.models.checkpoint.WeightFormat;
import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderCheckpoint;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlCheckpoint;
import embedrl.nn.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Loads the language model of a Hugging Face folder, whichever family its {@code config.json} names, and saves it again. */
public final class LanguageModels {
    private static final String CONFIG = "config.json";
    private static final String VISION = "qwen3_vl";
    private static final String QWEN3 = "qwen3";
    private static final String LLAMA = "llama";
    private static final Set<String> FAMILIES = Set.of(VISION, QWEN3, LLAMA);

    private LanguageModels() {
    }

    /** Whether a path is a folder whose {@code config.json} names a family of language models, rather than, say, an encoder. */
    public static boolean isIn(Path folder) throws IOException {
        Path config = folder.resolve(CONFIG);
        return Files.exists(config) && FAMILIES.contains(ConfigFile.read(config).text("model_type", ""));
    }

    /** Whether a path is a folder whose model sees pictures and videos. */
    public static boolean isVision(Path folder) throws IOException {
        Path config = folder.resolve(CONFIG);
        return Files.exists(config) && ConfigFile.read(config).text("model_type", "").equals(VISION);
    }

    /** As {@link #load(Path, WeightType)}, all weights widened to float32, as training needs them. */
    public static LanguageModel load(Path folder) throws IOException {
        return load(folder, WeightType.FLOAT32);
    }

    /**
     * Loads the model of a folder.
     *
     * @param type in which matrices are kept in memory
     * @throws ConfigException where the family is not known or its configuration is not computed here
     * @throws embedrl.tensor.TensorException            where tensors are missing, unexpected or of another shape; all of them are named
     */
    public static LanguageModel load(Path folder, WeightType type) throws IOException {
        return switch (family(folder)) {
            case VISION -> Qwen3VlCheckpoint.load(folder, type);
            default -> DecoderCheckpoint.load(folder, type);
        };
    }

    /**
     * The family of a folder that shall hold a language model. Readers of whole folders ask it first: an encoder's tokenizer is of another kind, and to find fault with that says less.
     *
     * @throws ConfigException where it is none of those that generate
     */
    static String family(Path folder) throws IOException {
        ConfigFile config = ConfigFile.read(folder.resolve(CONFIG));
        if (!config.isText("model_type")) throw config.wrong("model_type", "a name");
        String family = config.text("model_type");
        if (FAMILIES.contains(family)) return family;
        ConfigException wrong = config.wrong("model_type", "\"qwen3_vl\", \"qwen3\" or \"llama\" for a language model");
        throw family.equals("bert") ? new ConfigException(wrong.getMessage() + "; an encoder generates no text: use it to embed, or name a language model") : wrong;
    }

    /**
     * Saves a model that was loaded from a folder, trained or not, so that the reference library reads it as it reads the origin: its weights in a format, and
     * the tokenizer, template and generation files of the origin.
     */
    public static void saveLike(Path origin, LanguageModel model, WeightFormat format, Path folder) throws IOException {
        switch (model) {
            case Qwen3Vl vision -> Qwen3VlCheckpoint.saveLike(origin, vision, format, folder);
            case Decoder decoder -> DecoderCheckpoint.saveLike(origin, decoder, format, folder);
            default -> throw new IllegalArgumentException("save: a model of the kind " + model.getClass().getSimpleName() + " has no format of files");
        }
    }
}
