package embedrl.models.tokenizer;

/**
 * A token that is matched as a whole before a text is split.
 *
 * @param id         its identifier
 * @param content    its text
 * @param special    whether decoding can leave it out
 * @param normalized whether it is matched after normalization instead of before
 * @param singleWord whether it is matched only between characters that are no part of words
 * @param stripLeft  whether it swallows white space before it
 * @param stripRight whether it swallows white space after it
 */
public record AddedToken(int id, String content, boolean special, boolean normalized, boolean singleWord, boolean stripLeft, boolean stripRight) {
    /** Checks the content. */
    public AddedToken {
        if (content.isEmpty()) {
            throw new IllegalArgumentException("tokenizer: added token " + id + " has no content");
        }
    }

    /** A special token, matched as it stands. */
    public static AddedToken special(int id, String content) {
        return new AddedToken(id, content, true, false, false, false, false);
    }
}
