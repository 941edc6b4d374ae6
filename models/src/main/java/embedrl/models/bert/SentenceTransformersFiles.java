package embedrl.models.bert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads from the small files of sentence-transformers how a folder's encoder is to be used. Vectors are divided by their norm in any case. */
final class SentenceTransformersFiles {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;

    SentenceTransformersFiles(Path folder) {
        this.folder = folder;
    }

    /** What {@code 1_Pooling/config.json} says; empty where there is none. */
    Optional<Pooling> pooling() throws IOException {
        Path file = folder.resolve(poolingFolder()).resolve("config.json");
        if (!Files.exists(file)) return Optional.empty();
        JsonNode root = read(file);
        boolean cls = false;
        boolean mean = false;
        for (var entry : root.properties()) {
            if (!entry.getKey().startsWith("pooling_mode_") || !entry.getValue().asBoolean(false)) continue;
            switch (entry.getKey()) {
                case "pooling_mode_cls_token" -> cls = true;
                case "pooling_mode_mean_tokens" -> mean = true;
                default -> throw new EncoderException(file + ": " + entry.getKey() + " is not known here; pooling_mode_mean_tokens and pooling_mode_cls_token are");
            }
        }
        if (cls == mean) throw new EncoderException(file + ": one of pooling_mode_mean_tokens and pooling_mode_cls_token must be true, found " + (cls ? "both" : "none"));
        return Optional.of(cls ? Pooling.CLS : Pooling.MEAN);
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

    /** The longest text that {@code sentence_bert_config.json} allows. */
    Optional<Integer> maxTokens() throws IOException {
        Path file = folder.resolve("sentence_bert_config.json");
        if (!Files.exists(file)) return Optional.empty();
        JsonNode most = read(file).path("max_seq_length");
        if (most.isMissingNode() || most.isNull()) return Optional.empty();
        if (!most.isIntegralNumber() || !most.canConvertToInt() || most.intValue() < 1) throw new EncoderException(file + ": max_seq_length must be a whole number from 1, found " + most);
        return Optional.of(most.intValue());
    }

    /** The prompt of one of these names in {@code config_sentence_transformers.json}. */
    Optional<String> prompt(String... names) throws IOException {
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
