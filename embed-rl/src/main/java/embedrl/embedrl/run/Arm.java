package embedrl.embedrl.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One system under evaluation, such as {@code raw} or {@code egrl-sampled}.
 *
 * @param name        as in results.json
 * @param description what it is, in a few words
 * @param metrics     over all queries, by name, such as {@code hit@1}
 * @param families    the same for each family of tasks, by its name
 */
public record Arm(String name, String description, Map<String, Estimate> metrics, Map<String, Map<String, Estimate>> families) {

    public Arm {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(description, "description");
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        var copy = new LinkedHashMap<String, Map<String, Estimate>>();
        families.forEach((family, values) -> copy.put(family, Collections.unmodifiableMap(new LinkedHashMap<>(values))));
        families = Collections.unmodifiableMap(copy);
        if (metrics.containsKey("name") || metrics.containsKey("description") || metrics.containsKey("families")) {
            throw new IllegalArgumentException("arm '" + name + "': a metric cannot be called name, description or families, got " + metrics.keySet());
        }
    }

    /** The arm as it stands in results.json: its metrics beside its name. */
    Map<String, Object> json() {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put("description", description);
        entry.putAll(metrics);
        if (!families.isEmpty()) {
            entry.put("families", families);
        }
        return entry;
    }
}
