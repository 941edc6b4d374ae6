package embedrl.embedrl.eval;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Means of task scores: of every group, and of all tasks, each task counting the same (MMEB-V2, protocol). The overall mean is not the mean of the
 * groups' means.
 *
 * @param groups mean by group, in the order given
 * @param all    mean over all tasks
 */
public record TaskAverages(SequencedMap<String, Double> groups, double all) {

    public TaskAverages {
        groups = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(groups));
    }

    /** The averages of scores given by group; every group needs at least one. */
    public static TaskAverages of(Map<String, ? extends Collection<Double>> scores) {
        var groups = new LinkedHashMap<String, Double>();
        scores.forEach((group, values) -> groups.put(group, mean(group, values)));
        List<Double> everything = scores.values().stream().<Double>flatMap(Collection::stream).toList();
        return new TaskAverages(groups, mean("all", everything));
    }

    private static double mean(String group, Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("task averages: group '" + group + "' has no scores");
        }
        return values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
    }
}
