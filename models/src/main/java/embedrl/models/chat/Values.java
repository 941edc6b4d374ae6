package embedrl.models.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The values of templates and what Python's built-in operations make of them.
 *
 * <p>null, {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link List}, {@link Map} and what the renderer adds:
 * {@link Undefined}, functions, namespaces and loops.
 */
final class Values {
    private static final int DEEPEST = 100;
    private static final int MOST_COMPARISONS = 100_000;
    private static final int MOST_CHARACTERS = 1_000_000;

    private Values() {}

    /** A value from outside: numbers become long or double, collections are copied. */
    static Object of(Object value) {
        return of(value, 0);
    }

    private static Object of(Object value, int depth) {
        if (depth > DEEPEST) {
            throw new TemplateException("values are nested more than " + DEEPEST + " deep");
        }
        return switch (value) {
            case null -> null;
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case Float number -> number.doubleValue();
            case Long _, Double _, Boolean _, String _, Function _ -> value;
            case Map<?, ?> map -> {
                Map<Object, Object> copy = new LinkedHashMap<>();
                map.forEach((key, element) -> copy.put(of(key, depth + 1), of(element, depth + 1)));
                yield copy;
            }
            case Iterable<?> elements -> {
                List<Object> copy = new ArrayList<>();
                elements.forEach(element -> copy.add(of(element, depth + 1)));
                yield copy;
            }
            default -> throw new TemplateException("a template takes null, true, false, numbers, texts, lists and maps, got " + value.getClass().getName());
        };
    }

    static boolean isTrue(Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Undefined _ -> false;
            default -> true;
        };
    }

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    /** A number that takes part in arithmetic; true is 1. */
    static Number number(Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number;
            case Boolean flag -> flag ? 1L : 0L;
            case Undefined undefined -> throw undefined.error();
            case null, default -> throw new TemplateException("a number is needed, got " + kind(value));
        };
    }

    static int integer(Object value) {
        if (number(value) instanceof Long number) {
            return (int) Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        throw new TemplateException("an integer is needed, got " + value);
    }

    static String string(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw value instanceof Undefined undefined ? undefined.error() : new TemplateException("a text is needed, got " + kind(value));
    }

    static boolean equal(Object left, Object right) {
        return new Comparing().equal(left, right);
    }

    static int compare(Object left, Object right) {
        return new Comparing().compare(left, right);
    }

    /** One comparison. It stops with an error where lists that share elements would make it endless. */
    private static final class Comparing {
        private int left = MOST_COMPARISONS;

        private boolean equal(Object one, Object other) {
            count();
            if (isNumber(one) && isNumber(other)) {
                Number a = number(one);
                Number b = number(other);
                return a instanceof Long && b instanceof Long ? a.longValue() == b.longValue() : a.doubleValue() == b.doubleValue();
            }
            if (one instanceof List<?> a && other instanceof List<?> b) {
                boolean same = a.size() == b.size();
                for (int i = 0; same && i < a.size(); i++) {
                    same = equal(a.get(i), b.get(i));
                }
                return same;
            }
            if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
                return a.size() == b.size() && a.entrySet().stream().allMatch(entry -> b.containsKey(entry.getKey()) && equal(entry.getValue(), b.get(entry.getKey())));
            }
            return one instanceof Undefined && other instanceof Undefined || Objects.equals(one, other);
        }

        private int compare(Object one, Object other) {
            count();
            if (isNumber(one) && isNumber(other)) {
                Number a = number(one);
                Number b = number(other);
                return a instanceof Long && b instanceof Long ? Long.compare(a.longValue(), b.longValue()) : Double.compare(a.doubleValue(), b.doubleValue());
            }
            if (one instanceof String a && other instanceof String b) {
                return compareTexts(a, b);
            }
            if (one instanceof List<?> a && other instanceof List<?> b) {
                for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                    if (!equal(a.get(i), b.get(i))) {
                        return compare(a.get(i), b.get(i));
                    }
                }
                return Integer.compare(a.size(), b.size());
            }
            throw new TemplateException("there is no order between " + kind(one) + " and " + kind(other));
        }

        private void count() {
            if (--left < 0) {
                throw new TemplateException("comparing two values takes more than " + MOST_COMPARISONS + " steps");
            }
        }
    }

    // By code points, as Python does; Java's own order is by chars.
    private static int compareTexts(String left, String right) {
        int[] a = left.codePoints().toArray();
        int[] b = right.codePoints().toArray();
        return java.util.Arrays.compare(a, b);
    }

    static boolean contains(Object container, Object value) {
        return switch (container) {
            case String text -> text.contains(string(value));
            case Map<?, ?> map -> {
                if (value instanceof List || value instanceof Map) {
                    throw new TemplateException("the key of a map is a text or number, got " + kind(value));
                }
                yield map.containsKey(value);
            }
            case List<?> list -> list.stream().anyMatch(element -> equal(element, value));
            case Undefined _ -> false;
            case null, default -> throw new TemplateException("nothing can be in " + kind(container));
        };
    }

    /** The elements of a list, the keys of a map, the characters of a text; none of what is undefined. */
    static List<?> elements(Object value) {
        return switch (value) {
            case List<?> list -> list;
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case String text -> {
                if (text.length() > MOST_CHARACTERS) {
                    throw new TemplateException("a text of more than " + MOST_CHARACTERS + " characters cannot be taken apart, got " + text.length());
                }
                yield text.codePoints().mapToObj(Character::toString).toList();
            }
            case Undefined _ -> List.of();
            case null, default -> throw new TemplateException(kind(value) + " has no elements");
        };
    }

    static long length(Object value) {
        return value instanceof String text ? text.codePointCount(0, text.length()) : elements(value).size();
    }

    static Object slice(Object value, Object start, Object stop, Object step) {
        List<?> elements = value instanceof Map ? null : elements(value);
        if (elements == null || value instanceof Undefined) {
            throw value instanceof Undefined undefined ? undefined.error() : new TemplateException("a map has no ranges");
        }
        int by = step == null ? 1 : integer(step);
        if (by == 0) {
            throw new TemplateException("the step of a range must not be 0");
        }
        int size = elements.size();
        int first = bound(start, by > 0 ? 0 : size - 1, size, by);
        int last = bound(stop, by > 0 ? size : -1, size, by);
        List<Object> result = new ArrayList<>();
        for (long i = first; by > 0 ? i < last : i > last; i += by) {
            result.add(elements.get((int) i));
        }
        return value instanceof String ? String.join("", result.stream().map(Object::toString).toList()) : result;
    }

    private static int bound(Object given, int fallback, int size, int step) {
        if (given == null) {
            return fallback;
        }
        long bound = integer(given);
        bound = bound < 0 ? bound + size : bound;
        return (int) Math.clamp(bound, step > 0 ? 0 : -1, step > 0 ? size : size - 1);
    }

    /** What a message calls a value. */
    static String kind(Object value) {
        return switch (value) {
            case null -> "none";
            case Boolean _ -> "a boolean";
            case Long _ -> "an integer";
            case Double _ -> "a number";
            case String _ -> "a text";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a map";
            case Undefined(String name) -> "the undefined '" + name + "'";
            default -> "an object";
        };
    }
}
