package embedrl.models;

import embedrl.models.chat.ConversationTemplate;
import embedrl.models.checkpoint.ConfigFile;
import embedrl.models.decoder.LanguageModel;
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
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
     */
    public static TextModel open(Path path, WeightType type) throws IOException {
        return Files.isDirectory(path) ? folder(path, type) : file(path, type);
    }

    private static TextModel file(Path path, WeightType type) throws IOException {
        try (GgufFile file = GgufFile.open(path)) {
            Optional<ConversationTemplate> template =
                    file.metadata().contains("tokenizer.chat_template") ? Optional.of(ConversationTemplate.of(file.metadata())) : Optional.empty();
            BpeTokenizer tokenizer = GgufTokenizer.of(file.metadata());
            return new TextModel(GgufCheckpoint.load(file, type), tokenizer, GgufCheckpoint.endTokens(file), GgufCheckpoint.contextLength(file), template);
        }
    }

    private static TextModel folder(Path folder, WeightType type) throws IOException {
        BpeTokenizer tokenizer = BpeTokenizer.load(folder.resolve("tokenizer.json"));
        int context = ConfigFile.read(folder.resolve("config.json")).integer("max_position_embeddings", Integer.MAX_VALUE);
        return new TextModel(LanguageModels.load(folder, type), tokenizer, endTokens(folder), context, template(folder));
    }

    private static Optional<ConversationTemplate> template(Path folder) throws IOException {
        boolean any = false;
        for (String name : new String[] {"chat_template.jinja", "chat_template.json"}) {
            any |= Files.exists(folder.resolve(name));
        }
        Path config = folder.resolve("tokenizer_config.json");
        any |= Files.exists(config) && json(config).has("chat_template");
        return any ? Optional.of(ConversationTemplate.load(folder)) : Optional.empty();
    }

    /** {@code eos_token_id} of generation_config.json, or else of config.json: one token or several. */
    private static Set<Integer> endTokens(Path folder) throws IOException {
        Set<Integer> tokens = new TreeSet<>();
        for (String name : new String[] {"generation_config.json", "config.json"}) {
            if (tokens.isEmpty() && Files.exists(folder.resolve(name))) {
                JsonNode end = json(folder.resolve(name)).path("eos_token_id");
                for (JsonNode id : end.isArray() ? end.values() : Set.of(end)) {
                    if (id.isInt()) {
                        tokens.add(id.intValue());
                    }
                }
            }
        }
        return tokens;
    }

    private static JsonNode json(Path file) throws IOException {
        return new JsonMapper().readTree(Files.readAllBytes(file));
    }
}
