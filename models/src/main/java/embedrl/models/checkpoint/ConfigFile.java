package embedrl.models.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JSON object of a checkpoint's settings, such as {@code config.json}, with fields of checked types. A field that is {@code null} counts as absent.
 * Every error is a {@link ConfigException} that names the file, the field, what it must be and what was found.
 */
public final class ConfigFile {
    private static final long MAXIMUM_BYTES = 16 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final String source;
    private final String path;
    private final JsonNode object;

    private ConfigFile(String source, String path, JsonNode object) {
        this.source = source;
        this.path = path;
        this.object = object;
    }

    /** Reads a file; a missing one is a NoSuchFileException. */
    public static ConfigFile read(Path file) throws IOException {
        if (!Files.exists(file)) throw new NoSuchFileException(file.toString(), null, "a checkpoint needs it");
        if (Files.size(file) > MAXIMUM_BYTES)
            throw new ConfigException(file + ": settings of " + Files.size(file) + " bytes are not read; the limit is " + MAXIMUM_BYTES);
        return parse(file.toString(), Files.readAllBytes(file));
    }

    /** Reads the bytes of a file; source names it in errors. */
    public static ConfigFile parse(String source, byte[] json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new ConfigException(source + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
        if (!root.isObject()) throw new ConfigException(source + ": must be a JSON object, found " + brief(root));
        return new ConfigFile(source, "", root);
    }

    /** Whether a field is there and not null. */
    public boolean has(String key) {
        return object.hasNonNull(key);
    }

    /** Names of all fields. */
    public Collection<String> names() {
        return object.propertyNames();
    }

    /** The object in a field; one without fields where it is absent. */
    public ConfigFile section(String key) {
        JsonNode value = object.path(key);
        if (!has(key)) return new ConfigFile(source, path + key + ".", JSON.createObjectNode());
        if (!value.isObject()) throw wrong(key, "an object");
        return new ConfigFile(source, path + key + ".", value);
    }

    /** Whether a field holds a text. */
    public boolean isText(String key) {
        return object.path(key).isString();
    }

    public String text(String key) {
        if (!object.path(key).isString()) throw wrong(key, "a text");
        return object.path(key).stringValue();
    }

    public String text(String key, String ifAbsent) {
        return has(key) ? text(key) : ifAbsent;
    }

    public boolean flag(String key, boolean ifAbsent) {
        if (!has(key)) return ifAbsent;
        if (!object.path(key).isBoolean()) throw wrong(key, "true or false");
        return object.path(key).booleanValue();
    }

    /** A whole number of at least 0. */
    public int integer(String key) {
        return integer(key, object.path(key));
    }

    public int integer(String key, int ifAbsent) {
        return has(key) ? integer(key) : ifAbsent;
    }

    private int integer(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) throw wrong(key, "a whole number of 0 or more");
        return value.intValue();
    }

    /** A finite number. */
    public double number(String key) {
        if (!object.path(key).isNumber() || !Double.isFinite(object.path(key).doubleValue())) throw wrong(key, "a finite number");
        return object.path(key).doubleValue();
    }

    public double number(String key, double ifAbsent) {
        return has(key) ? number(key) : ifAbsent;
    }

    /** The texts of an array; none where it is absent. */
    public List<String> texts(String key) {
        List<String> values = new ArrayList<>();
        for (JsonNode value : array(key)) {
            if (!value.isString()) throw wrong(key, "an array of texts");
            values.add(value.stringValue());
        }
        return values;
    }

    /** One whole number or an array of them; none where it is absent. */
    public List<Integer> integers(String key) {
        if (has(key) && object.path(key).isNumber()) return List.of(integer(key));
        List<Integer> values = new ArrayList<>();
        for (JsonNode value : array(key)) values.add(integer(key, value));
        return values;
    }

    /** Whether a field holds neither a value nor a non-empty object or array, and is not true: nothing is asked for. */
    public boolean isUnset(String key) {
        JsonNode value = object.path(key);
        return !has(key) || value.isContainer() && value.isEmpty() || value.isBoolean() && !value.booleanValue();
    }

    private Iterable<JsonNode> array(String key) {
        if (!has(key)) return List.of();
        if (!object.path(key).isArray()) throw wrong(key, "an array");
        return object.path(key);
    }

    /** The error of a field that must be something else. */
    public ConfigException wrong(String key, String expected) {
        return new ConfigException(source + ": " + path + key + " must be " + expected + ", found " + brief(object.path(key)));
    }

    /** An error about the whole file. */
    public ConfigException error(String message) {
        return new ConfigException(source + ": " + message);
    }

    private static String brief(JsonNode value) {
        if (value.isMissingNode()) return "nothing";
        String text = value.toString();
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
