package embedrl.models.tokenizer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Splits a word into the longest pieces of a vocabulary, from left to right; pieces inside a word are written with a prefix. A word of which any part is no
 * piece, or that is too long, is one unknown token.
 */
final class WordPieceVocabulary {
    private static final int CACHED_WORDS = 1 << 16;
    private static final int LONGEST_CACHED = 32;

    /** Pieces of a word: identifiers, and where each ends in the word, in chars. */
    record Pieces(int[] ids, int[] ends) {
    }

    private final Map<String, Integer> starting = new HashMap<>();
    private final Map<String, Integer> continuing = new HashMap<>();
    private final int unknown;
    private final int mostCharacters;
    private final int longestStarting;
    private final int longestContinuing;
    private final Map<String, Pieces> words = new ConcurrentHashMap<>();

    /**
     * A vocabulary.
     *
     * @param tokens         identifiers of pieces
     * @param unknown        the token of words that cannot be split
     * @param prefix         how pieces inside a word begin
     * @param mostCharacters the longest word that is split, in code points
     */
    WordPieceVocabulary(Map<String, Integer> tokens, String unknown, String prefix, int mostCharacters) {
        Integer id = tokens.get(unknown);
        if (id == null) {
            throw new TokenizerException("tokenizer: the unknown token '" + unknown + "' is not in the vocabulary of " + tokens.size());
        }
        this.unknown = id;
        this.mostCharacters = mostCharacters;
        tokens.forEach((token, tokenId) -> {
            starting.put(token, tokenId);
            if (token.startsWith(prefix)) {
                continuing.put(token.substring(prefix.length()), tokenId);
            }
        });
        longestStarting = longest(starting);
        longestContinuing = longest(continuing);
    }

    private static int longest(Map<String, Integer> pieces) {
        return pieces.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    /** The pieces of a word that is not empty. */
    Pieces split(String word) {
        Pieces known = words.get(word);
        if (known != null) {
            return known;
        }
        Pieces pieces = find(word);
        if (word.length() <= LONGEST_CACHED && words.size() < CACHED_WORDS) {
            words.put(word, pieces);
        }
        return pieces;
    }

    private Pieces find(String word) {
        Pieces whole = new Pieces(new int[] {unknown}, new int[] {word.length()});
        if (word.codePointCount(0, word.length()) > mostCharacters) {
            return whole;
        }
        int[] ids = new int[word.length()];
        int[] ends = new int[word.length()];
        int count = 0;
        for (int start = 0; start < word.length(); start = ends[count - 1]) {
            Map<String, Integer> pieces = start == 0 ? starting : continuing;
            int end = Math.min(word.length(), start + (start == 0 ? longestStarting : longestContinuing));
            Integer id = null;
            while (end > start && (id = pieces.get(word.substring(start, end))) == null) {
                end--;
            }
            if (id == null) {
                return whole;
            }
            ids[count] = id;
            ends[count++] = end;
        }
        return new Pieces(Arrays.copyOf(ids, count), Arrays.copyOf(ends, count));
    }
}
