package embedrl.examples.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Builds a page that is HTML and well-formed XML at once; texts are escaped, and every element is closed in order. */
final class Html {
    private static final Set<String> INLINE = Set.of("span", "b", "code", "text");

    private final StringBuilder text = new StringBuilder("<!DOCTYPE html>\n");
    private final Deque<String> open = new ArrayDeque<>();

    /** Opens an element. Attributes come as name, value, name, value. */
    Html open(String tag, String... attributes) {
        start(tag, attributes);
        text.append('>');
        open.push(tag);
        return this;
    }

    /** Closes the element that was opened last. */
    Html close() {
        String tag = open.pop();
        text.append("</").append(tag).append('>');
        if (!INLINE.contains(tag)) {
            text.append('\n');
        }
        return this;
    }

    /** Adds a text. */
    Html text(String words) {
        escape(words, false);
        return this;
    }

    /** Adds an element that holds a text only. */
    Html element(String tag, String words, String... attributes) {
        return open(tag, attributes).text(words).close();
    }

    /** Adds an element that holds nothing, such as an image. */
    Html empty(String tag, String... attributes) {
        start(tag, attributes);
        text.append(" />");
        return this;
    }

    private void start(String tag, String... attributes) {
        text.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            text.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1], true);
            text.append('"');
        }
    }

    private void escape(String words, boolean attribute) {
        words.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append(attribute ? "&quot;" : "\"");
                case '\n', '\t' -> text.append((char) point);
                // A model may write any bytes; what XML cannot hold is shown as the replacement character.
                default -> text.appendCodePoint(point < 0x20 || point == 0xFFFE || point == 0xFFFF || point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point);
            }
        });
    }

    /** The page; every element must have been closed. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("html: not closed: " + open);
        }
        return text.toString();
    }
}
