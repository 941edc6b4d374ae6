package embedrl.models.chat;

import embedrl.models.chat.Token.Type;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the source of a template into tokens.
 *
 * <p>White space is treated as chat templates expect it: a line break after a statement is dropped, as is space between the
 * beginning of a line and a statement; {@code -} at a mark drops all white space on its side, {@code +} keeps it.
 */
final class Lexer {
    private static final List<String> OPERATORS = List.of("**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]",
            "{", "}", ",", ":", ".", "|");

    private static final java.util.regex.Pattern NUMBER = java.util.regex.Pattern.compile("[0-9][0-9_]*(\\.[0-9][0-9_]*)?([eE][-+]?[0-9]+)?");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private int line = 1;
    // Whether what comes next begins a line, or everything before it on its line was dropped.
    private boolean atLineStart = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer = new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (position < source.length()) {
            int mark = nextMark(position);
            if (mark < 0) {
                text(source.substring(position));
                position = source.length();
                break;
            }
            char kind = source.charAt(mark + 1);
            char sign = mark + 2 < source.length() ? source.charAt(mark + 2) : ' ';
            text(before(source.substring(position, mark), kind, sign));
            line += count(position, mark);
            position = mark + (sign == '-' || sign == '+' ? 3 : 2);
            switch (kind) {
                case '{' -> inside(Type.PRINT_BEGIN, Type.PRINT_END, "}}");
                case '%' -> statement();
                default -> comment();
            }
        }
        add(Type.END, "");
    }

    private int nextMark(int from) {
        for (int i = source.indexOf('{', from); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            char next = source.charAt(i + 1);
            if (next == '{' || next == '%' || next == '#') {
                return i;
            }
        }
        return -1;
    }

    private String before(String text, char kind, char sign) {
        if (sign == '-') {
            return text.stripTrailing();
        }
        if (kind == '{' || sign == '+') {
            return text;
        }
        int lineStart = text.lastIndexOf('\n') + 1;
        boolean indentation = (lineStart > 0 || atLineStart) && text.substring(lineStart).isBlank();
        return indentation ? text.substring(0, lineStart) : text;
    }

    private void text(String text) {
        if (!text.isEmpty()) {
            add(Type.TEXT, text);
        }
    }

    private void comment() {
        int end = source.indexOf("#}", position);
        if (end < 0) {
            throw error("a comment has no end; close it with #}");
        }
        line += count(position, end);
        boolean strips = end > position && source.charAt(end - 1) == '-';
        boolean keeps = end > position && source.charAt(end - 1) == '+';
        position = end + 2;
        after(strips, !keeps);
    }

    private void statement() {
        int word = position;
        while (word < source.length() && Character.isWhitespace(source.charAt(word))) {
            word++;
        }
        if (source.startsWith("raw", word) && (word + 3 >= source.length() || !isName(source.charAt(word + 3)))) {
            raw(word + 3);
        } else {
            inside(Type.STATEMENT_BEGIN, Type.STATEMENT_END, "%}");
        }
    }

    private void raw(int from) {
        java.util.regex.Matcher begin = java.util.regex.Pattern.compile("\\s*([-+]?)%\\}").matcher(source).region(from, source.length());
        java.util.regex.Matcher end = java.util.regex.Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}").matcher(source);
        if (!begin.lookingAt() || !end.find(begin.end())) {
            throw error("raw needs a closing {% endraw %}");
        }
        position = begin.end();
        after(begin.group(1).equals("-"), !begin.group(1).equals("+"));
        int stop = Math.max(position, end.start());
        String sign = end.group(1);
        text(before(source.substring(position, stop), '%', sign.isEmpty() ? ' ' : sign.charAt(0)));
        line += count(position, stop);
        position = end.end();
        after(end.group(2).equals("-"), !end.group(2).equals("+"));
    }

    private void inside(Type begin, Type end, String close) {
        add(begin, "");
        int brackets = 0;
        while (true) {
            while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
                line += source.charAt(position++) == '\n' ? 1 : 0;
            }
            if (position >= source.length()) {
                throw error("an expression has no end; close it with " + close);
            }
            boolean signed = source.startsWith(close, position + 1) && (source.charAt(position) == '-' || source.charAt(position) == '+');
            if (brackets == 0 && (signed || source.startsWith(close, position))) {
                char sign = signed ? source.charAt(position) : ' ';
                position += signed ? 3 : 2;
                add(end, "");
                after(sign == '-', end == Type.STATEMENT_END && sign != '+');
                return;
            }
            brackets = Math.max(0, brackets + token());
        }
    }

    // How much deeper in brackets the next token leads.
    private int token() {
        char c = source.charAt(position);
        int start = position;
        if (c == '\'' || c == '"') {
            string(c);
            return 0;
        }
        if (c >= '0' && c <= '9') {
            java.util.regex.Matcher number = NUMBER.matcher(source).region(position, source.length());
            number.lookingAt();
            position = number.end();
            add(number.group(1) == null && number.group(2) == null ? Type.INTEGER : Type.FLOAT, number.group());
            return 0;
        }
        if (isName(c)) {
            while (position < source.length() && isName(source.charAt(position))) {
                position++;
            }
            add(Type.NAME, source.substring(start, position));
            return 0;
        }
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, position)) {
                position += operator.length();
                add(Type.OPERATOR, operator);
                return "([{".contains(operator) ? 1 : ")]}".contains(operator) ? -1 : 0;
            }
        }
        throw error("unexpected character '" + Character.toString(source.codePointAt(position)) + "'");
    }

    private void string(char quote) {
        int start = ++position;
        int begun = line;
        while (position < source.length() && source.charAt(position) != quote) {
            position += source.charAt(position) == '\\' ? 2 : 1;
        }
        if (position >= source.length()) {
            throw error("a string has no end; close it with " + quote);
        }
        String written = source.substring(start, position++);
        tokens.add(new Token(Type.STRING, Escapes.resolve(written, begun), begun));
        line += (int) written.chars().filter(c -> c == '\n').count();
    }

    private void after(boolean strips, boolean dropsLineBreak) {
        int from = position;
        if (strips) {
            while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
                position++;
            }
        } else if (dropsLineBreak && position < source.length() && source.charAt(position) == '\n') {
            position++;
        }
        line += count(from, position);
        atLineStart = position > 0 && source.charAt(position - 1) == '\n';
    }

    private int count(int from, int to) {
        int lines = 0;
        for (int i = from; i < to; i++) {
            lines += source.charAt(i) == '\n' ? 1 : 0;
        }
        return lines;
    }

    private static boolean isName(char c) {
        return c == '_' || c >= '0' && c <= '9' || Character.isLetter(c);
    }

    private void add(Type type, String text) {
        tokens.add(new Token(type, text, line));
    }

    private TemplateException error(String problem) {
        return new TemplateException("template line " + line + ": " + problem);
    }
}
