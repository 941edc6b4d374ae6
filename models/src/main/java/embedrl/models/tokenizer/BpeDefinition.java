package embedrl.models.tokenizer;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that defines a byte-pair-encoding tokenizer, as files store it.
 *
 * @param vocabulary   identifiers of tokens, written in byte symbols where the pre-tokenizer is byte-level
 * @param merges       pairs that are merged, the most wanted first
 * @param addedTokens  tokens matched before splitting
 * @param normalizer   what is done to a text first
 * @param preTokenizer how a text is split into words
 * @param unknown      what becomes of characters that are no tokens
 * @param ignoreMerges whether a word that is a token is taken as it is, whatever the merges give
 * @param decoder      how tokens made of characters become text
 * @param template     special tokens around a text or a pair
 * @param trim         what counts to the range a token lies in
 * @param batchRules   where texts of a batch are cut and filled up
 */
public record BpeDefinition(Map<String, Integer> vocabulary, List<Merge> merges, List<AddedToken> addedTokens, TextNormalizer normalizer,
        PreTokenizer preTokenizer, Unknown unknown, boolean ignoreMerges, TokenDecoder decoder, SequenceTemplate template, OffsetTrim trim, BatchRules batchRules) {
    /** The most identifiers that are accepted: larger ones would only waste memory. */
    static final int MOST_TOKENS = 1 << 24;

    /** Two neighboring tokens that become one. */
    public record Merge(String left, String right) {}

    /**
     * What becomes of characters (or byte symbols) that are no tokens.
     *
     * @param token        the token that stands for them, or null: they are left out
     * @param fused        whether neighboring ones become one token
     * @param byteFallback whether their bytes are tried first, as tokens such as {@code <0xE2>}
     */
    public record Unknown(String token, boolean fused, boolean byteFallback) {
        /** They are left out. */
        public static final Unknown LEFT_OUT = new Unknown(null, false, false);
    }

    /** Copies the collections and checks that identifiers are in range and used once, and that all tokens named are in the vocabulary. */
    public BpeDefinition {
        vocabulary = Collections.unmodifiableMap(new LinkedHashMap<>(vocabulary));
        merges = List.copyOf(merges);
        addedTokens = List.copyOf(addedTokens);
        Map<Integer, String> seen = new HashMap<>();
        vocabulary.forEach((token, id) -> claim(seen, token, id));
        Map<String, Integer> added = new HashMap<>();
        for (AddedToken token : addedTokens) {
            claim(seen, token.content(), token.id());
            Integer other = added.put(token.content(), token.id());
            other = other == null ? vocabulary.get(token.content()) : other;
            if (other != null && other != token.id()) {
                throw new TokenizerException("tokenizer: '" + token.content() + "' has both identifiers " + other + " and " + token.id());
            }
        }
        checkMerges(vocabulary, merges);
        if (unknown.token() != null && !vocabulary.containsKey(unknown.token()) && !added.containsKey(unknown.token())) {
            throw new TokenizerException("tokenizer: the unknown token '" + unknown.token() + "' is not in the vocabulary");
        }
        if (preTokenizer.isByteLevel() && !decoder.steps().isEmpty()) {
            throw new TokenizerException("tokenizer: a byte-level vocabulary is decoded without further steps, got " + decoder.steps());
        }
        for (List<SequenceTemplate.Piece> pieces : List.of(template.single(), template.pair())) {
            for (SequenceTemplate.Piece piece : pieces) {
                if (piece instanceof SequenceTemplate.Token token && !seen.containsKey(token.id())) {
                    throw new TokenizerException("tokenizer: the template adds identifier " + token.id() + ", which belongs to no token");
                }
            }
        }
    }

    /** A byte-level tokenizer without normalization or template. */
    public static BpeDefinition byteLevel(Map<String, Integer> vocabulary, List<Merge> merges, List<AddedToken> addedTokens, PreTokenizer preTokenizer) {
        return new BpeDefinition(vocabulary, merges, addedTokens, TextNormalizer.NONE, preTokenizer, Unknown.LEFT_OUT, false, TokenDecoder.JOIN,
                SequenceTemplate.NONE, OffsetTrim.NONE, BatchRules.NONE);
    }

    /** The same definition with these added tokens. */
    public BpeDefinition withAddedTokens(List<AddedToken> tokens) {
        return new BpeDefinition(vocabulary, merges, tokens, normalizer, preTokenizer, unknown, ignoreMerges, decoder, template, trim, batchRules);
    }

    /** The same definition with this normalization. */
    public BpeDefinition withNormalizer(TextNormalizer other) {
        return new BpeDefinition(vocabulary, merges, addedTokens, other, preTokenizer, unknown, ignoreMerges, decoder, template, trim, batchRules);
    }

    /** The same definition with whole words taken before merges, or not. */
    public BpeDefinition withIgnoreMerges(boolean other) {
        return new BpeDefinition(vocabulary, merges, addedTokens, normalizer, preTokenizer, unknown, other, decoder, template, trim, batchRules);
    }

    /** The same definition with these special tokens around texts. */
    public BpeDefinition withTemplate(SequenceTemplate other) {
        return new BpeDefinition(vocabulary, merges, addedTokens, normalizer, preTokenizer, unknown, ignoreMerges, decoder, other, trim, batchRules);
    }

    /** Notes that an identifier belongs to a token; an error where it is out of range or belongs to another one. */
    static void claim(Map<Integer, String> seen, String token, int id) {
        if (id < 0 || id >= MOST_TOKENS) {
            throw new TokenizerException("tokenizer: identifiers lie between 0 and " + (MOST_TOKENS - 1) + ", '" + token + "' has " + id);
        }
        String other = seen.putIfAbsent(id, token);
        if (other != null && !other.equals(token)) {
            throw new TokenizerException("tokenizer: identifier " + id + " belongs to both '" + other + "' and '" + token + "'");
        }
    }

    private static void checkMerges(Map<String, Integer> vocabulary, List<Merge> merges) {
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
}
