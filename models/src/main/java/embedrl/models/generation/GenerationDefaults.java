package embedrl.models.generation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a checkpoint wants to be sampled: its {@code generation_config.json}.
 *
 * @param endTokens tokens that end a continuation; may be empty
 * @param sample    whether tokens are drawn; else the best is taken
 * @param settings  how they are drawn
 */
public record GenerationDefaults(Set<Integer> endTokens, boolean sample, SamplingSettings settings) {
    /** The name of the file. */
    public static final String FILE = "generation_config.json";
    private static final GenerationDefaults NONE = new GenerationDefaults(Set.of(), false, SamplingSettings.UNCHANGED);
    private static final JsonMapper JSON = new JsonMapper();

    public GenerationDefaults {
        endTokens = Set.copyOf(endTokens);
    }

    /** What a folder states; greedy without end tokens where it has no such file. */
    public static GenerationDefaults read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) return NONE;
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            SamplingSettings settings = new SamplingSettings(number(json, "temperature", 1, file), json.path("top_k").asInt(0) > 0 ? json.path("top_k").intValue() : null,
                    json.hasNonNull("top_p") ? number(json, "top_p", 1, file) : null);
            return new GenerationDefaults(tokens(json.path("eos_token_id"), file), json.path("do_sample").asBoolean(false), settings);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static double number(JsonNode json, String key, double ifAbsent, Path file) {
        if (!json.hasNonNull(key)) return ifAbsent;
        if (!json.path(key).isNumber()) throw new IllegalArgumentException(file + ": " + key + " must be a number, found " + json.path(key));
        return json.path(key).doubleValue();
    }

    /** One identifier or several. */
    private static Set<Integer> tokens(JsonNode value, Path file) {
        Set<Integer> tokens = new TreeSet<>();
        if (value.isMissingNode() || value.isNull()) return tokens;
        Iterable<JsonNode> all = value.isArray() ? value : Set.of(value);
        for (JsonNode token : all) {
            if (!token.isIntegralNumber() || !token.canConvertToInt()) throw new IllegalArgumentException(file + ": eos_token_id must be a token or a list of tokens, found " + value);
            tokens.add(token.intValue());
        }
        return tokens;
    }
}
