package embedrl.models.bert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads from the small files of sentence-transformers how a folder's model is to be used. Vectors are divided by their norm in any case. The longest text is what
 * sentence_bert_config.json says, or else tokenizer_config.json, as sentence-transformers has it; a network's own limit comes on top.
 */
public final class SentenceTransformersFiles {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;

    private SentenceTransformersFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * The use that a folder's files state; what they leave open is as in the family.
     *
     * @param family  what the name of the model tells
     * @return empty where neither tells the pooling
     */
    public static Optional<EncoderUse> use(Path folder, Optional<EncoderUse> family) throws IOException {
        SentenceTransformersFiles files = new SentenceTransformersFiles(folder);
        Optional<Pooling> pooling = files.pooling().or(() -> family.map(EncoderUse::pooling));
        if (pooling.isEmpty()) return Optional.empty();
        String query = files.prompt("query").orElse(family.map(EncoderUse::queryPrefix).orElse(""));
        String passage = files.prompt("document", "passage", "corpus").orElse(family.map(EncoderUse::passagePrefix).orElse(""));
        return Optional.of(new EncoderUse(pooling.get(), query, passage, files.maxTokens().orElse(family.map(EncoderUse::maxTokens).orElse(EncoderUse.ALL))));
    }

    /** What {@code 1_Pooling/config.json} says; empty where there is none. */
    private Optional<Pooling> pooling() throws IOException {
        Path file = folder.resolve(poolingFolder()).resolve("config.json");
        if (!Files.exists(file)) return Optional.empty();
        JsonNode root = read(file);
        List<Pooling> found = new ArrayList<>();
        for (var entry : root.properties()) {
            if (!entry.getKey().startsWith("pooling_mode_") || !entry.getValue().asBoolean(false)) continue;
            switch (entry.getKey()) {
                case "pooling_mode_cls_token" -> found.add(Pooling.CLS);
                case "pooling_mode_mean_tokens" -> found.add(Pooling.MEAN);
                case "pooling_mode_lasttoken" -> found.add(Pooling.LAST);
                default -> throw new EncoderException(file + ": " + entry.getKey() + " is not known here; pooling_mode_mean_tokens, pooling_mode_cls_token and pooling_mode_lasttoken are");
            }
        }
        if (found.size() != 1) throw new EncoderException(file + ": one of pooling_mode_mean_tokens, pooling_mode_cls_token and pooling_mode_lasttoken must be true, found " + found.size());
        if (!root.path("include_prompt").asBoolean(true)) throw new EncoderException(file + ": include_prompt must be true, found false: prompts are pooled with their texts here");
        return Optional.of(found.getFirst());
    }

    private String poolingFolder() throws IOException {
        Path file = folder.resolve("modules.json");
        if (!Files.exists(file)) return "1_Pooling";
        String pooling = "1_Pooling";
        for (JsonNode module : read(file)) {
            String type = module.path("type").asString("");
            String name = type.substring(type.lastIndexOf('.') + 1);
            switch (name) {
                case "Transformer", "Normalize" -> { }
                case "Pooling" -> pooling = inside(file, module.path("path").asString(""));
                default -> throw new EncoderException(file + ": the module '" + type + "' is not known here; Transformer, Pooling and Normalize are");
            }
        }
        return pooling;
    }

    private static String inside(Path file, String name) {
        if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\"))
            throw new EncoderException(file + ": the path of a module is a folder's name, got '" + name + "'");
        return name;
    }

    /** The longest text that {@code sentence_bert_config.json} allows, or else {@code tokenizer_config.json}. */
    private Optional<Integer> maxTokens() throws IOException {
        Optional<Integer> stated = maxTokens("sentence_bert_config.json", "max_seq_length");
        return stated.isPresent() ? stated : maxTokens("tokenizer_config.json", "model_max_length");
    }

    private Optional<Integer> maxTokens(String name, String key) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) return Optional.empty();
        JsonNode most = read(file).path(key);
        if (most.isMissingNode() || most.isNull()) return Optional.empty();
        if (!most.isNumber() || !(most.doubleValue() >= 1) || most.doubleValue() != Math.rint(most.doubleValue()))
            throw new EncoderException(file + ": " + key + " must be a whole number from 1, found " + most);
        return Optional.of((int) Math.min(EncoderUse.ALL, most.doubleValue()));   // tokenizers without a limit state 10^30
    }

    /** The prompt of one of these names in {@code config_sentence_transformers.json}. */
    private Optional<String> prompt(String... names) throws IOException {
        Path file = folder.resolve("config_sentence_transformers.json");
        if (!Files.exists(file)) return Optional.empty();
        JsonNode prompts = read(file).path("prompts");
        for (String name : names) if (prompts.path(name).isString()) return Optional.of(prompts.path(name).asString());
        return Optional.empty();
    }

    private static JsonNode read(Path file) throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new EncoderException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
    }
}
