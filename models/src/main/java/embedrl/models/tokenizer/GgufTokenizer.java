package embedrl.models.tokenizer;

import embedrl.models.gguf.GgufMetadata;
import embedrl.models.tokenizer.BpeDefinition.Merge;
import embedrl.models.tokenizer.SequenceTemplate.Text;
import embedrl.models.tokenizer.SequenceTemplate.Token;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Builds a tokenizer from the metadata of a GGUF file ({@code tokenizer.ggml.*}).
 *
 * <p>How words are split follows the file's {@code tokenizer.ggml.pre}, not a default; normalization, which the format does not
 * state, follows the model family of that name.
 */
public final class GgufTokenizer {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;

    private GgufTokenizer() {}

    /**
     * The tokenizer that a file describes.
     *
     * @throws TokenizerException if it is of another kind than byte-level BPE, or its parts do not fit together
     */
    public static BpeTokenizer of(GgufMetadata metadata) {
        return new BpeTokenizer(definition(metadata));
    }

    private static BpeDefinition definition(GgufMetadata metadata) {
        String model = metadata.text(PREFIX + "model");
        if (!model.equals("gpt2")) {
            throw new TokenizerException("GGUF tokenizer: model must be 'gpt2' (byte-level BPE), got '" + model + "'; use the model's tokenizer.json");
        }
        String name = metadata.text(PREFIX + "pre");
        PreTokenizer preTokenizer = PreTokenizer.BY_NAME.get(name);
        if (preTokenizer == null) {
            throw new TokenizerException("GGUF tokenizer: splitting '" + name + "' is unknown, known are " + new TreeSet<>(PreTokenizer.BY_NAME.keySet())
                    + "; use the model's tokenizer.json");
        }
        List<String> tokens = metadata.texts(PREFIX + "tokens");
        int[] types = metadata.contains(PREFIX + "token_type") ? metadata.integers(PREFIX + "token_type") : new int[tokens.size()];
        if (types.length != tokens.size()) {
            throw new TokenizerException("GGUF tokenizer: each token has one type, got " + tokens.size() + " tokens and " + types.length + " types");
        }
        Map<String, Integer> vocabulary = new LinkedHashMap<>(2 * tokens.size());
        List<AddedToken> added = new ArrayList<>();
        for (int id = 0; id < types.length; id++) {
            Integer other = vocabulary.put(tokens.get(id), id);
            if (other != null) {
                throw new TokenizerException("GGUF tokenizer: token '" + tokens.get(id) + "' has both identifiers " + other + " and " + id);
            }
            if (types[id] == CONTROL || types[id] == UNKNOWN || types[id] == USER_DEFINED) {
                added.add(new AddedToken(id, tokens.get(id), types[id] != USER_DEFINED, false, false, false, false));
            }
        }
        return BpeDefinition.byteLevel(vocabulary, merges(metadata.texts(PREFIX + "merges")), added, preTokenizer)
                .withNormalizer(preTokenizer.equals(PreTokenizer.QWEN2) || preTokenizer.equals(PreTokenizer.QWEN3_5)
                        ? new TextNormalizer.Unicode(Form.NFC) : TextNormalizer.NONE)
                .withIgnoreMerges(preTokenizer.equals(PreTokenizer.LLAMA3))
                .withTemplate(template(metadata));
    }

    private static List<Merge> merges(List<String> lines) {
        List<Merge> merges = new ArrayList<>(lines.size());
        for (String line : lines) {
            int space = line.indexOf(' ', 1);
            if (space < 0 || space == line.length() - 1) {
                throw new TokenizerException("GGUF tokenizer: merge " + merges.size() + " must be two tokens with a space between, got '" + line + "'");
            }
            merges.add(new Merge(line.substring(0, space), line.substring(space + 1)));
        }
        return merges;
    }

    private static SequenceTemplate template(GgufMetadata metadata) {
        List<SequenceTemplate.Piece> single = new ArrayList<>();
        List<SequenceTemplate.Piece> pair = new ArrayList<>();
        for (int sequence = 0; sequence < 2; sequence++) {
            List<SequenceTemplate.Piece> pieces = new ArrayList<>();
            if (metadata.flag(PREFIX + "add_bos_token", false)) {
                pieces.add(new Token(metadata.integer(PREFIX + "bos_token_id"), sequence));
            }
            pieces.add(new Text(sequence, sequence));
            if (metadata.flag(PREFIX + "add_eos_token", false)) {
                pieces.add(new Token(metadata.integer(PREFIX + "eos_token_id"), sequence));
            }
            if (sequence == 0) {
                single.addAll(pieces);
            }
            pair.addAll(pieces);
        }
        return new SequenceTemplate(single, pair);
    }
}
