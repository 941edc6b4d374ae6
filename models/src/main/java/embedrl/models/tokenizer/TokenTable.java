package embedrl.models.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tokens of a vocabulary with the added ones, by writing and by identifier. */
final class TokenTable {
    private final Map<String, Integer> ids = new HashMap<>();
    private final String[] tokens;
    private final boolean[] special;

    TokenTable(Map<String, Integer> vocabulary, List<AddedToken> addedTokens) {
        ids.putAll(vocabulary);
        addedTokens.forEach(added -> ids.put(added.content(), added.id()));
        int size = ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
        tokens = new String[size];
        special = new boolean[size];
        ids.forEach((token, id) -> tokens[id] = token);
        addedTokens.forEach(added -> special[added.id()] = added.special());
    }

    /** One more than the highest identifier. */
    int size() {
        return tokens.length;
    }

    int id(String token) {
        Integer id = ids.get(token);
        if (id == null) {
            throw new IllegalArgumentException("tokenizer: no token '" + token + "' among " + ids.size());
        }
        return id;
    }

    boolean contains(String token) {
        return ids.containsKey(token);
    }

    String token(int id) {
        check(id);
        return tokens[id];
    }

    boolean isSpecial(int id) {
        check(id);
        return special[id];
    }

    /** Whether an identifier within the size belongs to a token. */
    boolean isUsed(int id) {
        return tokens[id] != null;
    }

    void check(int id) {
        if (id < 0 || id >= tokens.length || tokens[id] == null) {
            throw new IllegalArgumentException("tokenizer: identifier " + id + " belongs to no token, the vocabulary has " + tokens.length);
        }
    }
}
