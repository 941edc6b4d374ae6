package embedrl.datasets;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Is a query with its own list of candidates to rank (local ranking).
 *
 * @param candidates the first is a positive, as in the MMEB files; ids are unique
 * @param relevance gain of each relevant candidate id; absent ids are not relevant
 */
public record RetrievalQuery(String id, Item query, List<Item> candidates, Map<String, Double> relevance) {
    public RetrievalQuery {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(query, "query");
        candidates = List.copyOf(candidates);
        relevance = Map.copyOf(relevance);
        Set<String> ids = new HashSet<>();
        for (Item candidate : candidates) {
            if (!ids.add(candidate.id())) {
                throw new IllegalArgumentException("query '" + id + "': candidate ids must be unique, got '" + candidate.id() + "' twice");
            }
        }
        if (candidates.isEmpty() || relevance.getOrDefault(candidates.getFirst().id(), 0.0) <= 0) {
            throw new IllegalArgumentException("query '" + id + "': the first candidate must be relevant, got relevance " + relevance);
        }
        if (!ids.containsAll(relevance.keySet())) {
            throw new IllegalArgumentException("query '" + id + "': relevance must name candidates only, got " + relevance.keySet());
        }
    }
}
