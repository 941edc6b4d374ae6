package embedrl.models.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Typed access to the fields of an untrusted tokenizer file; every error names the file, the field, what was expected and what was found. */
final class TokenizerJson {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final int LONGEST_SHOWN = 200;

    private final String source;

    TokenizerJson(String source) {
        this.source = source;
    }

    JsonNode parse(byte[] json) {
        try {
            JsonNode root = JSON.readTree(json);
            return root == null ? MissingNode.getInstance() : root;
        } catch (JacksonException e) {
            throw new TokenizerException(source + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    /** The {@code type} of an object; an error where it is none. */
    String type(String field, JsonNode node) {
        if (!node.isObject()) {
            throw error(field, "an object with a type", node);
        }
        return text(field + ".type", node.path("type"));
    }

    boolean flag(String field, JsonNode value, boolean absent) {
        if (isAbsent(value)) {
            return absent;
        }
        if (!value.isBoolean()) {
            throw error(field, "true or false", value);
        }
        return value.booleanValue();
    }

    String text(String field, JsonNode value) {
        if (!value.isString()) {
            throw error(field, "a string", value);
        }
        return value.stringValue();
    }

    int integer(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw error(field, "an integer of 32 bits", value);
        }
        return value.intValue();
    }

    /** An integer of at least 0. */
    int whole(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
            throw error(field, "a whole number", value);
        }
        return value.intValue();
    }

    /** The elements of an array; none where it is absent. */
    List<JsonNode> elements(String field, JsonNode node) {
        if (isAbsent(node)) {
            return List.of();
        }
        if (!node.isArray()) {
            throw error(field, "an array", node);
        }
        List<JsonNode> elements = new ArrayList<>(node.size());
        node.forEach(elements::add);
        return elements;
    }

    /** The steps of a {@code Sequence}, sequences in it taken apart; none where it is absent; else the node itself. */
    List<JsonNode> steps(String field, JsonNode node, String list) {
        if (isAbsent(node)) {
            return List.of();
        }
        if (!type(field, node).equals("Sequence")) {
            return List.of(node);
        }
        List<JsonNode> steps = new ArrayList<>();
        for (JsonNode element : elements(field + "." + list, node.path(list))) {
            steps.addAll(steps(field, element, list));
        }
        return steps;
    }

    /** Refuses fields that would mean something that is not known here. */
    void knownFields(String field, JsonNode node, Set<String> known) {
        node.propertyNames().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw error(field, "only the fields " + known.stream().sorted().toList(), node.path(name), name);
        });
    }

    TokenizerException error(String field, String expected, JsonNode found) {
        return new TokenizerException(source + ": " + field + ": expected " + expected + ", found " + shown(found));
    }

    TokenizerException error(String field, String expected, JsonNode found, String name) {
        return new TokenizerException(source + ": " + field + ": expected " + expected + ", found '" + name + "': " + shown(found));
    }

    private static String shown(JsonNode found) {
        String text = found.isMissingNode() ? "nothing" : found.toString();
        return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text;
    }

    String source() {
        return source;
    }
}
