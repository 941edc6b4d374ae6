package embedrl.embedrl.reward;

import java.util.List;

/** How well a rollout's embedding retrieves its partner within the batch (Embed-RL, outcome reward). */
public final class OutcomeReward {

    private final RewardConfig config;

    public OutcomeReward(RewardConfig config) {
        this.config = config;
    }

    /**
     * The outcome of one rollout and the terms it is made of.
     *
     * @param acc      share of the partner's n rollouts among the anchor's n nearest of the whole other side, 0 … 1
     * @param positive mean cosine to the partner's rollouts
     * @param negative averaged cosine to all other rollouts of that side; 0 if there are none
     * @param margin   positive − negative
     * @param value    c · rule(acc, margin)
     */
    public record Outcome(double acc, double positive, double negative, double margin, double value) {
    }

    /**
     * The outcome of a rollout, query or target, against the rollouts of the other side. Equal cosines at the edge of the n nearest are taken in the order
     * of their ids. If none of the partner's rollouts could be embedded, nothing is known about the anchor and every term is 0.
     */
    public Outcome of(RolloutId anchor, Similarities similarities) {
        List<RolloutId> positives = similarities.positives(anchor);
        if (positives.isEmpty()) {
            return new Outcome(0, 0, 0, 0, 0);
        }
        List<RolloutId> pool = similarities.rollouts(anchor.side().opposite());
        long retrieved = similarities.nearestFirst(anchor, pool).stream()
                .limit(positives.size())
                .filter(id -> id.pair() == anchor.pair())
                .count();
        double acc = (double) retrieved / positives.size();
        double positive = NegativeWeighting.MEAN.average(cosines(anchor, positives, similarities), 1);
        double negative = config.negativeWeighting()
                .average(cosines(anchor, similarities.negatives(anchor), similarities), config.negativeTemperature());
        double margin = positive - negative;
        return new Outcome(acc, positive, negative, margin, config.outcomeScale() * config.outcomeRule().combine(acc, margin));
    }

    private static double[] cosines(RolloutId anchor, List<RolloutId> others, Similarities similarities) {
        return others.stream().mapToDouble(other -> similarities.of(anchor, other)).toArray();
    }
}
