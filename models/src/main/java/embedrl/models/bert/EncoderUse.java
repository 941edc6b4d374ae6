package embedrl.models.bert;

/**
 * How an encoder is to be used.
 *
 * @param pooling       how states become a vector
 * @param queryPrefix   put before a text that searches
 * @param passagePrefix put before a text that is found
 * @param maxTokens     longest text in tokens, special tokens included; what is longer is cut
 */
public record EncoderUse(Pooling pooling, String queryPrefix, String passagePrefix, int maxTokens) {
    /** The same use with another pooling. */
    public EncoderUse with(Pooling other) {
        return new EncoderUse(other, queryPrefix, passagePrefix, maxTokens);
    }

    /** The same use with at most this many tokens. */
    public EncoderUse withMaxTokens(int most) {
        return new EncoderUse(pooling, queryPrefix, passagePrefix, most);
    }
}
