package embedrl.embedrl.tcot;

/** White space in the wide sense: what Java, Unicode or Python calls a space, no-break spaces included. */
final class Blanks {

    private static final char NEXT_LINE = 0x85;

    private Blanks() {
    }

    static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    static boolean isBlank(String text) {
        return strip(text).isEmpty();
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE;
    }
}
