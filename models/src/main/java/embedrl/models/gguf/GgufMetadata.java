package embedrl.models.gguf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The metadata of a GGUF file: values by key in the order of the file, with typed access.
 *
 * <p>A method with a fallback uses it where the key is missing; a value of another type is an error in any case.
 */
public final class GgufMetadata {
    private final String source;
    private final Map<String, GgufValue> values;

    /** Metadata of a file; {@code source} names it in errors. */
    public GgufMetadata(String source, Map<String, GgufValue> values) {
        this.source = source;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** All values by key; unmodifiable. */
    public Map<String, GgufValue> values() {
        return values;
    }

    /** Whether there is a value of that key. */
    public boolean contains(String key) {
        return values.containsKey(key);
    }

    /** The value of a key. */
    public Optional<GgufValue> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A string. */
    public String text(String key) {
        return toText(key, required(key));
    }

    /** A string, or else the fallback. */
    public String text(String key, String fallback) {
        return get(key).map(value -> toText(key, value)).orElse(fallback);
    }

    /** An integer of any width that fits an int. */
    public int integer(String key) {
        return toInt(key, required(key));
    }

    /** An integer of any width that fits an int, or else the fallback. */
    public int integer(String key, int fallback) {
        return get(key).map(value -> toInt(key, value)).orElse(fallback);
    }

    /** A number of any type. */
    public double number(String key) {
        return toDouble(key, required(key));
    }

    /** A number of any type, or else the fallback. */
    public double number(String key, double fallback) {
        return get(key).map(value -> toDouble(key, value)).orElse(fallback);
    }

    /** True or false, or else the fallback. */
    public boolean flag(String key, boolean fallback) {
        return get(key).map(value -> value instanceof GgufValue.Flag(boolean flag) ? flag : fail(key, "a BOOL", value)).orElse(fallback);
    }

    /** An array of strings. */
    public List<String> texts(String key) {
        return array(key).stream().map(value -> toText(key, value)).toList();
    }

    /** An array of integers that fit ints. */
    public int[] integers(String key) {
        return array(key).stream().mapToInt(value -> toInt(key, value)).toArray();
    }

    /** An array of numbers. */
    public double[] numbers(String key) {
        return array(key).stream().mapToDouble(value -> toDouble(key, value)).toArray();
    }

    private List<GgufValue> array(String key) {
        GgufValue value = required(key);
        return value instanceof GgufValue.Array array ? array.elements() : fail(key, "an ARRAY", value);
    }

    private GgufValue required(String key) {
        GgufValue value = values.get(key);
        if (value == null) {
            throw new GgufException(source + ": no metadata '" + key + "' among " + values.size() + " values");
        }
        return value;
    }

    private String toText(String key, GgufValue value) {
        return value instanceof GgufValue.Text(String text) ? text : fail(key, "a STRING", value);
    }

    private int toInt(String key, GgufValue value) {
        return value instanceof GgufValue.Whole(_, long whole) && whole == (int) whole ? (int) whole
                : fail(key, "an integer between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE, value);
    }

    private double toDouble(String key, GgufValue value) {
        return switch (value) {
            case GgufValue.Real(_, double real) -> real;
            case GgufValue.Whole(GgufValue.Type type, long whole) when type != GgufValue.Type.UINT64 || whole >= 0 -> whole;
            default -> fail(key, "a number", value);
        };
    }

    private <T> T fail(String key, String expected, GgufValue found) {
        throw new GgufException(source + ": metadata '" + key + "': expected " + expected + ", found " + found.type() + " " + found);
    }
}
