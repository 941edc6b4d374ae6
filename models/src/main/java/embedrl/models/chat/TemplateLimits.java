package embedrl.models.chat;

/**
 * How much a template may do, so that one from an untrusted file ends soon.
 *
 * @param characters of what it prints, and of any text or list on the way
 * @param steps      statements and expressions evaluated
 */
public record TemplateLimits(int characters, long steps) {
    /** 16 million characters, 20 million steps: far more than a conversation needs, less than a second or two. */
    public static final TemplateLimits STANDARD = new TemplateLimits(16_000_000, 20_000_000);
}
