package embedrl.models.tokenizer;

import embedrl.models.tokenizer.SequenceTemplate.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads the Hugging Face {@code tokenizer.json} of WordPiece tokenizers. What would change identifiers and is not known here is refused; truncation and padding are not read. */
final class WordPieceFile {
    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final int MOST_PIECES = 64;

    private final String source;

    private WordPieceFile(String source) {
        this.source = source;
    }

    static WordPieceDefinition read(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString(), null, "a model needs a tokenizer.json");
        }
        return parse(path.toString(), Files.readAllBytes(path));
    }

    /** source names the file in errors. */
    static WordPieceDefinition parse(String source, byte[] json) {
        try {
            return new WordPieceFile(source).definition(JSON.readTree(json));
        } catch (JacksonException e) {
            throw new TokenizerException(source + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException | TokenizerException e) {
            throw e.getMessage().startsWith(source) ? e : new TokenizerException(source + ": " + e.getMessage(), e);
        }
    }

    private WordPieceDefinition definition(JsonNode root) {
        JsonNode model = root.path("model");
        if (!model.path("type").asString("WordPiece").equals("WordPiece")) {
            throw error("model.type", "\"WordPiece\"", model.path("type"));
        }
        if (!(model.path("vocab") instanceof ObjectNode vocabulary)) {
            throw error("model.vocab", "an object", model.path("vocab"));
        }
        if (!root.path("pre_tokenizer").path("type").asString("").equals("BertPreTokenizer")) {
            throw error("pre_tokenizer", "BertPreTokenizer", root.path("pre_tokenizer"));
        }
        Map<String, Integer> ids = new LinkedHashMap<>(2 * vocabulary.size());
        vocabulary.properties().forEach(entry -> ids.put(entry.getKey(), number("model.vocab." + entry.getKey(), entry.getValue())));
        String prefix = text("model.continuing_subword_prefix", model.path("continuing_subword_prefix"), "##");
        int most = model.has("max_input_chars_per_word") ? number("model.max_input_chars_per_word", model.path("max_input_chars_per_word")) : 100;
        return new WordPieceDefinition(ids, text("model.unk_token", model.path("unk_token"), "[UNK]"), prefix, most, addedTokens(root.path("added_tokens")),
                normalizer(root.path("normalizer")), template(root.path("post_processor")), cleanUp(root.path("decoder"), prefix));
    }

    private BertNormalizer normalizer(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return BertNormalizer.NONE;
        }
        if (!node.path("type").asString("").equals("BertNormalizer")) {
            throw error("normalizer", "BertNormalizer", node);
        }
        boolean lowercase = flag(node, "lowercase", true);
        return new BertNormalizer(flag(node, "clean_text", true), flag(node, "handle_chinese_chars", true), flag(node, "strip_accents", lowercase), lowercase);
    }

    private boolean flag(JsonNode node, String field, boolean ifAbsent) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return ifAbsent;
        }
        if (!value.isBoolean()) {
            throw error("normalizer." + field, "true, false or null", value);
        }
        return value.booleanValue();
    }

    private List<AddedToken> addedTokens(JsonNode node) {
        List<AddedToken> tokens = new ArrayList<>();
        for (JsonNode token : node) {
            String field = "added_tokens[" + tokens.size() + "]";
            if (!token.path("content").isString()) {
                throw error(field + ".content", "a string", token.path("content"));
            }
            boolean special = token.path("special").asBoolean(false);
            tokens.add(new AddedToken(number(field + ".id", token.path("id")), token.path("content").asString(), special, token.path("normalized").asBoolean(!special),
                    token.path("single_word").asBoolean(false), token.path("lstrip").asBoolean(false), token.path("rstrip").asBoolean(false)));
        }
        return tokens;
    }

    private SequenceTemplate template(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return SequenceTemplate.NONE;
        }
        return switch (node.path("type").asString("")) {
            case "BertProcessing" -> SequenceTemplate.bert(number("post_processor.cls[1]", node.path("cls").path(1)), number("post_processor.sep[1]", node.path("sep").path(1)));
            case "TemplateProcessing" -> new SequenceTemplate(pieces(node, "single"), pieces(node, "pair"));
            default -> throw error("post_processor", "BertProcessing or TemplateProcessing", node);
        };
    }

    private List<Piece> pieces(JsonNode node, String name) {
        List<Piece> pieces = new ArrayList<>();
        for (JsonNode piece : node.path(name)) {
            String field = "post_processor." + name + "[" + pieces.size() + "]";
            if (piece.has("Sequence")) {
                int sequence = switch (piece.at("/Sequence/id").asString("")) {
                    case "A" -> 0;
                    case "B" -> 1;
                    default -> throw error(field, "sequence A or B", piece);
                };
                pieces.add(new SequenceTemplate.Text(sequence, number(field + ".type_id", piece.at("/Sequence/type_id"))));
                continue;
            }
            JsonNode ids = node.path("special_tokens").path(piece.at("/SpecialToken/id").asString("")).path("ids");
            if (!ids.isArray() || ids.isEmpty()) {
                throw error(field, "a sequence or a token of special_tokens", piece);
            }
            int type = number(field + ".type_id", piece.at("/SpecialToken/type_id"));
            ids.forEach(id -> pieces.add(new SequenceTemplate.Token(number(field + ".ids", id), type)));
            if (pieces.size() > MOST_PIECES) {
                throw error("post_processor." + name, "at most " + MOST_PIECES + " pieces", node.path(name));
            }
        }
        return pieces;
    }

    private boolean cleanUp(JsonNode node, String prefix) {
        if (node.isMissingNode() || node.isNull()) {
            return true;
        }
        if (!node.path("type").asString("").equals("WordPiece") || !text("decoder.prefix", node.path("prefix"), "##").equals(prefix)) {
            throw error("decoder", "WordPiece with the prefix \"" + prefix + "\"", node);
        }
        return node.path("cleanup").asBoolean(true);
    }

    private String text(String field, JsonNode value, String ifAbsent) {
        if (value.isMissingNode() || value.isNull()) {
            return ifAbsent;
        }
        if (!value.isString()) {
            throw error(field, "a string", value);
        }
        return value.asString();
    }

    private int number(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
            throw error(field, "a whole number", value);
        }
        return value.intValue();
    }

    private TokenizerException error(String field, String expected, JsonNode found) {
        String text = found.isMissingNode() ? "nothing" : found.toString();
        return new TokenizerException(source + ": " + field + ": expected " + expected + ", found " + (text.length() > 200 ? text.substring(0, 200) + "…" : text));
    }
}
