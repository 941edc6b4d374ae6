package embedrl.datasets;

import java.util.List;
import java.util.Objects;

/** Is a named set of queries over which a ranking metric is averaged. */
public record RetrievalTask(String name, List<RetrievalQuery> queries) {
    public RetrievalTask {
        Objects.requireNonNull(name, "name");
        queries = List.copyOf(queries);
    }
}
