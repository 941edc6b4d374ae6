package embedrl.embedrl.reward;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much better a rollout did than its siblings of the same prompt (Embed-RL, advantage).
 *
 * <p>A = (R − mean) / (max(std, floor) + ε) with the n − 1 standard deviation; a group of one keeps its reward.
 *
 * @param scale          whether differences are divided by the deviation or left as they are
 * @param epsilon        ε, above 0
 * @param deviationFloor smallest deviation divided by, so that a group of nearly equal rewards does not turn noise into full-size advantages; 0 for none
 */
public record GroupAdvantage(Scale scale, double epsilon, double deviationFloor) {

    /** What the differences from the mean are divided by. */
    public enum Scale {
        /** The group's standard deviation. */
        DEVIATION,
        /** Nothing: mean-only advantages. */
        NONE
    }

    public static final GroupAdvantage DEFAULTS = new GroupAdvantage(Scale.DEVIATION, 1e-6, 0);

    public GroupAdvantage {
        if (!(epsilon > 0) || !(deviationFloor >= 0)) {
            throw new IllegalArgumentException("group advantage: epsilon must be above 0 and deviationFloor 0 or more, got " + epsilon + " and " + deviationFloor);
        }
    }

    /** Advantages without division by the deviation. */
    public static GroupAdvantage meanOnly() {
        return new GroupAdvantage(Scale.NONE, DEFAULTS.epsilon, 0);
    }

    public GroupAdvantage withDeviationFloor(double floor) {
        return new GroupAdvantage(scale, epsilon, floor);
    }

    /** Advantages of one group; an empty group gives an empty array. */
    public double[] of(double[] rewards) {
        int n = rewards.length;
        if (n <= 1) {
            return rewards.clone();
        }
        double mean = 0;
        for (double reward : rewards) {
            mean += reward / n;
        }
        double squares = 0;
        for (double reward : rewards) {
            squares += (reward - mean) * (reward - mean);
        }
        double divisor = switch (scale) {
            case DEVIATION -> Math.max(Math.sqrt(squares / (n - 1)), deviationFloor) + epsilon;
            case NONE -> 1;
        };
        var advantages = new double[n];
        for (int i = 0; i < n; i++) {
            advantages[i] = (rewards[i] - mean) / divisor;
        }
        return advantages;
    }

    /** Advantages of all rollouts of a step; the rollouts of one item of one pair are a group. In natural order of the ids; unmodifiable. */
    public SortedMap<RolloutId, Double> of(Map<RolloutId, Double> rewards) {
        var groups = new TreeMap<RolloutId, ArrayList<RolloutId>>();
        for (RolloutId id : new TreeMap<>(rewards).keySet()) {
            groups.computeIfAbsent(new RolloutId(id.pair(), id.side(), 0), _ -> new ArrayList<>()).add(id);
        }
        var advantages = new TreeMap<RolloutId, Double>();
        for (ArrayList<RolloutId> group : groups.values()) {
            double[] values = of(group.stream().mapToDouble(rewards::get).toArray());
            for (int i = 0; i < values.length; i++) {
                advantages.put(group.get(i), values[i]);
            }
        }
        return Collections.unmodifiableSortedMap(advantages);
    }

    /** Advantages from the total rewards. */
    public SortedMap<RolloutId, Double> ofTotals(Map<RolloutId, RewardBreakdown> rewards) {
        var totals = new TreeMap<RolloutId, Double>();
        rewards.forEach((id, reward) -> totals.put(id, reward.total()));
        return of(totals);
    }
}
