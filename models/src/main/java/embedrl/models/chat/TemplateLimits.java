package embedrl.models.chat;

/**
 * How much a template may do, so that one from an untrusted file ends soon.
 *
 * @param characters of what it prints, and of any text or list on the way
 * @param steps      statements and expressions evaluated; a value counts the more the longer it is
 */
public record TemplateLimits(int characters, long steps) {
    /** 4 million characters, 5 million steps: more than a conversation needs, a matter of a second or two. */
    public static final TemplateLimits STANDARD = new TemplateLimits(4_000_000, 5_000_000);
}
