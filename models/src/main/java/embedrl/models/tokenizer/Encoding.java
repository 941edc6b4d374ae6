package embedrl.models.tokenizer;

import java.util.Arrays;

/**
 * The tokens of a text: identifiers, which sequence each belongs to, and where in the text it lies.
 *
 * @param ids     identifiers [T]
 * @param typeIds 0 for the first sequence of a pair, 1 for the second, as the model's template says [T]
 * @param starts  first code point of each token in the text as it was given [T]
 * @param ends    code point behind each token [T]; a token that a template added has 0 for both
 */
public record Encoding(int[] ids, int[] typeIds, int[] starts, int[] ends) {
    /** Checks that the lengths agree; the arrays are kept as they are. */
    public Encoding {
        if (typeIds.length != ids.length || starts.length != ids.length || ends.length != ids.length) {
            throw new IllegalArgumentException("encoding: all arrays have one entry per token, got " + ids.length + " identifiers, " + typeIds.length
                    + " types, " + starts.length + " starts, " + ends.length + " ends");
        }
    }

    /** The number of tokens, T. */
    public int length() {
        return ids.length;
    }

    /** The tokens from {@code from} to before {@code to}. */
    public Encoding range(int from, int to) {
        return new Encoding(Arrays.copyOfRange(ids, from, to), Arrays.copyOfRange(typeIds, from, to), Arrays.copyOfRange(starts, from, to),
                Arrays.copyOfRange(ends, from, to));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Encoding that && Arrays.equals(ids, that.ids) && Arrays.equals(typeIds, that.typeIds)
                && Arrays.equals(starts, that.starts) && Arrays.equals(ends, that.ends);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return "Encoding[ids=" + Arrays.toString(ids) + ", typeIds=" + Arrays.toString(typeIds) + ", starts=" + Arrays.toString(starts) + ", ends="
                + Arrays.toString(ends) + "]";
    }
}
