package embedrl.models.tokenizer;

import embedrl.models.tokenizer.BpeDefinition.Merge;
import embedrl.nn.checkpoint.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the Hugging Face {@code tokenizer.json} of byte-pair-encoding tokenizers.
 *
 * <p>What would change identifiers, ranges or text and is not known here is refused.
 */
public final class TokenizerFile {
    private TokenizerFile() {}

    /** Reads a definition. */
    public static BpeDefinition read(Path path) throws IOException {
        return parse(path.toString(), Files.readAllBytes(path));
    }

    /** Reads a definition from the bytes of a file; {@code source} names it in errors. */
    public static BpeDefinition parse(String source, byte[] bytes) {
        TokenizerJson json = new TokenizerJson(source);
        JsonNode root = json.parse(bytes);
        try {
            return definition(json, root);
        } catch (IllegalArgumentException | TokenizerException e) {
            throw e.getMessage().startsWith(source) ? e : new TokenizerException(source + ": " + e.getMessage(), e);
        }
    }

    private static BpeDefinition definition(TokenizerJson json, JsonNode root) {
        JsonNode model = root.path("model");
        // The oldest files state no type.
        String type = model.has("type") ? json.type("model", model) : "BPE";
        if (!type.equals("BPE")) {
            throw json.error("model.type", "\"BPE\"", model.path("type"));
        }
        for (String field : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
            JsonNode value = model.path(field);
            if (!TokenizerJson.isAbsent(value) && !(value.isString() && value.stringValue().isEmpty())) {
                throw json.error("model." + field, "null", value);
            }
        }
        if (!(model.path("vocab") instanceof ObjectNode vocabulary)) {
            throw json.error("model.vocab", "an object", model.path("vocab"));
        }
        Map<String, Integer> ids = new LinkedHashMap<>(2 * vocabulary.size());
        vocabulary.properties().forEach(entry -> ids.put(entry.getKey(), json.integer("model.vocab." + entry.getKey(), entry.getValue())));
        JsonNode unknown = model.path("unk_token");
        PreTokenizer preTokenizer = PreTokenizerJson.read(json, root.path("pre_tokenizer"));
        PostProcessorJson post = PostProcessorJson.read(json, root.path("post_processor"));
        return new BpeDefinition(ids, merges(json, model.path("merges")), addedTokens(json, root.path("added_tokens")),
                NormalizerJson.read(json, root.path("normalizer")), preTokenizer,
                new BpeDefinition.Unknown(TokenizerJson.isAbsent(unknown) ? null : json.text("model.unk_token", unknown),
                        json.flag("model.fuse_unk", model.path("fuse_unk"), false), json.flag("model.byte_fallback", model.path("byte_fallback"), false)),
                json.flag("model.ignore_merges", model.path("ignore_merges"), false),
                DecoderJson.read(json, root.path("decoder"), preTokenizer.isByteLevel()), post.template(), post.trim(),
                BatchRulesJson.read(json, root));
    }

    private static List<Merge> merges(TokenizerJson json, JsonNode node) {
        if (!node.isArray()) {
            throw json.error("model.merges", "an array", node);
        }
        List<Merge> merges = new ArrayList<>(node.size());
        for (JsonNode merge : node) {
            if (merge.isString()) {
                String text = merge.stringValue();
                int space = text.indexOf(' ');
                if (space > 0 && space < text.length() - 1 && text.indexOf(' ', space + 1) < 0) {
                    merges.add(new Merge(text.substring(0, space), text.substring(space + 1)));
                    continue;
                }
            } else if (merge.isArray() && merge.size() == 2 && merge.get(0).isString() && merge.get(1).isString()) {
                merges.add(new Merge(merge.get(0).stringValue(), merge.get(1).stringValue()));
                continue;
            }
            throw json.error("model.merges[" + merges.size() + "]", "\"left right\" or [\"left\", \"right\"]", merge);
        }
        return merges;
    }

    /** Reads the section {@code added_tokens}. */
    static List<AddedToken> addedTokens(TokenizerJson json, JsonNode node) {
        List<AddedToken> tokens = new ArrayList<>();
        for (JsonNode token : json.elements("added_tokens", node)) {
            String field = "added_tokens[" + tokens.size() + "]";
            boolean special = json.flag(field + ".special", token.path("special"), false);
            tokens.add(new AddedToken(json.integer(field + ".id", token.path("id")), json.text(field + ".content", token.path("content")), special,
                    json.flag(field + ".normalized", token.path("normalized"), !special),
                    json.flag(field + ".single_word", token.path("single_word"), false),
                    json.flag(field + ".lstrip", token.path("lstrip"), false), json.flag(field + ".rstrip", token.path("rstrip"), false)));
        }
        return tokens;
    }

    /** Writes a definition, replacing a file that is there. */
    public static void write(Path path, BpeDefinition definition) throws IOException {
        DurableFiles.replace(path, TokenizerJson.JSON.writeValueAsBytes(tree(definition)));
    }

    private static ObjectNode tree(BpeDefinition definition) {
        ObjectNode root = TokenizerJson.JSON.createObjectNode().put("version", "1.0");
        BatchRulesJson.write(root, definition.batchRules());
        writeAddedTokens(root, definition.addedTokens());
        NormalizerJson.write(root, definition.normalizer());
        PreTokenizerJson.write(root, definition.preTokenizer());
        Map<Integer, String> tokens = new HashMap<>();
        definition.vocabulary().forEach((token, id) -> tokens.put(id, token));
        definition.addedTokens().forEach(token -> tokens.put(token.id(), token.content()));
        PostProcessorJson.write(root, definition, tokens::get);
        DecoderJson.write(root, definition.decoder(), definition.preTokenizer().isByteLevel());
        ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout").put("unk_token", definition.unknown().token())
                .putNull("continuing_subword_prefix").putNull("end_of_word_suffix").put("fuse_unk", definition.unknown().fused())
                .put("byte_fallback", definition.unknown().byteFallback()).put("ignore_merges", definition.ignoreMerges());
        definition.vocabulary().forEach(model.putObject("vocab")::put);
        ArrayNode merges = model.putArray("merges");
        definition.merges().forEach(merge -> merges.addArray().add(merge.left()).add(merge.right()));
        return root;
    }

    /** Writes the section {@code added_tokens}. */
    static void writeAddedTokens(ObjectNode root, List<AddedToken> tokens) {
        ArrayNode added = root.putArray("added_tokens");
        for (AddedToken token : tokens) {
            added.addObject().put("id", token.id()).put("content", token.content()).put("single_word", token.singleWord())
                    .put("lstrip", token.stripLeft()).put("rstrip", token.stripRight()).put("normalized", token.normalized())
                    .put("special", token.special());
        }
    }
}
