package embedrl.models.tokenizer;

import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the section {@code normalizer}. */
final class NormalizerJson {
    private NormalizerJson() {}

    static TextNormalizer read(TokenizerJson json, JsonNode node) {
        List<TextNormalizer> steps = new ArrayList<>();
        for (JsonNode step : json.steps("normalizer", node, "normalizers")) {
            steps.add(step(json, step));
        }
        return steps.size() == 1 ? steps.getFirst() : new TextNormalizer.Sequence(steps);
    }

    private static TextNormalizer step(TokenizerJson json, JsonNode step) {
        String type = json.type("normalizer", step);
        return switch (type) {
            case "NFC", "NFD", "NFKC", "NFKD" -> new TextNormalizer.Unicode(Form.valueOf(type));
            case "Lowercase" -> new TextNormalizer.Lowercase();
            case "Prepend" -> new TextNormalizer.Prepend(json.text("normalizer.prepend", step.path("prepend")));
            case "Replace" -> new TextNormalizer.Replace(pattern(json, "normalizer", step), json.text("normalizer.content", step.path("content")));
            case "Strip" -> new TextNormalizer.Strip(json.flag("normalizer.strip_left", step.path("strip_left"), true),
                    json.flag("normalizer.strip_right", step.path("strip_right"), true));
            default -> throw json.error("normalizer", "NFC, NFD, NFKC, NFKD, Lowercase, Prepend, Replace, Strip or a Sequence of them", step);
        };
    }

    /** The text that a {@code Replace} looks for; regular expressions are refused. */
    static String pattern(TokenizerJson json, String field, JsonNode step) {
        JsonNode pattern = step.path("pattern");
        if (!pattern.isObject() || pattern.size() != 1 || !pattern.path("String").isString() || pattern.path("String").stringValue().isEmpty()) {
            throw json.error(field + ".pattern", "{\"String\": a text that is not empty}", pattern);
        }
        return pattern.path("String").stringValue();
    }

    static void write(ObjectNode root, TextNormalizer normalizer) {
        if (normalizer instanceof TextNormalizer.Sequence(List<TextNormalizer> steps)) {
            if (steps.isEmpty()) {
                root.putNull("normalizer");
                return;
            }
            ArrayNode array = root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
            flatten(steps).forEach(step -> writeStep(array.addObject(), step));
        } else {
            writeStep(root.putObject("normalizer"), normalizer);
        }
    }

    private static List<TextNormalizer> flatten(List<TextNormalizer> steps) {
        return steps.stream().flatMap(step -> step instanceof TextNormalizer.Sequence(List<TextNormalizer> inner)
                ? flatten(inner).stream() : java.util.stream.Stream.of(step)).toList();
    }

    private static void writeStep(ObjectNode node, TextNormalizer step) {
        switch (step) {
            case TextNormalizer.Unicode(Form form) -> node.put("type", form.name());
            case TextNormalizer.Lowercase() -> node.put("type", "Lowercase");
            case TextNormalizer.Prepend(String content) -> node.put("type", "Prepend").put("prepend", content);
            case TextNormalizer.Replace(String pattern, String content) -> {
                node.put("type", "Replace").putObject("pattern").put("String", pattern);
                node.put("content", content);
            }
            case TextNormalizer.Strip(boolean left, boolean right) -> node.put("type", "Strip").put("strip_left", left).put("strip_right", right);
            case TextNormalizer.Sequence sequence -> throw new IllegalArgumentException("normalizer: a Sequence in a Sequence is flattened before, got " + sequence);
        }
    }
}
