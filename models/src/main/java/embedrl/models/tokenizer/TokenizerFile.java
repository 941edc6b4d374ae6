package embedrl.models.tokenizer;

import embedrl.models.tokenizer.BpeDefinition.Merge;
import embedrl.nn.checkpoint.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the Hugging Face {@code tokenizer.json} of byte-level BPE tokenizers.
 *
 * <p>What would change identifiers and is not known here is refused. Post-processor, truncation and padding are not read.
 */
public final class TokenizerFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).enable(SerializationFeature.INDENT_OUTPUT).build();

    private final String source;

    private TokenizerFile(String source) {
        this.source = source;
    }

    /** Reads a definition. */
    public static BpeDefinition read(Path path) throws IOException {
        return parse(path.toString(), Files.readAllBytes(path));
    }

    /** Reads a definition from the bytes of a file; {@code source} names it in errors. */
    public static BpeDefinition parse(String source, byte[] json) {
        try {
            return new TokenizerFile(source).definition(JSON.readTree(json));
        } catch (JacksonException e) {
            throw new TokenizerException(source + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private BpeDefinition definition(JsonNode root) {
        JsonNode model = root.path("model");
        String type = model.path("type").asString("BPE");
        if (!type.equals("BPE")) {
            throw error("model.type", "\"BPE\"", model.path("type"));
        }
        for (String field : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
            JsonNode value = model.path(field);
            boolean empty = value.isMissingNode() || value.isNull() || value.isString() && value.asString().isEmpty();
            if (!empty) {
                throw error("model." + field, "null", value);
            }
        }
        if (model.path("byte_fallback").asBoolean(false)) {
            throw error("model.byte_fallback", "false, as in byte-level vocabularies", model.path("byte_fallback"));
        }
        if (!(model.path("vocab") instanceof ObjectNode vocabulary)) {
            throw error("model.vocab", "an object", model.path("vocab"));
        }
        Map<String, Integer> ids = new LinkedHashMap<>(2 * vocabulary.size());
        vocabulary.properties().forEach(entry -> ids.put(entry.getKey(), identifier("model.vocab." + entry.getKey(), entry.getValue())));
        try {
            return new BpeDefinition(ids, merges(model.path("merges")), addedTokens(root.path("added_tokens")),
                    preTokenizer(root.path("pre_tokenizer")), nfc(root.path("normalizer")),
                    model.path("ignore_merges").asBoolean(false), SequenceTemplate.NONE);
        } catch (IllegalArgumentException | TokenizerException e) {
            throw e.getMessage().startsWith(source) ? e : new TokenizerException(source + ": " + e.getMessage(), e);
        }
    }

    private List<Merge> merges(JsonNode node) {
        if (!(node instanceof ArrayNode array)) {
            throw error("model.merges", "an array", node);
        }
        List<Merge> merges = new ArrayList<>(array.size());
        for (JsonNode merge : array) {
            if (merge.isString()) {
                int space = merge.asString().indexOf(' ');
                if (space > 0 && space < merge.asString().length() - 1) {
                    merges.add(new Merge(merge.asString().substring(0, space), merge.asString().substring(space + 1)));
                    continue;
                }
            } else if (merge.isArray() && merge.size() == 2 && merge.get(0).isString() && merge.get(1).isString()) {
                merges.add(new Merge(merge.get(0).asString(), merge.get(1).asString()));
                continue;
            }
            throw error("model.merges[" + merges.size() + "]", "\"left right\" or [\"left\", \"right\"]", merge);
        }
        return merges;
    }

    private List<AddedToken> addedTokens(JsonNode node) {
        List<AddedToken> tokens = new ArrayList<>();
        for (JsonNode token : node) {
            String field = "added_tokens[" + tokens.size() + "]";
            if (!token.path("content").isString()) {
                throw error(field + ".content", "a string", token.path("content"));
            }
            boolean special = token.path("special").asBoolean(false);
            tokens.add(new AddedToken(identifier(field + ".id", token.path("id")), token.path("content").asString(), special,
                    token.path("normalized").asBoolean(!special), token.path("single_word").asBoolean(false),
                    token.path("lstrip").asBoolean(false), token.path("rstrip").asBoolean(false)));
        }
        return tokens;
    }

    private TextNormalizer nfc(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return TextNormalizer.NONE;
        }
        TextNormalizer nfc = TextNormalizer.NONE;
        for (JsonNode step : steps(node, "normalizers")) {
            if (!step.path("type").asString("").equals("NFC")) {
                throw error("normalizer", "null or NFC", step);
            }
            nfc = new TextNormalizer.Unicode(Form.NFC);
        }
        return nfc;
    }

    private PreTokenizer preTokenizer(JsonNode node) {
        boolean digits = false;
        boolean byteLevel = false;
        String expression = null;
        for (JsonNode step : steps(node, "pretokenizers")) {
            String type = step.path("type").asString("");
            if (type.equals("Digits") && step.path("individual_digits").asBoolean(false) && expression == null && !byteLevel) {
                digits = true;
            } else if (type.equals("Split") && isolates(step) && expression == null && !byteLevel) {
                expression = step.at("/pattern/Regex").asString();
            } else if (type.equals("ByteLevel") && !byteLevel && !step.path("add_prefix_space").asBoolean(true)
                    && (expression == null || !step.path("use_regex").asBoolean(true))) {
                byteLevel = true;
                if (step.path("use_regex").asBoolean(true)) {
                    expression = PreTokenizer.GPT2.expression();
                }
            } else {
                throw error("pre_tokenizer", "Digits (individual), one expression (Split isolated, or use_regex) and ByteLevel without prefix space", step);
            }
        }
        if (!byteLevel || expression == null) {
            throw error("pre_tokenizer", "an expression and a ByteLevel step", node);
        }
        PreTokenizer known = PreTokenizer.known(expression, digits);
        if (known == null) {
            throw new TokenizerException(source + ": pre_tokenizer: the expression is none of the known ones (GPT-2, Qwen2, Qwen3.5, Llama 3)"
                    + (digits ? " after Digits" : "") + ": " + expression);
        }
        return known;
    }

    private static boolean isolates(JsonNode split) {
        return split.at("/pattern/Regex").isString() && split.path("behavior").asString("").equals("Isolated")
                && !split.path("invert").asBoolean(false);
    }

    private static Iterable<JsonNode> steps(JsonNode node, String field) {
        return node.path("type").asString("").equals("Sequence") ? node.path(field) : List.of(node);
    }

    private int identifier(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw error(field, "an identifier", value);
        }
        return value.intValue();
    }

    private TokenizerException error(String field, String expected, JsonNode found) {
        String text = found.isMissingNode() ? "nothing" : found.toString();
        return new TokenizerException(source + ": " + field + ": expected " + expected + ", found "
                + (text.length() > 200 ? text.substring(0, 200) + "…" : text));
    }

    /** Writes a definition, replacing a file that is there. */
    public static void write(Path path, BpeDefinition definition) throws IOException {
        DurableFiles.replace(path, JSON.writeValueAsBytes(tree(definition)));
    }

    private static ObjectNode tree(BpeDefinition definition) {
        ObjectNode root = JSON.createObjectNode().put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (AddedToken token : definition.addedTokens()) {
            added.addObject().put("id", token.id()).put("content", token.content()).put("single_word", token.singleWord())
                    .put("lstrip", token.stripLeft()).put("rstrip", token.stripRight()).put("normalized", token.normalized())
                    .put("special", token.special());
        }
        if (!definition.normalizer().equals(TextNormalizer.NONE)) {
            root.putObject("normalizer").put("type", "NFC");
        } else {
            root.putNull("normalizer");
        }
        ArrayNode steps = root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        PreTokenizer preTokenizer = definition.preTokenizer();
        boolean builtIn = preTokenizer.expression().equals(PreTokenizer.GPT2.expression());
        if (preTokenizer.cutsDigits()) {
            steps.addObject().put("type", "Digits").put("individual_digits", true);
        }
        if (!builtIn) {
            ObjectNode split = steps.addObject().put("type", "Split");
            split.putObject("pattern").put("Regex", preTokenizer.expression());
            split.put("behavior", "Isolated").put("invert", false);
        }
        byteLevel(steps.addObject(), builtIn);
        root.putNull("post_processor");
        byteLevel(root.putObject("decoder"), true);
        ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout").putNull("unk_token")
                .putNull("continuing_subword_prefix").putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false)
                .put("ignore_merges", definition.ignoreMerges());
        definition.vocabulary().forEach(model.putObject("vocab")::put);
        ArrayNode merges = model.putArray("merges");
        definition.merges().forEach(merge -> merges.addArray().add(merge.left()).add(merge.right()));
        return root;
    }

    private static void byteLevel(ObjectNode node, boolean useRegex) {
        node.put("type", "ByteLevel").put("add_prefix_space", false).put("trim_offsets", true).put("use_regex", useRegex);
    }
}
