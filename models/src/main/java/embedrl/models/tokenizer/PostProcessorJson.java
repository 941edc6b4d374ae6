package embedrl.models.tokenizer;

import embedrl.models.tokenizer.SequenceTemplate.Piece;
import embedrl.models.tokenizer.SequenceTemplate.Text;
import embedrl.models.tokenizer.SequenceTemplate.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the section {@code post_processor}: special tokens around texts, and what counts to the range of a token. */
final class PostProcessorJson {
    private static final String FIELD = "post_processor";
    // Templates have a handful; far more would only make every text long.
    private static final int MOST_PIECES = 64;

    private SequenceTemplate template;
    private OffsetTrim trim = OffsetTrim.NONE;

    private PostProcessorJson() {}

    static PostProcessorJson read(TokenizerJson json, JsonNode node) {
        PostProcessorJson result = new PostProcessorJson();
        for (JsonNode step : json.steps(FIELD, node, "processors")) {
            result.step(json, step);
        }
        return result;
    }

    SequenceTemplate template() {
        return template == null ? SequenceTemplate.NONE : template;
    }

    OffsetTrim trim() {
        return trim;
    }

    private void step(TokenizerJson json, JsonNode step) {
        switch (json.type(FIELD, step)) {
            case "ByteLevel" -> trim(json, step);
            case "TemplateProcessing" -> set(json, step, template(json, step));
            case "BertProcessing" -> set(json, step, bert(json, step));
            case "RobertaProcessing" -> {
                trim(json, step);
                Token begin = new Token(special(json, step, "cls"), 0);
                Token end = new Token(special(json, step, "sep"), 0);
                set(json, step, new SequenceTemplate(List.of(begin, new Text(0, 0), end),
                        List.of(begin, new Text(0, 0), end, end, new Text(1, 0), end)));
            }
            default -> throw json.error(FIELD, "ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing or a Sequence of them", step);
        }
    }

    private void set(TokenizerJson json, JsonNode step, SequenceTemplate found) {
        if (template != null) {
            throw json.error(FIELD, "special tokens from one step only", step);
        }
        template = found;
    }

    private void trim(TokenizerJson json, JsonNode step) {
        if (json.flag(FIELD + ".trim_offsets", step.path("trim_offsets"), true)) {
            trim = json.flag(FIELD + ".add_prefix_space", step.path("add_prefix_space"), true) ? OffsetTrim.KEEP_PREFIX : OffsetTrim.WHITE_SPACE;
        }
    }

    private static int special(TokenizerJson json, JsonNode step, String name) {
        JsonNode pair = step.path(name);
        if (!pair.isArray() || pair.size() != 2 || !pair.get(0).isString()) {
            throw json.error(FIELD + "." + name, "[token, identifier]", pair);
        }
        return json.integer(FIELD + "." + name + "[1]", pair.get(1));
    }

    /** The template of a {@code BertProcessing}. */
    static SequenceTemplate bert(TokenizerJson json, JsonNode step) {
        return SequenceTemplate.bert(special(json, step, "cls"), special(json, step, "sep"));
    }

    /** The template of a {@code TemplateProcessing}. */
    static SequenceTemplate template(TokenizerJson json, JsonNode step) {
        return new SequenceTemplate(pieces(json, step, "single"), pieces(json, step, "pair"));
    }

    private static List<Piece> pieces(TokenizerJson json, JsonNode step, String name) {
        List<Piece> pieces = new ArrayList<>();
        for (JsonNode piece : json.elements(FIELD + "." + name, step.path(name))) {
            String field = FIELD + "." + name + "[" + pieces.size() + "]";
            JsonNode content = piece.has("Sequence") ? piece.path("Sequence") : piece.path("SpecialToken");
            String id = json.text(field, content.path("id"));
            int type = json.whole(field + ".type_id", content.path("type_id"));
            if (!piece.has("Sequence")) {
                List<JsonNode> ids = json.elements(FIELD + ".special_tokens", step.path("special_tokens").path(id).path("ids"));
                if (ids.isEmpty()) {
                    throw json.error(field, "a token with identifiers in special_tokens", content);
                }
                if (pieces.size() + ids.size() > MOST_PIECES) {
                    throw json.error(FIELD + "." + name, "at most " + MOST_PIECES + " tokens", step.path(name));
                }
                ids.forEach(value -> pieces.add(new Token(json.integer(FIELD + ".special_tokens." + id, value), type)));
            } else if (id.equals("A") || id.equals("B")) {
                pieces.add(new Text(id.equals("A") ? 0 : 1, type));
            } else {
                throw json.error(field, "Sequence A or B", content);
            }
        }
        return pieces;
    }

    static void write(ObjectNode root, BpeDefinition definition, IntFunction<String> tokens) {
        boolean plain = definition.template().equals(SequenceTemplate.NONE);
        if (plain && definition.trim() == OffsetTrim.NONE) {
            root.putNull(FIELD);
            return;
        }
        ArrayNode steps = root.putObject(FIELD).put("type", "Sequence").putArray("processors");
        if (definition.trim() != OffsetTrim.NONE) {
            steps.addObject().put("type", "ByteLevel").put("add_prefix_space", definition.trim() == OffsetTrim.KEEP_PREFIX)
                    .put("trim_offsets", true).put("use_regex", true);
        }
        if (!plain) {
            writeTemplate(steps.addObject(), definition.template(), tokens);
        }
    }

    private static void writeTemplate(ObjectNode node, SequenceTemplate template, IntFunction<String> tokens) {
        node.put("type", "TemplateProcessing");
        writePieces(node.putArray("single"), template.single(), tokens);
        writePieces(node.putArray("pair"), template.pair(), tokens);
        Map<String, Integer> used = new LinkedHashMap<>();
        Stream.concat(template.single().stream(), template.pair().stream()).forEach(piece -> {
            if (piece instanceof Token token) {
                used.put(tokens.apply(token.id()), token.id());
            }
        });
        ObjectNode special = node.putObject("special_tokens");
        used.forEach((token, id) -> {
            ObjectNode entry = special.putObject(token).put("id", token);
            entry.putArray("ids").add(id);
            entry.putArray("tokens").add(token);
        });
    }

    private static void writePieces(ArrayNode array, List<Piece> pieces, IntFunction<String> tokens) {
        for (Piece piece : pieces) {
            switch (piece) {
                case Token(int id, int type) -> array.addObject().putObject("SpecialToken").put("id", tokens.apply(id)).put("type_id", type);
                case Text(int sequence, int type) -> array.addObject().putObject("Sequence").put("id", sequence == 0 ? "A" : "B").put("type_id", type);
            }
        }
    }
}
