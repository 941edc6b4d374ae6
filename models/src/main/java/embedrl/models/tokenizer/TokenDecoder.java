package embedrl.models.tokenizer;

import java.util.List;

/**
 * How the tokens of vocabularies made of characters become text; byte-level vocabularies need no steps.
 *
 * @param steps done one after another on the list of tokens
 */
public record TokenDecoder(List<Step> steps) {
    /** No step: tokens are joined. */
    public static final TokenDecoder JOIN = new TokenDecoder(List.of());

    /** One change of the list of tokens. */
    public sealed interface Step {}

    /** In each token, a text replaced by another. */
    public record Replace(String pattern, String content) implements Step {}

    /** Runs of tokens such as {@code <0xE2>} become the text of those bytes. */
    public record ByteFallback() implements Step {}

    /** All tokens become one. */
    public record Fuse() implements Step {}

    /** Up to so many of a character taken off at the beginning and end of each token. */
    public record Strip(String content, int start, int stop) implements Step {}

    /** Copies the list. */
    public TokenDecoder {
        steps = List.copyOf(steps);
    }

    /** The text of tokens. */
    String decode(List<String> tokens) {
        List<String> result = tokens;
        for (Step step : steps) {
            result = switch (step) {
                case Replace(String pattern, String content) -> result.stream().map(token -> token.replace(pattern, content)).toList();
                case ByteFallback() -> ByteTokens.decode(result);
                case Fuse() -> List.of(String.join("", result));
                case Strip strip -> result.stream().map(token -> strip(token, strip)).toList();
            };
        }
        return String.join("", result);
    }

    private static String strip(String token, Strip strip) {
        int from = 0;
        for (int i = 0; i < strip.start() && token.startsWith(strip.content(), from); i++) {
            from += strip.content().length();
        }
        int to = token.length();
        for (int i = 0; i < strip.stop() && to - strip.content().length() >= from && token.startsWith(strip.content(), to - strip.content().length()); i++) {
            to -= strip.content().length();
        }
        return token.substring(from, to);
    }
}
