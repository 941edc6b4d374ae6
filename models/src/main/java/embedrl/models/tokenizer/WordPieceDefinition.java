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
 * @param batchRules     where texts of a batch are cut and filled up
 */
record WordPieceDefinition(Map<String, Integer> vocabulary, String unknown, String prefix, int mostCharacters, List<AddedToken> addedTokens, BertNormalizer normalizer,
        SequenceTemplate template, boolean cleanUp, BatchRules batchRules) {
    /** Copies the collections and checks that identifiers are in range and used once. */
    WordPieceDefinition {
        vocabulary = Collections.unmodifiableMap(new LinkedHashMap<>(vocabulary));
        addedTokens = List.copyOf(addedTokens);
        if (!vocabulary.containsKey(unknown)) {
            throw new TokenizerException("tokenizer: the unknown token '" + unknown + "' is not in the vocabulary of " + vocabulary.size());
        }
        Map<Integer, String> seen = new HashMap<>();
        vocabulary.forEach((token, id) -> BpeDefinition.claim(seen, token, id));
        addedTokens.forEach(added -> BpeDefinition.claim(seen, added.content(), added.id()));
        for (List<SequenceTemplate.Piece> pieces : List.of(template.single(), template.pair())) {
            for (SequenceTemplate.Piece piece : pieces) {
                if (piece instanceof SequenceTemplate.Token token && !seen.containsKey(token.id())) {
                    throw new TokenizerException("tokenizer: post_processor adds the identifier " + token.id() + ", which belongs to no token");
                }
            }
        }
    }
}
