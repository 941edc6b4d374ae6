package embedrl.models.tokenizer;

/** Whether white space at the ends of a token counts to the range it lies in. Tokens themselves never change. */
public enum OffsetTrim {
    /** All of a token counts. */
    NONE,
    /** White space at its ends does not. */
    WHITE_SPACE,
    /** As {@link #WHITE_SPACE}, but the first token keeps what stands before it, since that may be a space that was put there. */
    KEEP_PREFIX;

    /**
     * The range of a token without white space at its ends.
     *
     * @param token as written in the vocabulary, or what of the text an added token matched
     * @param first whether it is the first of the text
     * @return start and end
     */
    int[] apply(String token, int start, int end, boolean first) {
        if (this == NONE) {
            return new int[] {start, end};
        }
        int[] codePoints = token.codePoints().toArray();
        int leading = 0;
        while (leading < codePoints.length && isSpace(codePoints[leading])) {
            leading++;
        }
        int trailing = 0;
        while (trailing < codePoints.length && isSpace(codePoints[codePoints.length - 1 - trailing])) {
            trailing++;
        }
        // More than one space cannot be what was put there.
        boolean keeps = this == KEEP_PREFIX && leading == 1 && (first || start == 0);
        int from = keeps ? start : Math.min(start + leading, end);
        return new int[] {from, end >= trailing ? Math.max(end - trailing, from) : end};
    }

    private static boolean isSpace(int codePoint) {
        return codePoint == 'Ġ' || codePoint <= Character.MAX_VALUE && AddedTokenMatcher.isSpace((char) codePoint);
    }
}
