package embedrl.models.tokenizer;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that defines a WordPiece tokenizer, as files store it.
 *
 * @param vocabulary     identifiers of pieces
 * @param unknown        the token of words that cannot be split
 * @param prefix         how pieces inside a word begin, such as {@code ##}
 * @param mostCharacters the longest word that is split, in code points
 * @param addedTokens    tokens matched before normalization or before splitting
 * @param normalizer     what is changed before splitting
 * @param template       what is added at the ends
 * @param cleanUp        whether decoding removes spaces before punctuation and in English contractions
 */
record WordPieceDefinition(Map<String, Integer> vocabulary, String unknown, String prefix, int mostCharacters, List<AddedToken> addedTokens, BertNormalizer normalizer,
        SequenceTemplate template, boolean cleanUp) {
    /** Copies the collections and checks that identifiers are in range and used once. */
    WordPieceDefinition {
        vocabulary = Collections.unmodifiableMap(new LinkedHashMap<>(vocabulary));
        addedTokens = List.copyOf(addedTokens);
        if (!vocabulary.containsKey(unknown)) {
            throw new TokenizerException("tokenizer: the unknown token '" + unknown + "' is not in the vocabulary of " + vocabulary.size());
        }
        Map<Integer, String> seen = new HashMap<>();
        vocabulary.forEach((token, id) -> claim(seen, token, id));
        addedTokens.forEach(added -> claim(seen, added.content(), added.id()));
        for (List<SequenceTemplate.Piece> pieces : List.of(template.single(), template.pair())) {
            for (SequenceTemplate.Piece piece : pieces) {
                if (piece instanceof SequenceTemplate.Token token && !seen.containsKey(token.id())) {
                    throw new TokenizerException("tokenizer: post_processor adds the identifier " + token.id() + ", which belongs to no token");
                }
            }
        }
    }

    private static void claim(Map<Integer, String> seen, String token, int id) {
        if (id < 0 || id >= BpeDefinition.MOST_TOKENS) {
            throw new TokenizerException("tokenizer: identifiers lie between 0 and " + (BpeDefinition.MOST_TOKENS - 1) + ", '" + token + "' has " + id);
        }
        String other = seen.putIfAbsent(id, token);
        if (other != null && !other.equals(token)) {
            throw new TokenizerException("tokenizer: identifier " + id + " belongs to both '" + other + "' and '" + token + "'");
        }
    }
}
