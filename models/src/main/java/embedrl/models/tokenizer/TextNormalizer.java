package embedrl.models.tokenizer;

import java.text.Normalizer.Form;
import java.util.List;

/** What is done to a text before it is split into words. */
public sealed interface TextNormalizer {
    /** No change. */
    TextNormalizer NONE = new Sequence(List.of());

    /** The changed text. */
    String apply(String text);

    /** The changed text and where it came from. */
    AlignedText apply(AlignedText text);

    /** One of the four normalization forms of Unicode. */
    record Unicode(Form form) implements TextNormalizer {
        @Override
        public String apply(String text) {
            return UnicodeForm.apply(form, text);
        }

        @Override
        public AlignedText apply(AlignedText text) {
            return UnicodeForm.apply(form, text);
        }
    }

    /** Lower case, one character at a time. */
    record Lowercase() implements TextNormalizer {
        private static final int CAPITAL_I_WITH_DOT = 0x130;
        private static final int DOT_ABOVE = 0x307;

        @Override
        public AlignedText apply(AlignedText text) {
            AlignedText.Rewrite rewrite = text.rewrite();
            text.text().codePoints().forEach(codePoint -> {
                rewrite.replace(Character.toLowerCase(codePoint), 0);
                if (codePoint == CAPITAL_I_WITH_DOT) {
                    rewrite.add(DOT_ABOVE);
                }
            });
            return rewrite.finish();
        }

        @Override
        public String apply(String text) {
            StringBuilder lower = new StringBuilder(text.length());
            text.codePoints().forEach(codePoint -> {
                lower.appendCodePoint(Character.toLowerCase(codePoint));
                // The only character whose small form is two characters.
                if (codePoint == CAPITAL_I_WITH_DOT) {
                    lower.appendCodePoint(DOT_ABOVE);
                }
            });
            return lower.toString();
        }
    }

    /** A text put before every text that is not empty. */
    record Prepend(String content) implements TextNormalizer {
        @Override
        public String apply(String text) {
            return text.isEmpty() ? text : content + text;
        }

        @Override
        public AlignedText apply(AlignedText text) {
            if (text.text().isEmpty() || content.isEmpty()) {
                return text;
            }
            AlignedText.Rewrite rewrite = text.rewrite();
            // What is put before stands for the first character, which is itself an addition then.
            int[] added = content.codePoints().toArray();
            rewrite.replace(added[0], 0);
            for (int i = 1; i < added.length; i++) {
                rewrite.add(added[i]);
            }
            rewrite.add(text.text().codePointAt(0));
            rewrite.copyTo(text.text().length());
            return rewrite.finish();
        }
    }

    /** Every occurrence of a text replaced by another. */
    record Replace(String pattern, String content) implements TextNormalizer {
        /** Checks that there is something to look for. */
        public Replace {
            if (pattern.isEmpty()) {
                throw new IllegalArgumentException("normalizer: Replace needs a pattern that is not empty");
            }
        }

        @Override
        public String apply(String text) {
            return text.replace(pattern, content);
        }

        @Override
        public AlignedText apply(AlignedText text) {
            AlignedText.Rewrite rewrite = text.rewrite();
            int found = text.text().indexOf(pattern);
            while (found >= 0) {
                rewrite.copyTo(found);
                rewrite.removeTo(found + pattern.length());
                content.codePoints().forEach(rewrite::add);
                found = text.text().indexOf(pattern, found + pattern.length());
            }
            rewrite.copyTo(text.text().length());
            return rewrite.finish();
        }
    }

    /** White space taken off at the ends. */
    record Strip(boolean left, boolean right) implements TextNormalizer {
        @Override
        public String apply(String text) {
            return text.substring(from(text), to(text));
        }

        @Override
        public AlignedText apply(AlignedText text) {
            return text.range(from(text.text()), to(text.text()));
        }

        private int from(String text) {
            int from = 0;
            while (left && from < text.length() && AddedTokenMatcher.isSpace(text.charAt(from))) {
                from++;
            }
            return from;
        }

        private int to(String text) {
            int to = text.length();
            while (right && to > from(text) && AddedTokenMatcher.isSpace(text.charAt(to - 1))) {
                to--;
            }
            return to;
        }
    }

    /** Several, one after another. */
    record Sequence(List<TextNormalizer> steps) implements TextNormalizer {
        /** Copies the list. */
        public Sequence {
            steps = List.copyOf(steps);
        }

        @Override
        public String apply(String text) {
            String result = text;
            for (TextNormalizer step : steps) {
                result = step.apply(result);
            }
            return result;
        }

        @Override
        public AlignedText apply(AlignedText text) {
            AlignedText result = text;
            for (TextNormalizer step : steps) {
                result = step.apply(result);
            }
            return result;
        }
    }
}
