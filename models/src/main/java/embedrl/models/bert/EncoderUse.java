package embedrl.models.bert;

/**
 * How an encoder is to be used.
 *
 * @param pooling       how states become a vector
 * @param queryPrefix   put before a text that searches
 * @param passagePrefix put before a text that is found
 * @param maxTokens     longest text in tokens, special tokens included; what is longer is cut
 * @param dimensions    how many of the first numbers of a vector are kept; {@link #ALL} for as many as there are
 */
public record EncoderUse(Pooling pooling, String queryPrefix, String passagePrefix, int maxTokens, int dimensions) {
    /** No limit. */
    public static final int ALL = Integer.MAX_VALUE;

    /** Whole vectors. */
    public EncoderUse(Pooling pooling, String queryPrefix, String passagePrefix, int maxTokens) {
        this(pooling, queryPrefix, passagePrefix, maxTokens, ALL);
    }

    /** Texts as they are, and as long as the network reads them. */
    public static EncoderUse of(Pooling pooling) {
        return new EncoderUse(pooling, "", "", ALL);
    }

    /** The same use with another pooling. */
    public EncoderUse with(Pooling other) {
        return new EncoderUse(other, queryPrefix, passagePrefix, maxTokens, dimensions);
    }

    /** The same use with at most this many tokens. */
    public EncoderUse withMaxTokens(int most) {
        return new EncoderUse(pooling, queryPrefix, passagePrefix, most, dimensions);
    }

    /** The same use with the first numbers of a vector alone. */
    public EncoderUse withDimensions(int kept) {
        return new EncoderUse(pooling, queryPrefix, passagePrefix, maxTokens, kept);
    }
}
