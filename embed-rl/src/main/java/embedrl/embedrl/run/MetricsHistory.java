package embedrl.embedrl.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps the metrics of a run in memory, for its curves. */
public final class MetricsHistory implements RunListener {
    private final Map<String, Map<String, Curve>> phases = new LinkedHashMap<>();

    /**
     * One metric over the steps of a phase.
     *
     * @param steps  where it was measured
     * @param values what was measured
     */
    public record Curve(List<Double> steps, List<Double> values) {
    }

    @Override
    public void onStep(String phase, long step, Map<String, Double> metrics) {
        Map<String, Curve> curves = phases.computeIfAbsent(phase, _ -> new LinkedHashMap<>());
        metrics.forEach((name, value) -> {
            Curve curve = curves.computeIfAbsent(name, _ -> new Curve(new ArrayList<>(), new ArrayList<>()));
            curve.steps.add((double) step);
            curve.values.add(value);
        });
    }

    /** Names of the phases that reported something. */
    public List<String> phases() {
        return List.copyOf(phases.keySet());
    }

    /** Names of the metrics of a phase, in the order of their first value. */
    public List<String> metrics(String phase) {
        return List.copyOf(phases.getOrDefault(phase, Map.of()).keySet());
    }

    /** A curve, or nothing if the phase or the metric never came. */
    public Optional<Curve> curve(String phase, String metric) {
        return Optional.ofNullable(phases.getOrDefault(phase, Map.of()).get(metric)).map(curve -> new Curve(List.copyOf(curve.steps), List.copyOf(curve.values)));
    }
}
