package embedrl.embedrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of a run, as {@code results.json} holds them.
 *
 * @param arms        what was compared
 * @param differences between arms, on the same queries
 * @param unseenConcepts the same arms on queries about concepts that training never showed; may be empty
 * @param egrl        the mean reward on held-out pairs around EG-RL, or null where no EG-RL ran
 * @param further     other figures by name, such as wall times; any values that Jackson can write
 */
public record Results(List<Arm> arms, List<Difference> differences, List<Arm> unseenConcepts, HeldoutReward egrl, Map<String, Object> further) {

    /**
     * Mean reward of the Reasoner on held-out pairs.
     *
     * @param before EG-RL
     * @param after  EG-RL
     */
    public record HeldoutReward(double before, double after) {
    }

    public Results {
        arms = List.copyOf(arms);
        differences = List.copyOf(differences);
        unseenConcepts = List.copyOf(unseenConcepts);
        further = Collections.unmodifiableMap(new LinkedHashMap<>(further));
        List<String> names = arms.stream().map(Arm::name).toList();
        if (names.stream().distinct().count() != names.size()) {
            throw new IllegalArgumentException("results: arms need different names, got " + names);
        }
        for (Difference difference : differences) {
            if (!names.contains(difference.arm()) || !names.contains(difference.baseline())) {
                throw new IllegalArgumentException("results: a difference needs two of the arms " + names + ", got " + difference.arm() + " and " + difference.baseline());
            }
        }
        if (further.containsKey("arms") || further.containsKey("differences") || further.containsKey("unseen_concepts") || further.containsKey("egrl")) {
            throw new IllegalArgumentException("results: further figures cannot be called arms, differences, unseen_concepts or egrl, got " + further.keySet());
        }
    }

    /** Writes or replaces the file. */
    public void write(Path file) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("arms", arms.stream().map(Arm::json).toList());
        if (egrl != null) {
            json.put("egrl", Map.of("heldout_reward_before", egrl.before(), "heldout_reward_after", egrl.after()));
        }
        json.put("differences", differences.stream().map(Results::json).toList());
        if (!unseenConcepts.isEmpty()) {
            json.put("unseen_concepts", unseenConcepts.stream().map(Arm::json).toList());
        }
        json.putAll(further);
        RunJson.write(file, json);
    }

    private static Map<String, Object> json(Difference difference) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("arm", difference.arm());
        entry.put("baseline", difference.baseline());
        entry.put("metric", difference.metric());
        entry.put("value", difference.estimate().value());
        entry.put("low", difference.estimate().low());
        entry.put("high", difference.estimate().high());
        entry.put("n", difference.estimate().n());
        entry.put("outside_interval", difference.estimate().excludesZero());
        return entry;
    }
}
