package embedrl.models.tokenizer;

import java.util.Arrays;

/**
 * A text that was rewritten, with the range of the original that each of its chars stands for.
 *
 * <p>Ranges are code points of the original. The rules for what a rewritten character stands for are those of the reference
 * tokenizers: one that replaces others has the range of the first of them, one that is added has the range of the one before.
 */
final class AlignedText {
    private final String text;
    // First code point of the part of the original that this text came from.
    private final int base;
    private final int[] starts;
    private final int[] ends;

    private AlignedText(String text, int base, int[] starts, int[] ends) {
        this.text = text;
        this.base = base;
        this.starts = starts;
        this.ends = ends;
    }

    /** A part of an original that begins at code point {@code base}. */
    static AlignedText of(String text, int base) {
        int[] starts = new int[text.length()];
        int[] ends = new int[text.length()];
        int codePoint = base;
        for (int i = 0; i < starts.length; codePoint++) {
            for (int end = i + Character.charCount(text.codePointAt(i)); i < end; i++) {
                starts[i] = codePoint;
                ends[i] = codePoint + 1;
            }
        }
        return new AlignedText(text, base, starts, ends);
    }

    String text() {
        return text;
    }

    /** First code point of the original that the char at an index stands for. */
    int start(int index) {
        return starts[index];
    }

    /** Code point of the original behind what the char at an index stands for. */
    int end(int index) {
        return ends[index];
    }

    /** The chars from {@code from} to before {@code to}. */
    AlignedText range(int from, int to) {
        return new AlignedText(text.substring(from, to), from < to ? starts[from] : base, Arrays.copyOfRange(starts, from, to),
                Arrays.copyOfRange(ends, from, to));
    }

    /** Writes a changed copy from left to right. */
    Rewrite rewrite() {
        return new Rewrite();
    }

    /** A copy in the making: each code point put says what it does to those of the source. */
    final class Rewrite {
        private final StringBuilder out = new StringBuilder(text.length());
        private int[] newStarts = new int[text.length()];
        private int[] newEnds = new int[text.length()];
        private int position;

        /** Adds a code point that stands for the one at the position, and for {@code removed} more behind it. */
        void replace(int codePoint, int removed) {
            boolean atEnd = position >= text.length();
            append(codePoint, atEnd ? base : starts[position], atEnd ? base : ends[position]);
            remove(1 + removed);
        }

        /** Adds a code point that takes the range of what lies before the position. */
        void add(int codePoint) {
            append(codePoint, position == 0 ? base : starts[position - 1], position == 0 ? base : ends[position - 1]);
        }

        /** Leaves out code points of the source. */
        void remove(int codePoints) {
            for (int i = 0; i < codePoints && position < text.length(); i++) {
                position += Character.charCount(text.codePointAt(position));
            }
        }

        /** Copies code points of the source up to a char index. */
        void copyTo(int index) {
            while (position < index) {
                replace(text.codePointAt(position), 0);
            }
        }

        /** Leaves out what lies before a char index. */
        void removeTo(int index) {
            position = Math.max(position, index);
        }

        AlignedText finish() {
            return new AlignedText(out.toString(), base, Arrays.copyOf(newStarts, out.length()), Arrays.copyOf(newEnds, out.length()));
        }

        private void append(int codePoint, int start, int end) {
            int from = out.length();
            out.appendCodePoint(codePoint);
            if (out.length() > newStarts.length) {
                newStarts = Arrays.copyOf(newStarts, 2 * out.length());
                newEnds = Arrays.copyOf(newEnds, 2 * out.length());
            }
            Arrays.fill(newStarts, from, out.length(), start);
            Arrays.fill(newEnds, from, out.length(), end);
        }
    }
}
