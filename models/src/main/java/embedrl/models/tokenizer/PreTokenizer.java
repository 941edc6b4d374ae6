package embedrl.models.tokenizer;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * How a text is split into the words within which tokens merge: steps, each of which splits what the one before left whole.
 *
 * @param steps a {@link ByteLevel} step may only be the last one
 */
public record PreTokenizer(List<Step> steps) {
    /** Splitting of GPT-2. */
    public static final PreTokenizer GPT2 = new PreTokenizer(List.of(new ByteLevel(false, true)));
    /** Splitting of Qwen2, Qwen2.5 and Qwen3. */
    public static final PreTokenizer QWEN2 = byteLevel(WordPattern.QWEN2);
    /** Splitting of Qwen3.5. */
    public static final PreTokenizer QWEN3_5 = byteLevel(WordPattern.QWEN3_5);
    /** Splitting of Llama 3. */
    public static final PreTokenizer LLAMA3 = byteLevel(WordPattern.LLAMA3);
    /** Splitting of GPT-4o. */
    public static final PreTokenizer GPT4O = byteLevel(WordPattern.GPT4O);
    /** Splitting of SmolLM and StarCoder: every digit cut out first, then that of GPT-2. */
    public static final PreTokenizer SMOLLM = new PreTokenizer(List.of(new Digits(true), new ByteLevel(false, true)));

    /** By the names that GGUF files use ({@code tokenizer.ggml.pre}). */
    static final Map<String, PreTokenizer> BY_NAME = Map.ofEntries(Map.entry("gpt-2", GPT2), Map.entry("gpt2", GPT2), Map.entry("mpt", GPT2),
            Map.entry("olmo", GPT2), Map.entry("jais", GPT2), Map.entry("qwen2", QWEN2), Map.entry("qwen35", QWEN3_5),
            Map.entry("llama-bpe", LLAMA3), Map.entry("llama3", LLAMA3), Map.entry("llama-v3", LLAMA3), Map.entry("smaug-bpe", LLAMA3), Map.entry("deepseek-r1-qwen", QWEN2),
            Map.entry("gpt-4o", GPT4O), Map.entry("smollm", SMOLLM), Map.entry("starcoder", SMOLLM), Map.entry("refact", SMOLLM),
            Map.entry("command-r", SMOLLM), Map.entry("codeshell", SMOLLM));

    /** One way to split. */
    public sealed interface Step {}

    /** Cuts out numbers, character by character or run by run. */
    public record Digits(boolean individual) implements Step {}

    /** Cuts at the matches of an expression, which stay words. */
    public record Split(WordPattern pattern) implements Step {}

    /**
     * Turns words into bytes.
     *
     * @param prefixSpace whether a word that begins with no space gets one
     * @param useRegex    whether words are split with {@link WordPattern#GPT2} after that
     */
    public record ByteLevel(boolean prefixSpace, boolean useRegex) implements Step {}

    /** Receives the words of a text in order. */
    @FunctionalInterface
    interface WordConsumer {
        /**
         * Takes a word.
         *
         * @param start    the char of the text at which it begins
         * @param prefixed whether its first char is a space that the text does not have
         */
        void accept(String word, int start, boolean prefixed);
    }

    /** Copies the list and checks the order. */
    public PreTokenizer {
        steps = List.copyOf(steps);
        for (Step step : steps.subList(0, Math.max(0, steps.size() - 1))) {
            if (step instanceof ByteLevel) {
                throw new TokenizerException("pre_tokenizer: the ByteLevel step must be the last one, got " + steps);
            }
        }
    }

    private static PreTokenizer byteLevel(WordPattern pattern) {
        return new PreTokenizer(List.of(new Split(pattern), new ByteLevel(false, false)));
    }

    /** Whether words become bytes; else tokens are made of characters. */
    public boolean isByteLevel() {
        return !steps.isEmpty() && steps.getLast() instanceof ByteLevel;
    }

    /** Hands out the words in order; without prefixes, together they are the text. */
    void split(String text, WordConsumer words) {
        if (!text.isEmpty()) {
            split(0, text, 0, text.length(), words);
        }
    }

    private void split(int step, String text, int from, int to, WordConsumer words) {
        if (step == steps.size()) {
            words.accept(text.substring(from, to), from, false);
            return;
        }
        switch (steps.get(step)) {
            case Digits(boolean individual) -> digits(step, individual, text, from, to, words);
            case Split(WordPattern pattern) -> matches(pattern, text, from, to, (start, end) -> split(step + 1, text, start, end, words));
            case ByteLevel(boolean prefixSpace, boolean useRegex) -> {
                boolean prefixed = prefixSpace && text.charAt(from) != ' ';
                String source = prefixed ? " " + text.substring(from, to) : text;
                int first = prefixed ? 0 : from;
                int last = prefixed ? source.length() : to;
                int shift = prefixed ? from - 1 : 0;
                Range word = (start, end) -> words.accept(source.substring(start, end), Math.max(from, start + shift), prefixed && start == 0);
                if (useRegex) {
                    matches(WordPattern.GPT2, source, first, last, word);
                } else {
                    word.accept(first, last);
                }
            }
        }
    }

    private void digits(int step, boolean individual, String text, int from, int to, WordConsumer words) {
        int begun = from;
        boolean inNumber = false;
        for (int i = from; i < to;) {
            boolean number = isNumber(text.codePointAt(i));
            if (begun < i && (number != inNumber || number && individual)) {
                split(step + 1, text, begun, i, words);
                begun = i;
            }
            inNumber = number;
            i += Character.charCount(text.codePointAt(i));
        }
        split(step + 1, text, begun, to, words);
    }

    @FunctionalInterface
    private interface Range {
        void accept(int start, int end);
    }

    // A look-ahead must not see past the range, so bounds stay opaque (the default).
    private static void matches(WordPattern pattern, String text, int from, int to, Range ranges) {
        Matcher matcher = pattern.pattern().matcher(text).region(from, to);
        int position = from;
        while (matcher.find()) {
            if (matcher.start() > position) {
                ranges.accept(position, matcher.start());
            }
            ranges.accept(matcher.start(), matcher.end());
            position = matcher.end();
        }
        if (position < to) {
            ranges.accept(position, to);
        }
    }

    private static boolean isNumber(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
            default -> false;
        };
    }
}
