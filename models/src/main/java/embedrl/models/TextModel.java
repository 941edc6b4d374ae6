package embedrl.models;

import embedrl.models.chat.ConversationTemplate;
import embedrl.models.checkpoint.ConfigFile;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.generation.GenerationDefaults;
import embedrl.models.gguf.GgufCheckpoint;
import embedrl.models.gguf.GgufFile;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.GgufTokenizer;
import embedrl.nn.WeightType;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A language model with what turns text into tokens and back: everything that a GGUF file or a Hugging Face folder holds.
 *
 * @param model         the network
 * @param tokenizer     of the model
 * @param endTokens     each of them ends a continuation
 * @param contextLength tokens that the model was trained for
 * @param template      how conversations are written; empty where the files have none
 */
public record TextModel(LanguageModel model, BpeTokenizer tokenizer, Set<Integer> endTokens, int contextLength, Optional<ConversationTemplate> template) {
    /** Copies the set. */
    public TextModel {
        endTokens = Set.copyOf(endTokens);
        int rows = model.config().vocabSize();
        if (tokenizer.vocabularySize() > rows) {
            throw new TensorException("text model: the tokenizer has " + tokenizer.vocabularySize() + " tokens, the model only " + rows + " embeddings");
        }
    }

    /**
     * Opens a GGUF file, or a Hugging Face folder with config.json, weights and tokenizer.json.
     *
     * @param type in which matrices are kept in memory
     * @throws embedrl.models.checkpoint.ConfigException where the folder's model is no language model or its configuration is not computed here
     * @throws embedrl.models.gguf.GgufException         the same of a GGUF file
     * @throws TensorException                           where tensors or tokenizer do not fit the configuration
     */
    public static TextModel open(Path path, WeightType type) throws IOException {
        return Files.isDirectory(path) ? folder(path, type) : file(path, type);
    }

    private static TextModel file(Path path, WeightType type) throws IOException {
        try (GgufFile file = GgufFile.open(path)) {
            GgufCheckpoint.requireDecoder(file);
            Optional<ConversationTemplate> template =
                    file.metadata().contains("tokenizer.chat_template") ? Optional.of(ConversationTemplate.of(file.metadata())) : Optional.empty();
            BpeTokenizer tokenizer = GgufTokenizer.of(file.metadata());
            return new TextModel(GgufCheckpoint.load(file, type), tokenizer, GgufCheckpoint.endTokens(file), GgufCheckpoint.contextLength(file), template);
        }
    }

    private static TextModel folder(Path folder, WeightType type) throws IOException {
        LanguageModels.family(folder);
        BpeTokenizer tokenizer = BpeTokenizer.load(folder.resolve("tokenizer.json"));
        ConfigFile config = ConfigFile.read(folder.resolve("config.json"));
        Optional<ConversationTemplate> template = ConversationTemplate.isIn(folder) ? Optional.of(ConversationTemplate.load(folder)) : Optional.empty();
        return new TextModel(LanguageModels.load(folder, type), tokenizer, endTokens(folder, config), config.integer("max_position_embeddings", Integer.MAX_VALUE), template);
    }

    /** {@code eos_token_id} of generation_config.json, or else of config.json: one token or several. */
    private static Set<Integer> endTokens(Path folder, ConfigFile config) throws IOException {
        Set<Integer> tokens = GenerationDefaults.read(folder).endTokens();
        return tokens.isEmpty() ? Set.copyOf(config.integers("eos_token_id")) : tokens;
    }
}
