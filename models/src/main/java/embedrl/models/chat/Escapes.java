package embedrl.models.chat;

/** Resolves the backslashes of a string literal as Python does. */
final class Escapes {
    private Escapes() {}

    static String resolve(String written, int line) {
        if (written.indexOf('\\') < 0) {
            return written;
        }
        StringBuilder text = new StringBuilder(written.length());
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escaped = written.charAt(++i);
            switch (escaped) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'a' -> text.append('\u0007');
                case 'v' -> text.append('\u000b');
                case '\n' -> { }
                case '\\', '\'', '"' -> text.append(escaped);
                case 'x', 'u', 'U' -> {
                    int digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : 8;
                    text.appendCodePoint(codePoint(written, i + 1, digits, line));
                    i += digits;
                }
                case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                    int value = 0;
                    int end = Math.min(written.length(), i + 3);
                    for (; i < end && written.charAt(i) >= '0' && written.charAt(i) <= '7'; i++) {
                        value = 8 * value + written.charAt(i) - '0';
                    }
                    i--;
                    text.append((char) value);
                }
                default -> text.append('\\').append(escaped);
            }
        }
        return text.toString();
    }

    private static int codePoint(String written, int from, int digits, int line) {
        try {
            int value = Integer.parseInt(written.substring(from, from + digits), 16);
            if (value >= 0 && Character.isValidCodePoint(value)) {
                return value;
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new TemplateException("template line " + line + ": a character escape needs " + digits + " hexadecimal digits in '" + written + "': " + e.getMessage());
        }
        throw new TemplateException("template line " + line + ": no such character in '" + written + "'");
    }
}
