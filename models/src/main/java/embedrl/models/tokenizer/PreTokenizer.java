package embedrl.models.tokenizer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The known ways to split a text into words before merging.
 *
 * <p>A tokenizer file brings its own regular expression. Only these are accepted: an unknown one could need unbounded time or stack.
 */
public enum PreTokenizer {
    /** Contractions in lower case; runs of letters, of digits, of other characters, each with a space before it. */
    GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
    /** Contractions in any case; one digit at a time. */
    QWEN2("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    /** As {@link #QWEN2}, and combining marks belong to words. */
    QWEN3_5("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    /** As {@link #QWEN2}, but up to three digits together. */
    LLAMA3("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    /** Every digit cut out first, then {@link #GPT2} on what lies between. */
    SMOLLM(GPT2.expression);

    private final String expression;
    private final Pattern pattern;

    PreTokenizer(String expression) {
        this.expression = expression;
        // White space and letters are Unicode's, and so is the case of the contractions.
        this.pattern = Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS);
    }

    /** Receives the words of a text. */
    @FunctionalInterface
    interface WordConsumer {
        /** A word, as a range of chars. */
        void accept(int start, int end);
    }

    /** The regular expression as tokenizer files write it. */
    String expression() {
        return expression;
    }

    /** Whether digits are cut out before the expression is applied. */
    boolean cutsDigits() {
        return this == SMOLLM;
    }

    /** The entry of that expression and treatment of digits, or null where none is known. */
    static PreTokenizer known(String expression, boolean cutsDigits) {
        for (PreTokenizer candidate : values()) {
            if (candidate.expression.equals(expression) && candidate.cutsDigits() == cutsDigits) {
                return candidate;
            }
        }
        return null;
    }

    /** Hands out the words in order; together they are the text. */
    void split(String text, WordConsumer words) {
        Matcher matcher = pattern.matcher(text);
        if (!cutsDigits()) {
            split(matcher, 0, text.length(), words);
            return;
        }
        int from = 0;
        for (int i = 0; i < text.length();) {
            int codePoint = text.codePointAt(i);
            int end = i + Character.charCount(codePoint);
            if (isNumber(codePoint)) {
                split(matcher, from, i, words);
                words.accept(i, end);
                from = end;
            }
            i = end;
        }
        split(matcher, from, text.length(), words);
    }

    // A look-ahead must not see past the range, so bounds stay opaque (the default).
    private static void split(Matcher matcher, int from, int to, WordConsumer words) {
        if (from == to) {
            return;
        }
        matcher.region(from, to);
        int position = from;
        while (matcher.find()) {
            if (matcher.start() > position) {
                words.accept(position, matcher.start());
            }
            words.accept(matcher.start(), matcher.end());
            position = matcher.end();
        }
        if (position < to) {
            words.accept(position, to);
        }
    }

    private static boolean isNumber(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
            default -> false;
        };
    }
}
