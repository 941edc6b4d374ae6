package embedrl.examples.parity;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The constants of a case, each to be read once; {@link #finish} refuses a case with constants that nothing has read, for a result computed
 * without them would prove nothing.
 */
public final class Parameters {

    private final Map<String, JsonNode> unread = new TreeMap<>();

    Parameters(JsonNode json) {
        json.properties().forEach(entry -> unread.put(entry.getKey(), entry.getValue()));
    }

    public double number(String name) {
        return take(name).doubleValue();
    }

    /** A number, or what stands for it where the case has none of that name. */
    public double number(String name, double otherwise) {
        return unread.containsKey(name) ? number(name) : otherwise;
    }

    public int integer(String name) {
        return take(name).intValue();
    }

    public String text(String name) {
        return take(name).stringValue();
    }

    public boolean flag(String name) {
        return take(name).booleanValue();
    }

    /** Every parameter must have been read. */
    public void finish() {
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException("parameters that this kind does not know: " + unread.keySet());
        }
    }

    private JsonNode take(String name) {
        JsonNode value = unread.remove(name);
        if (value == null) {
            throw new IllegalArgumentException("parameter '" + name + "' is missing or was read twice");
        }
        return value;
    }
}
