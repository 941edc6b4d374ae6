package embedrl.models.chat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The filters of templates: {@code value|name(arguments)}. */
final class Filters {
    private final Renderer renderer;

    Filters(Renderer renderer) {
        this.renderer = renderer;
    }

    Object apply(String name, Object value, List<Object> arguments, Map<String, Object> named) {
        return switch (name) {
            case "tojson" -> {
                Object indent = arguments.isEmpty() ? named.get("indent") : arguments.getFirst();
                yield Printed.json(value, indent == null ? -1 : Math.clamp(Values.integer(indent), 0, 16), Values.isTrue(named.get("sort_keys")), renderer.limit());
            }
            case "trim" -> Texts.strip(renderer.text(value), arguments.isEmpty() ? null : Values.string(arguments.getFirst()), true, true);
            case "length", "count" -> Values.length(value);
            case "string" -> renderer.text(value);
            case "upper" -> renderer.text(value).toUpperCase(Locale.ROOT);
            case "lower" -> renderer.text(value).toLowerCase(Locale.ROOT);
            case "capitalize" -> Texts.capitalize(renderer.text(value));
            case "title" -> title(renderer.text(value));
            case "round" -> round(value, arguments);
            case "replace" -> renderer.text(value).replace(notEmpty(Values.string(arguments.get(0))), Values.string(arguments.get(1)));
            case "safe" -> value;
            case "first" -> end(value, 0);
            case "last" -> end(value, Values.elements(value).size() - 1);
            case "list" -> new ArrayList<>(Values.elements(value));
            case "items" -> value instanceof Undefined ? List.of() : items(value);
            case "dictsort" -> items(value).stream().sorted((a, b) -> Values.compare(((List<?>) a).getFirst(), ((List<?>) b).getFirst())).toList();
            case "reverse" -> value instanceof String text ? new StringBuilder(text).reverse().toString() : new ArrayList<>(Values.elements(value)).reversed();
            case "join" -> {
                String separator = arguments.isEmpty() ? "" : Values.string(arguments.getFirst());
                yield String.join(separator, Values.elements(value).stream().map(renderer::text).toList());
            }
            case "default", "d" -> {
                boolean falseToo = Values.isTrue(arguments.size() > 1 ? arguments.get(1) : named.get("boolean"));
                yield value instanceof Undefined || falseToo && !Values.isTrue(value) ? (arguments.isEmpty() ? "" : arguments.getFirst()) : value;
            }
            case "int" -> integer(value, arguments);
            case "float" -> Values.isNumber(value) ? Values.number(value).doubleValue() : parsed(value);
            case "abs" -> Values.number(value) instanceof Long number ? (Object) Math.abs(number) : Math.abs(Values.number(value).doubleValue());
            case "sum" -> Values.elements(value).stream().map(element -> (Object) element).reduce(0L, (a, b) -> Operators.binary("+", a, b, renderer.limit()));
            case "min" -> Values.elements(value).stream().map(element -> (Object) element).min(Values::compare).orElse(new Undefined("min"));
            case "max" -> Values.elements(value).stream().map(element -> (Object) element).max(Values::compare).orElse(new Undefined("max"));
            case "sort" -> Values.elements(value).stream().map(element -> (Object) element).sorted(Values::compare).toList();
            case "unique" -> unique(value);
            case "map" -> map(value, arguments, named);
            case "select" -> chosen(value, null, arguments, true);
            case "reject" -> chosen(value, null, arguments, false);
            case "selectattr" -> chosen(value, Values.string(arguments.getFirst()), arguments.subList(1, arguments.size()), true);
            case "rejectattr" -> chosen(value, Values.string(arguments.getFirst()), arguments.subList(1, arguments.size()), false);
            case "indent" -> indent(renderer.text(value), arguments.isEmpty() ? 4 : Values.integer(arguments.getFirst()),
                    Values.isTrue(arguments.size() > 1 ? arguments.get(1) : named.get("first")));
            case "escape", "e" -> renderer.text(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;").replace("\"", "&#34;");
            default -> throw new TemplateException("filter '" + name + "' is not supported");
        };
    }

    // Other than the method of texts, the filter begins words behind spaces, hyphens and opening brackets alone.
    private static String title(String text) {
        StringBuilder result = new StringBuilder();
        boolean begins = true;
        for (int c : text.codePoints().toArray()) {
            result.appendCodePoint(begins ? Character.toTitleCase(c) : Character.toLowerCase(c));
            begins = Texts.isSpace(c) || "-({[<".indexOf(c) >= 0;
        }
        return result.toString();
    }

    private static List<Object> unique(Object value) {
        for (Object element : Values.elements(value)) {
            if (element instanceof List || element instanceof Map) {
                throw new TemplateException("unique needs texts or numbers, got " + Values.kind(element));
            }
        }
        return new ArrayList<>(new LinkedHashSet<>(Values.elements(value)));
    }

    private static Object round(Object value, List<Object> arguments) {
        int digits = arguments.isEmpty() ? 0 : Math.clamp(Values.integer(arguments.getFirst()), 0, 15);
        Number number = Values.number(value);
        return number instanceof Long ? number
                : (Object) new java.math.BigDecimal(number.doubleValue()).setScale(digits, java.math.RoundingMode.HALF_EVEN).doubleValue();
    }

    private static List<Object> items(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new TemplateException("items needs a map, got " + Values.kind(value));
        }
        List<Object> items = new ArrayList<>();
        map.forEach((key, element) -> items.add(new Tuple(java.util.Arrays.asList(key, element))));
        return items;
    }

    private static Object end(Object value, int index) {
        List<?> elements = Values.elements(value);
        return elements.isEmpty() ? new Undefined("an element of an empty sequence") : elements.get(index);
    }

    private static String notEmpty(String text) {
        if (text.isEmpty()) {
            throw new TemplateException("replace needs a text to look for that is not empty");
        }
        return text;
    }

    private static Object integer(Object value, List<Object> arguments) {
        if (Values.isNumber(value)) {
            return Values.number(value).longValue();
        }
        if (value instanceof String text && text.strip().matches("[-+]?[0-9]{1,18}")) {
            return Long.valueOf(text.strip());
        }
        return arguments.isEmpty() ? 0L : arguments.getFirst();
    }

    private static Double parsed(Object value) {
        return value instanceof String text && text.strip().matches("[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]{1,3})?") ? Double.parseDouble(text.strip()) : 0.0;
    }

    private List<Object> map(Object value, List<Object> arguments, Map<String, Object> named) {
        List<Object> result = new ArrayList<>();
        for (Object element : Values.elements(value)) {
            if (named.get("attribute") instanceof String attribute) {
                Object found = renderer.attribute(element, attribute);
                result.add(found instanceof Undefined && named.containsKey("default") ? named.get("default") : found);
            } else {
                result.add(apply(Values.string(arguments.getFirst()), element, arguments.subList(1, arguments.size()), Map.of()));
            }
        }
        return result;
    }

    private List<Object> chosen(Object value, String attribute, List<Object> test, boolean wanted) {
        List<Object> result = new ArrayList<>();
        for (Object element : Values.elements(value)) {
            Object tested = attribute == null ? element : renderer.attribute(element, attribute);
            boolean holds = test.isEmpty() ? Values.isTrue(tested) : Tests.holds(Values.string(test.getFirst()), tested, test.subList(1, test.size()));
            if (holds == wanted) {
                result.add(element);
            }
        }
        return result;
    }

    private static String indent(String text, int width, boolean first) {
        String space = " ".repeat(Math.clamp(width, 0, 64));
        List<String> lines = text.lines().toList();
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            boolean indented = i == 0 ? first : !lines.get(i).isEmpty();
            result.append(i == 0 ? "" : "\n").append(indented ? space : "").append(lines.get(i));
        }
        return result.append(text.endsWith("\n") ? "\n" : "").toString();
    }
}
