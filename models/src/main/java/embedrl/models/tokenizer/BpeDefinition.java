package embedrl.models.tokenizer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that defines a byte-level BPE tokenizer, as files store it.
 *
 * @param vocabulary   identifiers of tokens, written in byte symbols
 * @param merges       pairs that are merged, the most wanted first
 * @param addedTokens  tokens matched before splitting
 * @param preTokenizer how a text is split into words
 * @param normalizer   what is done to a text first
 * @param ignoreMerges whether a word that is a token is taken as it is, whatever the merges give
 * @param template     special tokens around a text or a pair
 */
public record BpeDefinition(
        Map<String, Integer> vocabulary, List<Merge> merges, List<AddedToken> addedTokens, PreTokenizer preTokenizer, TextNormalizer normalizer,
        boolean ignoreMerges, SequenceTemplate template) {
    /** The most identifiers that are accepted: larger ones would only waste memory. */
    static final int MOST_TOKENS = 1 << 24;

    /** Two neighboring tokens that become one. */
    public record Merge(String left, String right) {}

    /** Copies the collections and checks that identifiers are in range and used once, and that merges give tokens. */
    public BpeDefinition {
        vocabulary = Collections.unmodifiableMap(new LinkedHashMap<>(vocabulary));
        merges = List.copyOf(merges);
        addedTokens = List.copyOf(addedTokens);
        Map<Integer, String> seen = new HashMap<>();
        vocabulary.forEach((token, id) -> claim(seen, token, id));
        for (AddedToken added : addedTokens) {
            claim(seen, added.content(), added.id());
        }
        int rank = 0;
        for (Merge merge : merges) {
            for (String token : new String[] {merge.left(), merge.right(), merge.left() + merge.right()}) {
                if (!vocabulary.containsKey(token)) {
                    throw new TokenizerException("tokenizer: merge " + rank + " is '" + merge.left() + "' + '" + merge.right()
                            + "', but '" + token + "' is not in the vocabulary");
                }
            }
            rank++;
        }
    }

    private static void claim(Map<Integer, String> seen, String token, int id) {
        if (id < 0 || id >= MOST_TOKENS) {
            throw new TokenizerException("tokenizer: identifiers lie between 0 and " + (MOST_TOKENS - 1) + ", '" + token + "' has " + id);
        }
        String other = seen.putIfAbsent(id, token);
        if (other != null && !other.equals(token)) {
            throw new TokenizerException("tokenizer: identifier " + id + " belongs to both '" + other + "' and '" + token + "'");
        }
    }

    /** The same definition with these added tokens. */
    public BpeDefinition withAddedTokens(List<AddedToken> tokens) {
        return new BpeDefinition(vocabulary, merges, new ArrayList<>(tokens), preTokenizer, normalizer, ignoreMerges, template);
    }
}
