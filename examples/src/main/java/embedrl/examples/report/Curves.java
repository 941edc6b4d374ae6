package embedrl.examples.report;

import embedrl.embedrl.run.MetricsHistory;
import embedrl.embedrl.run.MetricsHistory.Curve;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Sorts the metrics of a run into charts, each with one question that it answers. */
final class Curves {
    private static final List<Topic> TOPICS = List.of(
            new Topic("Loss", "", name -> name.startsWith("loss") || name.endsWith("_loss")),
            new Topic("Reward", "Mean total reward of the rollouts.", name -> name.equals("reward") || name.startsWith("heldout_reward")),
            new Topic("Reward by component", "Before weighting.", name -> name.startsWith("reward/")),
            new Topic("Spread of the reward", "Without spread within a group there is no advantage and nothing to learn.", name -> name.equals("reward_std")),
            new Topic("Entropy", "Of the policy at each token, in nats; near 0 it no longer explores.", name -> name.equals("entropy")),
            new Topic("KL to the reference", "How far the policy has moved from the warm-up Reasoner, in nats per token.", name -> name.equals("kl")),
            new Topic("Length", "Tokens of a completion.", name -> name.equals("completion_length")),
            new Topic("Clipping and idle groups", "Shares of tokens clipped, of completions cut off, of rollouts with zero advantage.",
                    name -> name.equals("clip_fraction") || name.equals("completion_clipped") || name.equals("frac_zero_advantage")),
            new Topic("Gradient norm", "Before clipping.", name -> name.equals("grad_norm") || name.equals("gradient_norm")));

    private Curves() {
    }

    /** A kind of chart and the metrics that belong to it. */
    private record Topic(String title, String hint, Predicate<String> holds) {
    }

    /**
     * One chart.
     *
     * @param phase  that it is about
     * @param title  what it shows
     * @param hint   how to read it; may be empty
     * @param series curves by the name of their metric; finite values only
     */
    record Chart(String phase, String title, String hint, Map<String, Curve> series) {

        /** The chart in words, for those who cannot see it. */
        String alternative() {
            var text = new StringBuilder(title + " in phase " + phase);
            series.forEach((name, curve) -> text.append(String.format(Locale.ROOT, "; %s goes from %.3g to %.3g in %d steps", name, curve.values().getFirst(), curve.values().getLast(),
                    curve.steps().getLast().longValue())));
            return text.toString();
        }
    }

    /** The charts of all phases; metrics of no topic get one of their own. */
    static List<Chart> of(MetricsHistory history) {
        List<Chart> charts = new ArrayList<>();
        for (String phase : history.phases()) {
            List<String> rest = new ArrayList<>(history.metrics(phase));
            for (Topic topic : TOPICS) {
                List<String> names = rest.stream().filter(topic.holds).toList();
                rest.removeAll(names);
                chart(history, phase, topic.title, topic.hint, names).ifPresent(charts::add);
            }
            for (String name : rest) {
                chart(history, phase, name, "", List.of(name)).ifPresent(charts::add);
            }
        }
        return charts;
    }

    private static Optional<Chart> chart(MetricsHistory history, String phase, String title, String hint, List<String> names) {
        Map<String, Curve> series = new LinkedHashMap<>();
        for (String name : names) {
            Curve curve = finite(history.curve(phase, name).orElseThrow());
            // One point makes no curve.
            if (curve.values().size() > 1) {
                series.put(name, curve);
            }
        }
        return series.isEmpty() ? Optional.empty() : Optional.of(new Chart(phase, title, hint, series));
    }

    private static Curve finite(Curve curve) {
        List<Double> steps = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < curve.values().size(); i++) {
            if (Double.isFinite(curve.values().get(i))) {
                steps.add(curve.steps().get(i));
                values.add(curve.values().get(i));
            }
        }
        return new Curve(steps, values);
    }
}
