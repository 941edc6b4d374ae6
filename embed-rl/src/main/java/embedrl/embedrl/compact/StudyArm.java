package embedrl.embedrl.compact;

import embedrl.embedrl.eval.RetrievalEvaluation.QueryResult;
import java.util.List;
import java.util.Map;

/**
 * One way of answering the evaluation queries.
 *
 * @param name        "raw", "warmup", "warmup-sampled", "egrl", "egrl-sampled" or "oracle"; greedy unless named sampled
 * @param results     per query, in the order that all arms share
 * @param completions the T-CoT of each item by {@link embedrl.embedrl.eval.RetrievalEvaluation.Entry#key()}; empty for raw
 */
public record StudyArm(String name, List<QueryResult> results, Map<String, String> completions) {
    public double hitAt1() {
        return results.stream().mapToDouble(r -> r.metrics().hit(1)).average().orElseThrow();
    }
}
