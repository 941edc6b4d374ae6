package embedrl.models.tokenizer;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The known regular expressions that cut a text into words.
 *
 * <p>A tokenizer file brings its own expression. Only these are accepted: an unknown one could need unbounded time or stack.
 */
public enum WordPattern {
    /** Contractions in lower case; runs of letters, of digits, of other characters, each with a space before it. */
    GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
    /** As {@link #GPT2}, written shorter. */
    GPT2_SHORT("'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
    /** Contractions in any case; one digit at a time. */
    QWEN2("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    /** As {@link #QWEN2}, and combining marks belong to words. */
    QWEN3_5("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    /** As {@link #QWEN2}, but up to three digits together. */
    LLAMA3("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    /** Words may change from capitals to small letters once, and keep their contraction. */
    GPT4O("[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
            + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
            + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

    private final String expression;
    private final Pattern pattern;

    WordPattern(String expression) {
        this.expression = expression;
        // White space and letters are Unicode's, and so is the case of the contractions.
        this.pattern = Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS);
    }

    /** The regular expression as tokenizer files write it. */
    public String expression() {
        return expression;
    }

    /** The entry of that expression. */
    public static Optional<WordPattern> of(String expression) {
        for (WordPattern candidate : values()) {
            if (candidate.expression.equals(expression)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    Pattern pattern() {
        return pattern;
    }
}
