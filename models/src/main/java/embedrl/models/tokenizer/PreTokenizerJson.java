package embedrl.models.tokenizer;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the section {@code pre_tokenizer}. */
final class PreTokenizerJson {
    private static final String FIELD = "pre_tokenizer";

    private PreTokenizerJson() {}

    static PreTokenizer read(TokenizerJson json, JsonNode node) {
        List<PreTokenizer.Step> steps = new ArrayList<>();
        for (JsonNode step : json.steps(FIELD, node, "pretokenizers")) {
            steps.add(switch (json.type(FIELD, step)) {
                case "Digits" -> new PreTokenizer.Digits(json.flag(FIELD + ".individual_digits", step.path("individual_digits"), false));
                case "Split" -> split(json, step);
                case "ByteLevel" -> new PreTokenizer.ByteLevel(json.flag(FIELD + ".add_prefix_space", step.path("add_prefix_space"), true),
                        json.flag(FIELD + ".use_regex", step.path("use_regex"), true));
                default -> throw json.error(FIELD, "Digits, Split, ByteLevel or a Sequence of them", step);
            });
        }
        return new PreTokenizer(steps);
    }

    private static PreTokenizer.Step split(TokenizerJson json, JsonNode step) {
        JsonNode expression = step.path("pattern").path("Regex");
        if (!expression.isString()) {
            throw json.error(FIELD + ".pattern", "{\"Regex\": an expression}", step.path("pattern"));
        }
        String behavior = json.text(FIELD + ".behavior", step.path("behavior"));
        boolean invert = json.flag(FIELD + ".invert", step.path("invert"), false);
        // The known expressions match every character, so that keeping the matches and dropping the rest is the same.
        if (!(behavior.equals("Isolated") && !invert) && !(behavior.equals("Removed") && invert)) {
            throw json.error(FIELD, "a Split that is Isolated, or inverted and Removed", step);
        }
        return new PreTokenizer.Split(WordPattern.of(expression.stringValue()).orElseThrow(() -> json.error(FIELD,
                "an expression that is one of the known ones (GPT-2, Qwen2, Qwen3.5, Llama 3, GPT-4o)", expression)));
    }

    static void write(ObjectNode root, PreTokenizer preTokenizer) {
        if (preTokenizer.steps().isEmpty()) {
            root.putNull(FIELD);
            return;
        }
        ArrayNode steps = root.putObject(FIELD).put("type", "Sequence").putArray("pretokenizers");
        for (PreTokenizer.Step step : preTokenizer.steps()) {
            switch (step) {
                case PreTokenizer.Digits(boolean individual) -> steps.addObject().put("type", "Digits").put("individual_digits", individual);
                case PreTokenizer.Split(WordPattern pattern) -> {
                    ObjectNode split = steps.addObject().put("type", "Split");
                    split.putObject("pattern").put("Regex", pattern.expression());
                    split.put("behavior", "Isolated").put("invert", false);
                }
                case PreTokenizer.ByteLevel(boolean prefixSpace, boolean useRegex) -> steps.addObject().put("type", "ByteLevel")
                        .put("add_prefix_space", prefixSpace).put("trim_offsets", true).put("use_regex", useRegex);
            }
        }
    }
}
