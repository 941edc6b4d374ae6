package embedrl.examples.report;

import embedrl.embedrl.run.MetricsHistory;
import embedrl.embedrl.run.Results;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Everything that a report shows.
 *
 * @param title         of the page
 * @param about         one sentence on what ran
 * @param metric        name of the metric that the headline is about, such as {@code hit@1}
 * @param results       figures of the evaluation
 * @param history       metrics of the training steps
 * @param seconds       duration of each phase
 * @param gallery       held-out queries
 * @param configuration settings by name
 * @param machine       facts about machine and program by name
 */
public record ReportContent(String title, String about, String metric, Results results, MetricsHistory history, Map<String, Double> seconds, List<Exhibit> gallery,
        Map<String, String> configuration, Map<String, String> machine) {

    public ReportContent {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(about, "about");
        Objects.requireNonNull(metric, "metric");
        Objects.requireNonNull(results, "results");
        Objects.requireNonNull(history, "history");
        seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
        gallery = List.copyOf(gallery);
        configuration = Collections.unmodifiableMap(new LinkedHashMap<>(configuration));
        machine = Collections.unmodifiableMap(new LinkedHashMap<>(machine));
    }
}
