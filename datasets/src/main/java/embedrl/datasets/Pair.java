package embedrl.datasets;

import java.util.Objects;

/**
 * Is a query with its positive target.
 *
 * @param id unique inside the dataset
 * @param dataset the name of the dataset
 */
public record Pair(String id, String dataset, Item query, Item target) {
    public Pair {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(dataset, "dataset");
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(target, "target");
    }
}
