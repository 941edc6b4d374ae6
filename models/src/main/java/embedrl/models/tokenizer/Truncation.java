package embedrl.models.tokenizer;

/** Which text of a pair is cut when there are too many tokens. */
public enum Truncation {
    /** The longer one, until both are equally long; then both. */
    LONGEST_FIRST,
    /** The first alone. */
    ONLY_FIRST,
    /** The second alone. */
    ONLY_SECOND;

    /** The lengths left of two texts. */
    record Lengths(int first, int second) {
    }

    /**
     * The lengths that fit.
     *
     * @param first  tokens of the first text
     * @param second tokens of the second text; −1 where there is none
     * @param most   tokens that both may have together
     */
    Lengths fit(int first, int second, int most) {
        boolean isPair = second >= 0;
        int other = Math.max(second, 0);
        if (most < 0) {
            throw new IllegalArgumentException("truncate: special tokens alone are " + -most + " too many; allow more tokens");
        }
        if (first + other <= most) {
            return new Lengths(first, other);
        }
        if (most == 0) {
            return new Lengths(0, 0);
        }
        int remove = first + other - most;
        return switch (this) {
            case LONGEST_FIRST -> isPair ? longestFirst(first, other, most) : new Lengths(most, 0);
            case ONLY_FIRST -> new Lengths(left("first", first, remove), other);
            case ONLY_SECOND -> {
                if (!isPair) {
                    throw new IllegalArgumentException("truncate: only the second text may be cut, and there is none");
                }
                yield new Lengths(first, left("second", other, remove));
            }
        };
    }

    private static int left(String which, int length, int remove) {
        if (length <= remove) {
            throw new IllegalArgumentException("truncate: " + remove + " tokens are too many, and the " + which + " text, which alone may be cut, has only " + length
                    + "; allow more tokens, or cut the longest first");
        }
        return length - remove;
    }

    private static Lengths longestFirst(int first, int second, int most) {
        int shorter = Math.min(first, second);
        int longer = shorter > most ? shorter : Math.max(shorter, most - shorter);
        if (shorter + longer > most) {
            shorter = most / 2;
            longer = shorter + most % 2;
        }
        return first <= second ? new Lengths(shorter, longer) : new Lengths(longer, shorter);
    }
}
