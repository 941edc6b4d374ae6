package embedrl.models.tokenizer;

import embedrl.models.tokenizer.BatchRules.Cut;
import embedrl.models.tokenizer.BatchRules.Fill;
import embedrl.models.tokenizer.BatchRules.Side;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the sections {@code truncation} and {@code padding} of a tokenizer file. What is not known here is refused by name. */
final class BatchRulesJson {
    private static final int LONGEST = 1 << 24;

    private BatchRulesJson() {}

    static BatchRules read(TokenizerJson json, JsonNode root) {
        return new BatchRules(cut(json, root.path("truncation")), fill(json, root.path("padding")));
    }

    private static Optional<Cut> cut(TokenizerJson json, JsonNode node) {
        if (TokenizerJson.isAbsent(node)) {
            return Optional.empty();
        }
        object(json, "truncation", node, Set.of("direction", "max_length", "strategy", "stride"));
        if (node.has("stride")) {
            json.whole("truncation.stride", node.path("stride"));
        }
        Truncation which = switch (node.path("strategy").asString("")) {
            case "LongestFirst" -> Truncation.LONGEST_FIRST;
            case "OnlyFirst" -> Truncation.ONLY_FIRST;
            case "OnlySecond" -> Truncation.ONLY_SECOND;
            default -> throw json.error("truncation.strategy", "\"LongestFirst\", \"OnlyFirst\" or \"OnlySecond\"", node.path("strategy"));
        };
        return Optional.of(new Cut(json.whole("truncation.max_length", node.path("max_length")), which, side(json, "truncation.direction", node.path("direction"))));
    }

    private static Optional<Fill> fill(TokenizerJson json, JsonNode node) {
        if (TokenizerJson.isAbsent(node)) {
            return Optional.empty();
        }
        object(json, "padding", node, Set.of("strategy", "direction", "pad_to_multiple_of", "pad_id", "pad_type_id", "pad_token"));
        JsonNode strategy = node.path("strategy");
        Optional<Integer> length;
        if (strategy.isString() && strategy.stringValue().equals("BatchLongest")) {
            length = Optional.empty();
        } else if (strategy.isObject() && strategy.size() == 1 && strategy.has("Fixed")) {
            length = Optional.of(bounded(json, "padding.strategy.Fixed", strategy.path("Fixed")));
        } else {
            throw json.error("padding.strategy", "\"BatchLongest\" or {\"Fixed\": length}", strategy);
        }
        JsonNode multiple = node.path("pad_to_multiple_of");
        int rounded = TokenizerJson.isAbsent(multiple) ? 1 : Math.max(1, bounded(json, "padding.pad_to_multiple_of", multiple));
        return Optional.of(new Fill(length, rounded, side(json, "padding.direction", node.path("direction")), json.whole("padding.pad_id", node.path("pad_id")),
                json.whole("padding.pad_type_id", node.path("pad_type_id")), json.text("padding.pad_token", node.path("pad_token"))));
    }

    /** Lengths to which texts are filled up take memory, so that they have a limit. */
    private static int bounded(TokenizerJson json, String field, JsonNode value) {
        if (json.whole(field, value) > LONGEST) {
            throw json.error(field, "at most " + LONGEST, value);
        }
        return value.intValue();
    }

    private static void object(TokenizerJson json, String field, JsonNode node, Set<String> known) {
        if (!node.isObject()) {
            throw json.error(field, "an object or null", node);
        }
        json.knownFields(field, node, known);
    }

    private static Side side(TokenizerJson json, String field, JsonNode value) {
        return switch (TokenizerJson.isAbsent(value) ? "Right" : value.asString("")) {
            case "Right" -> Side.RIGHT;
            case "Left" -> Side.LEFT;
            default -> throw json.error(field, "\"Left\" or \"Right\"", value);
        };
    }

    static void write(ObjectNode root, BatchRules rules) {
        rules.cut().ifPresentOrElse(cut -> root.putObject("truncation").put("direction", name(cut.side())).put("max_length", cut.maxTokens()).put("strategy", switch (cut.which()) {
            case LONGEST_FIRST -> "LongestFirst";
            case ONLY_FIRST -> "OnlyFirst";
            case ONLY_SECOND -> "OnlySecond";
        }).put("stride", 0), () -> root.putNull("truncation"));
        rules.fill().ifPresentOrElse(fill -> {
            ObjectNode padding = root.putObject("padding");
            fill.length().ifPresentOrElse(length -> padding.putObject("strategy").put("Fixed", length), () -> padding.put("strategy", "BatchLongest"));
            padding.put("direction", name(fill.side())).put("pad_to_multiple_of", fill.multipleOf() == 1 ? null : fill.multipleOf()).put("pad_id", fill.id())
                    .put("pad_type_id", fill.typeId()).put("pad_token", fill.token());
        }, () -> root.putNull("padding"));
    }

    private static String name(Side side) {
        return side == Side.LEFT ? "Left" : "Right";
    }
}
