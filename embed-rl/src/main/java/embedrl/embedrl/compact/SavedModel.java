package embedrl.embedrl.compact;

import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlCheckpoint;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.TokenizerException;
import embedrl.nn.checkpoint.DurableFiles;
import embedrl.nn.checkpoint.DurableFolder;
import embedrl.nn.checkpoint.SafetensorsException;
import embedrl.tensor.Executor;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A compact model with all that using it takes, and its folder: {@code config.json}, {@code model.safetensors}, {@code tokenizer.json}, and
 * {@code embedrl.json} for the rest. The folder is replaced as a whole.
 *
 * @param role      what the model was trained to be
 * @param art       name of the art of the scenes that it was trained on
 * @param study     the settings that it was trained with
 * @param model     its weights
 * @param tokenizer shared by all models of a study
 */
public record SavedModel(Role role, String art, StudyConfig study, Qwen3Vl model, BpeTokenizer tokenizer) {
    private static final String CARD = "embedrl.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    /** What a model was trained to be. */
    public enum Role {
        /** Writes T-CoTs. */
        REASONER,
        /** Makes vectors. */
        EMBEDDER;

        /** The name in files and messages. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The same origin with another model. */
    public SavedModel with(Role newRole, StudyConfig newStudy, Qwen3Vl newModel) {
        return new SavedModel(newRole, art, newStudy, newModel, tokenizer);
    }

    /** Models of this one's shape and tokenizer. */
    public CompactModels models(Executor executor) {
        return new CompactModels(tokenizer, model.config(), executor);
    }

    /** Replaces a folder by this model; where that fails, the old folder stays as it was. */
    public void save(Path folder) throws IOException {
        ObjectNode card = JSON.createObjectNode().put("version", VERSION).put("role", role.label()).put("art", art);
        card.set("study", JSON.valueToTree(study));
        try {
            new DurableFolder(folder).replace(next -> {
                Qwen3VlCheckpoint.save(model, next);
                tokenizer.save(next.resolve(TOKENIZER));
                DurableFiles.replace(next.resolve(CARD), JSON.writeValueAsBytes(card));
            });
        } catch (IOException failure) {
            String why = failure instanceof FileSystemException file && file.getReason() != null ? file.getReason() : failure.getMessage();
            throw new IOException("the " + role.label() + " could not be saved to " + folder + " (" + why + ")", failure);
        }
    }

    /**
     * Loads a folder.
     *
     * @throws NoSuchFileException where the folder or one of its files is missing
     * @throws SavedModelException where a file is damaged, or the model has another role
     */
    public static SavedModel load(Path folder, Role role) throws IOException {
        DurableFolder saved = new DurableFolder(folder);
        if (!saved.exists()) throw new NoSuchFileException(folder.toString(), null, Files.exists(folder) ? "is not a folder" : "there is no such folder");
        Path from = saved.current();
        for (String name : List.of(CARD, TOKENIZER))
            if (Files.notExists(from.resolve(name))) throw new NoSuchFileException(from.resolve(name).toString(), null, "the folder of a saved model needs it" + hint(from));
        try {
            JsonNode card = JSON.readTree(Files.readAllBytes(from.resolve(CARD)));
            if (card.path("version").asInt(0) != VERSION) throw wrong(from, "version", String.valueOf(VERSION), card);
            Role found = Arrays.stream(Role.values()).filter(r -> r.label().equals(card.path("role").asString(""))).findFirst()
                    .orElseThrow(() -> wrong(from, "role", "reasoner or embedder", card));
            if (found != role) throw new SavedModelException(folder + ": holds the " + found.label() + ", and the " + role.label() + " is needed");
            if (!card.path("art").isString()) throw wrong(from, "art", "a name", card);
            StudyConfig study = JSON.treeToValue(card.path("study"), StudyConfig.class);
            if (study == null) throw wrong(from, "study", "settings", card);
            BpeTokenizer tokenizer = BpeTokenizer.load(from.resolve(TOKENIZER));
            Qwen3Vl model = Qwen3VlCheckpoint.load(from);
            if (model.config().text().vocabSize() != tokenizer.vocabularySize())
                throw new SavedModelException(folder + ": model and tokenizer must agree on the vocabulary, got " + model.config().text().vocabSize() + " and "
                        + tokenizer.vocabularySize() + " tokens");
            return new SavedModel(found, card.path("art").asString(), study, model, tokenizer);
        } catch (JacksonException broken) {
            throw new SavedModelException(from.resolve(CARD) + ": " + broken.getOriginalMessage().lines().findFirst().orElse("not valid JSON"), broken);
        } catch (IllegalArgumentException | TensorException | TokenizerException | SafetensorsException broken) {
            String message = String.valueOf(broken.getMessage());
            throw new SavedModelException(message.contains(from.toString()) ? message : folder + ": " + message, broken);
        }
    }

    /** Throws where two models cannot work together: other tokens, another shape, or scenes of another art. */
    public void requireFits(SavedModel other) {
        String pair = "the " + role.label() + " and the " + other.role.label() + " must come from one study, but their ";
        if (!tokenizer.definition().equals(other.tokenizer.definition()))
            throw new SavedModelException(pair + "vocabularies differ (" + tokenizer.vocabularySize() + " and " + other.tokenizer.vocabularySize() + " tokens)");
        if (!model.config().equals(other.model.config()))
            throw new SavedModelException(pair + "architectures differ: " + model.config().text() + " and " + other.model.config().text());
        if (!art.equals(other.art)) throw new SavedModelException(pair + "data differ: " + art + " and " + other.art);
    }

    private static SavedModelException wrong(Path folder, String field, String expected, JsonNode card) {
        return new SavedModelException(folder.resolve(CARD) + ": '" + field + "' must be " + expected + ", found " + (card.has(field) ? card.path(field) : "nothing"));
    }

    // People give the run's folder where they mean a model in it.
    private static String hint(Path folder) throws IOException {
        Path checkpoints = folder.resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) return "";
        try (var names = Files.list(checkpoints)) {
            return "; this is a run, its models are " + String.join(", ", names.filter(model -> Files.exists(model.resolve(CARD))).map(Path::toString).sorted().toList());
        }
    }
}
