package embedrl.models.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the Hugging Face {@code tokenizer.json} of WordPiece tokenizers. What would change identifiers and is not known here is refused. */
final class WordPieceFile {
    private WordPieceFile() {}

    static WordPieceDefinition read(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString(), null, "a model needs a tokenizer.json");
        }
        return parse(path.toString(), Files.readAllBytes(path));
    }

    /** source names the file in errors. */
    static WordPieceDefinition parse(String source, byte[] bytes) {
        TokenizerJson json = new TokenizerJson(source);
        try {
            return definition(json, json.parse(bytes));
        } catch (IllegalArgumentException | TokenizerException e) {
            throw e.getMessage().startsWith(source) ? e : new TokenizerException(source + ": " + e.getMessage(), e);
        }
    }

    private static WordPieceDefinition definition(TokenizerJson json, JsonNode root) {
        JsonNode model = root.path("model");
        if (!model.path("type").asString("WordPiece").equals("WordPiece")) {
            throw json.error("model.type", "\"WordPiece\"", model.path("type"));
        }
        if (!(model.path("vocab") instanceof ObjectNode vocabulary)) {
            throw json.error("model.vocab", "an object", model.path("vocab"));
        }
        if (!root.path("pre_tokenizer").path("type").asString("").equals("BertPreTokenizer")) {
            throw json.error("pre_tokenizer", "BertPreTokenizer", root.path("pre_tokenizer"));
        }
        Map<String, Integer> ids = new LinkedHashMap<>(2 * vocabulary.size());
        vocabulary.properties().forEach(entry -> ids.put(entry.getKey(), json.whole("model.vocab." + entry.getKey(), entry.getValue())));
        String prefix = text(json, "model.continuing_subword_prefix", model.path("continuing_subword_prefix"), "##");
        int most = model.has("max_input_chars_per_word") ? json.whole("model.max_input_chars_per_word", model.path("max_input_chars_per_word")) : 100;
        return new WordPieceDefinition(ids, text(json, "model.unk_token", model.path("unk_token"), "[UNK]"), prefix, most,
                TokenizerFile.addedTokens(json, root.path("added_tokens")), normalizer(json, root.path("normalizer")),
                template(json, root.path("post_processor")), cleanUp(json, root.path("decoder"), prefix), BatchRulesJson.read(json, root));
    }

    private static BertNormalizer normalizer(TokenizerJson json, JsonNode node) {
        if (TokenizerJson.isAbsent(node)) {
            return BertNormalizer.NONE;
        }
        if (!node.path("type").asString("").equals("BertNormalizer")) {
            throw json.error("normalizer", "BertNormalizer", node);
        }
        boolean lowercase = flag(json, node, "lowercase", true);
        return new BertNormalizer(flag(json, node, "clean_text", true), flag(json, node, "handle_chinese_chars", true), flag(json, node, "strip_accents", lowercase),
                lowercase);
    }

    private static boolean flag(TokenizerJson json, JsonNode node, String field, boolean ifAbsent) {
        return json.flag("normalizer." + field, node.path(field), ifAbsent);
    }

    private static SequenceTemplate template(TokenizerJson json, JsonNode node) {
        if (TokenizerJson.isAbsent(node)) {
            return SequenceTemplate.NONE;
        }
        return switch (node.path("type").asString("")) {
            case "BertProcessing" -> PostProcessorJson.bert(json, node);
            case "TemplateProcessing" -> PostProcessorJson.template(json, node);
            default -> throw json.error("post_processor", "BertProcessing or TemplateProcessing", node);
        };
    }

    private static boolean cleanUp(TokenizerJson json, JsonNode node, String prefix) {
        if (TokenizerJson.isAbsent(node)) {
            return true;
        }
        if (!node.path("type").asString("").equals("WordPiece") || !text(json, "decoder.prefix", node.path("prefix"), "##").equals(prefix)) {
            throw json.error("decoder", "WordPiece with the prefix \"" + prefix + "\"", node);
        }
        return node.path("cleanup").asBoolean(true);
    }

    private static String text(TokenizerJson json, String field, JsonNode value, String ifAbsent) {
        return TokenizerJson.isAbsent(value) ? ifAbsent : json.text(field, value);
    }
}
