package embedrl.models.chat;

import java.util.HashMap;
import java.util.Map;

/** Variables that keep their values when a loop goes on: what {@code namespace(a=1)} gives. */
final class Namespace {
    private final Map<String, Object> variables;

    Namespace(Map<String, Object> variables) {
        this.variables = new HashMap<>(variables);
    }

    Object get(String name) {
        return variables.containsKey(name) ? variables.get(name) : new Undefined(name);
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }
}
