package embedrl.models.chat;

import java.util.List;
import java.util.Map;

/** Values as Python prints them, and as JSON. Stops with an error where the text would be longer than the limit. */
final class Printed {
    private static final int DEEPEST = 100;

    private final StringBuilder out = new StringBuilder();
    private final int limit;

    private Printed(int limit) {
        this.limit = limit;
    }

    /** As Python's {@code str}. */
    static String text(Object value, int limit) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Undefined) {
            return "";
        }
        Printed printed = new Printed(limit);
        printed.python(value, 0);
        return printed.out.toString();
    }

    /** As Python's {@code json.dumps(value, ensure_ascii=False, indent=indent)}; an indent below 0 means one line. */
    static String json(Object value, int indent, boolean sorted, int limit) {
        Printed printed = new Printed(limit);
        printed.writeJson(value, indent, sorted, 0);
        return printed.out.toString();
    }

    private void python(Object value, int depth) {
        check(depth);
        switch (value) {
            case null -> out.append("None");
            case Boolean flag -> out.append(flag ? "True" : "False");
            case Long number -> out.append(number);
            case Double number -> out.append(number(number));
            case String text -> quoted(text);
            case List<?> list -> {
                boolean tuple = list instanceof Tuple;
                out.append(tuple ? '(' : '[');
                for (int i = 0; i < list.size(); i++) {
                    out.append(i == 0 ? "" : ", ");
                    python(list.get(i), depth + 1);
                }
                out.append(tuple ? list.size() == 1 ? ",)" : ")" : "]");
            }
            case Map<?, ?> map -> {
                out.append('{');
                int start = out.length();
                map.forEach((key, element) -> {
                    out.append(out.length() == start ? "" : ", ");
                    python(key, depth + 1);
                    out.append(": ");
                    python(element, depth + 1);
                });
                out.append('}');
            }
            case Undefined _ -> out.append("Undefined");
            default -> throw new TemplateException("an object of the template itself cannot be printed");
        }
    }

    private void quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(quote);
                    } else if (c < ' ' || c >= 0x7f && c < 0xa0) {
                        out.append(String.format("\\x%02x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        out.append(quote);
    }

    private void writeJson(Object value, int indent, boolean sorted, int depth) {
        check(depth);
        switch (value) {
            case null -> out.append("null");
            case Boolean flag -> out.append(flag);
            case Long number -> out.append(number);
            case Double number -> out.append(number.isNaN() ? "NaN" : number.isInfinite() ? (number > 0 ? "Infinity" : "-Infinity") : number(number));
            case String text -> jsonText(text);
            case List<?> list -> {
                out.append('[');
                for (int i = 0; i < list.size(); i++) {
                    separate(i > 0, indent, depth + 1);
                    writeJson(list.get(i), indent, sorted, depth + 1);
                }
                close(list.isEmpty(), indent, depth, ']');
            }
            case Map<?, ?> map -> {
                out.append('{');
                boolean[] begun = {false};
                var entries = sorted ? map.entrySet().stream().sorted((a, b) -> Values.compare(a.getKey(), b.getKey())).toList() : List.copyOf(map.entrySet());
                for (Map.Entry<?, ?> entry : entries) {
                    separate(begun[0], indent, depth + 1);
                    begun[0] = true;
                    key(entry.getKey());
                    out.append(": ");
                    writeJson(entry.getValue(), indent, sorted, depth + 1);
                }
                close(map.isEmpty(), indent, depth, '}');
            }
            case Undefined undefined -> throw undefined.error();
            default -> throw new TemplateException("an object of the template itself is no JSON");
        }
    }

    private void key(Object key) {
        if (key instanceof String text) {
            jsonText(text);
        } else if (key == null || Values.isNumber(key)) {
            out.append('"');
            writeJson(key, -1, false, 0);
            out.append('"');
        } else {
            throw new TemplateException("a key of JSON is a text, got " + Values.kind(key));
        }
    }

    private void separate(boolean begun, int indent, int depth) {
        if (indent >= 0) {
            out.append(begun ? "," : "").append('\n').append(" ".repeat(indent * depth));
        } else {
            out.append(begun ? ", " : "");
        }
    }

    private void close(boolean empty, int indent, int depth, char bracket) {
        if (!empty && indent >= 0) {
            out.append('\n').append(" ".repeat(indent * depth));
        }
        out.append(bracket);
    }

    private void jsonText(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> out.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            }
        }
        out.append('"');
    }

    /** A floating-point number as Python writes it: the shortest digits that give it back. */
    static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        java.math.BigDecimal exact = new java.math.BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = exact.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String digits = exact.unscaledValue().abs().toString();
        String mantissa = digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "");
        return (value < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    private void check(int depth) {
        if (depth > DEEPEST) {
            throw new TemplateException("values are nested more than " + DEEPEST + " deep");
        }
        if (out.length() > limit) {
            throw new TemplateException("the text of a value is longer than " + limit + " characters");
        }
    }
}
