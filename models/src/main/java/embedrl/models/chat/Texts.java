package embedrl.models.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The methods of texts that templates use, as Python defines them. */
final class Texts {
    private Texts() {}

    /** The method of that name, or null where there is none. */
    static Function method(String text, String name) {
        return switch (name) {
            case "strip" -> (arguments, named) -> strip(text, characters(arguments), true, true);
            case "lstrip" -> (arguments, named) -> strip(text, characters(arguments), true, false);
            case "rstrip" -> (arguments, named) -> strip(text, characters(arguments), false, true);
            case "split" -> (arguments, named) -> split(text, argument(arguments, named, 0, "sep"), argument(arguments, named, 1, "maxsplit"));
            case "rsplit" -> (arguments, named) -> rsplit(text, Values.string(argument(arguments, named, 0, "sep")), argument(arguments, named, 1, "maxsplit"));
            case "splitlines" -> (arguments, named) -> text.isEmpty() ? List.of() : lines(text);
            case "startswith" -> (arguments, named) -> any(arguments.getFirst(), text::startsWith);
            case "endswith" -> (arguments, named) -> any(arguments.getFirst(), text::endsWith);
            case "upper" -> (arguments, named) -> text.toUpperCase(Locale.ROOT);
            case "lower" -> (arguments, named) -> text.toLowerCase(Locale.ROOT);
            case "capitalize" -> (arguments, named) -> capitalize(text);
            case "title" -> (arguments, named) -> title(text);
            case "replace" -> (arguments, named) -> replace(text, Values.string(arguments.get(0)), Values.string(arguments.get(1)),
                    arguments.size() > 2 ? Values.integer(arguments.get(2)) : -1);
            case "find" -> (arguments, named) -> {
                int at = text.indexOf(Values.string(arguments.getFirst()));
                return (long) (at < 0 ? -1 : text.codePointCount(0, at));
            };
            case "count" -> (arguments, named) -> (long) split(text, Values.string(arguments.getFirst()), null).size() - 1;
            case "join" -> (arguments, named) -> String.join(text, Values.elements(arguments.getFirst()).stream().map(Values::string).toList());
            case "isdigit" -> (arguments, named) -> !text.isEmpty() && text.codePoints().allMatch(Character::isDigit);
            case "isalpha" -> (arguments, named) -> !text.isEmpty() && text.codePoints().allMatch(Character::isLetter);
            case "isspace" -> (arguments, named) -> !text.isEmpty() && text.codePoints().allMatch(Texts::isSpace);
            case "removeprefix" -> (arguments, named) -> {
                String prefix = Values.string(arguments.getFirst());
                return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
            };
            case "removesuffix" -> (arguments, named) -> {
                String suffix = Values.string(arguments.getFirst());
                return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
            };
            default -> null;
        };
    }

    private static Object argument(List<Object> positional, java.util.Map<String, Object> named, int index, String name) {
        return positional.size() > index ? positional.get(index) : named.get(name);
    }

    private static String characters(List<Object> arguments) {
        return arguments.isEmpty() || arguments.getFirst() == null ? null : Values.string(arguments.getFirst());
    }

    private static boolean any(Object candidates, java.util.function.Predicate<String> matches) {
        return candidates instanceof List<?> list ? list.stream().anyMatch(one -> matches.test(Values.string(one))) : matches.test(Values.string(candidates));
    }

    /** White space, or else these characters, taken off at the ends. */
    static String strip(String text, String characters, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && isIn(text.codePointAt(from), characters)) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && to > from && isIn(text.codePointBefore(to), characters)) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static boolean isIn(int codePoint, String characters) {
        return characters == null ? isSpace(codePoint) : characters.indexOf(codePoint) >= 0;
    }

    /** White space as Python's {@code str.isspace} has it. */
    static boolean isSpace(int codePoint) {
        return Character.isSpaceChar(codePoint) || codePoint >= '\t' && codePoint <= '\r' || codePoint >= 0x1c && codePoint <= 0x1f || codePoint == 0x85;
    }

    private static List<Object> split(String text, Object separator, Object most) {
        int left = most == null ? -1 : Values.integer(most);
        List<Object> parts = new ArrayList<>();
        if (separator == null) {
            String rest = strip(text, null, true, false);
            while (!rest.isEmpty() && left-- != 0) {
                int end = 0;
                while (end < rest.length() && !isSpace(rest.charAt(end))) {
                    end++;
                }
                parts.add(rest.substring(0, end));
                rest = strip(rest.substring(end), null, true, false);
            }
            if (!rest.isEmpty()) {
                parts.add(rest);
            }
            return parts;
        }
        String by = separator(separator);
        int from = 0;
        for (int at = text.indexOf(by); at >= 0 && left-- != 0; at = text.indexOf(by, from)) {
            parts.add(text.substring(from, at));
            from = at + by.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static List<Object> rsplit(String text, String separator, Object most) {
        String by = separator(separator);
        int left = most == null ? -1 : Values.integer(most);
        List<Object> parts = new ArrayList<>();
        int to = text.length();
        for (int at = text.lastIndexOf(by); at >= 0 && left-- != 0; at = to < by.length() ? -1 : text.lastIndexOf(by, to - by.length())) {
            parts.addFirst(text.substring(at + by.length(), to));
            to = at;
        }
        parts.addFirst(text.substring(0, to));
        return parts;
    }

    private static String separator(Object value) {
        String separator = Values.string(value);
        if (separator.isEmpty()) {
            throw new TemplateException("split needs a separator that is not empty");
        }
        return separator;
    }

    private static List<Object> lines(String text) {
        List<Object> lines = new ArrayList<>();
        text.lines().forEach(lines::add);
        return lines;
    }

    private static String replace(String text, String old, String by, int most) {
        if (most < 0 && !old.isEmpty()) {
            return text.replace(old, by);
        }
        if (old.isEmpty()) {
            throw new TemplateException("replace needs a text to look for that is not empty");
        }
        StringBuilder result = new StringBuilder();
        int from = 0;
        int left = most;
        for (int at = text.indexOf(old); at >= 0 && left-- > 0; at = text.indexOf(old, from)) {
            result.append(text, from, at).append(by);
            from = at + old.length();
        }
        return result.append(text.substring(from)).toString();
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT) + text.substring(first).toLowerCase(Locale.ROOT);
    }

    static String title(String text) {
        StringBuilder result = new StringBuilder();
        boolean inWord = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            result.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
        }
        return result.toString();
    }
}
