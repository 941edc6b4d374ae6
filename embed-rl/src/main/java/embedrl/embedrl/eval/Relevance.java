package embedrl.embedrl.eval;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The relevant candidates of one query and how relevant they are.
 *
 * @param scores score by candidate id, all above 0
 */
public record Relevance(Map<String, Double> scores) {

    public Relevance {
        scores = Map.copyOf(scores);
        scores.forEach((id, score) -> {
            if (!(score > 0) || Double.isInfinite(score)) {
                throw new IllegalArgumentException("relevance: scores must be finite and above 0, got " + score + " for '" + id + "'; collect raw judgments with Relevance.of");
            }
        });
    }

    /** One line of a judgment file. */
    public record Judgment(String id, double score) {
    }

    /** Relevance from raw judgments: of a repeated id the higher score counts, scores of 0 or less are dropped. */
    public static Relevance of(Collection<Judgment> judgments) {
        var scores = new HashMap<String, Double>();
        for (Judgment judgment : judgments) {
            if (judgment.score() > 0) {
                scores.merge(judgment.id(), judgment.score(), Math::max);
            }
        }
        return new Relevance(scores);
    }

    /** All ids equally relevant, with score 1. */
    public static Relevance binary(Collection<String> ids) {
        return of(ids.stream().map(id -> new Judgment(id, 1)).toList());
    }

    public boolean contains(String id) {
        return scores.containsKey(id);
    }

    /** The candidate's score; 0 if it is not relevant. */
    public double score(String id) {
        return scores.getOrDefault(id, 0.0);
    }

    /** How many candidates are relevant. */
    public int size() {
        return scores.size();
    }
}
