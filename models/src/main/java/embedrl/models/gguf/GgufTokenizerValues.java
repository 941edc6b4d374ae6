package embedrl.models.gguf;

import embedrl.models.tokenizer.AddedToken;
import embedrl.models.tokenizer.BpeDefinition;
import embedrl.models.tokenizer.GgufTokenizer;
import embedrl.models.tokenizer.PreTokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The metadata in which GGUF files keep a byte-level BPE tokenizer ({@code tokenizer.ggml.*}) and a chat template. */
public final class GgufTokenizerValues {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final String CHAT_TEMPLATE = "tokenizer.chat_template";
    private static final int NORMAL = 1;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;
    private static final Map<PreTokenizer, String> NAMES = Map.of(PreTokenizer.GPT2, "gpt-2", PreTokenizer.QWEN2, "qwen2", PreTokenizer.QWEN3_5, "qwen35",
            PreTokenizer.LLAMA3, "llama-bpe", PreTokenizer.GPT4O, "gpt-4o", PreTokenizer.SMOLLM, "smollm");

    private GgufTokenizerValues() {
    }

    /** Everything about the tokenizer in another file's metadata, as it stands there. */
    public static Map<String, GgufValue> of(GgufMetadata metadata) {
        Map<String, GgufValue> values = new LinkedHashMap<>();
        metadata.values().forEach((key, value) -> {
            if (key.startsWith("tokenizer.")) {
                values.put(key, value);
            }
        });
        return values;
    }

    /**
     * The metadata of a tokenizer.
     *
     * @param vocabularySize rows of the token embedding; identifiers without a token are filled up as unused ones
     * @param endTokens      the first of them is written as the end token
     * @param chatTemplate   source of the template; empty where there is none
     * @throws GgufException where the format cannot express the tokenizer
     */
    public static Map<String, GgufValue> of(BpeDefinition tokenizer, int vocabularySize, Set<Integer> endTokens, String chatTemplate) {
        String name = NAMES.get(tokenizer.preTokenizer());
        if (name == null) {
            throw new GgufException("tokenizer: the format has no name for the splitting " + tokenizer.preTokenizer());
        }
        List<String> tokens = new ArrayList<>(Collections.nCopies(vocabularySize, null));
        List<Integer> types = new ArrayList<>(Collections.nCopies(vocabularySize, UNUSED));
        tokenizer.vocabulary().forEach((token, id) -> put(tokens, types, token, id, NORMAL));
        for (AddedToken added : tokenizer.addedTokens()) {
            put(tokens, types, added.content(), added.id(), added.special() ? CONTROL : USER_DEFINED);
        }
        for (int id = 0; id < vocabularySize; id++) {
            if (tokens.get(id) == null) {
                tokens.set(id, "[PAD" + id + "]");
            }
        }
        Map<String, GgufValue> values = new LinkedHashMap<>();
        values.put(PREFIX + "model", GgufValue.of("gpt2"));
        values.put(PREFIX + "pre", GgufValue.of(name));
        values.put(PREFIX + "tokens", GgufValue.ofTexts(tokens));
        values.put(PREFIX + "token_type", GgufValue.ofInts(types));
        values.put(PREFIX + "merges", GgufValue.ofTexts(tokenizer.merges().stream().map(merge -> merge.left() + " " + merge.right()).toList()));
        values.put(PREFIX + "add_bos_token", GgufValue.of(false));
        endTokens.stream().limit(1).forEach(id -> values.put(PREFIX + "eos_token_id", GgufValue.of(id.intValue())));
        if (!chatTemplate.isEmpty()) {
            values.put(CHAT_TEMPLATE, GgufValue.of(chatTemplate));
        }
        BpeDefinition readBack = GgufTokenizer.of(new GgufMetadata("tokenizer", values)).definition();
        if (!readBack.normalizer().equals(tokenizer.normalizer()) || readBack.ignoreMerges() != tokenizer.ignoreMerges() || !readBack.template().equals(tokenizer.template())) {
            throw new GgufException("tokenizer: the format would read it back with another normalization, whole-word rule or special tokens around texts");
        }
        return values;
    }

    private static void put(List<String> tokens, List<Integer> types, String token, int id, int type) {
        if (id >= tokens.size()) {
            throw new GgufException("tokenizer: '" + token + "' has the identifier " + id + ", but the model has " + tokens.size() + " rows of token embedding");
        }
        tokens.set(id, token);
        types.set(id, type);
    }
}
