package embedrl.embedrl.reward;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Rewards of all rollouts of a step, queries against targets and targets against queries (Embed-RL, total reward). */
public final class RewardScorer {

    private final RewardConfig config;
    private final OutcomeReward outcomeReward;
    private final ProcessReward processReward;

    public RewardScorer(RewardConfig config) {
        this.config = config;
        this.outcomeReward = new OutcomeReward(config);
        this.processReward = new ProcessReward(config.processPayoff());
    }

    /**
     * Scores every rollout that has similarities.
     *
     * @param wellFormed rollouts that earn the format reward; ids without similarities are ignored
     * @param judgeHits  rollouts for which the judge chose a positive; ids without similarities are ignored
     * @return reward by rollout id, in natural order of the ids; unmodifiable
     */
    public SortedMap<RolloutId, RewardBreakdown> score(Similarities similarities, Set<RolloutId> wellFormed, Set<RolloutId> judgeHits) {
        var rewards = new TreeMap<RolloutId, RewardBreakdown>();
        for (Side side : Side.values()) {
            for (RolloutId id : similarities.rollouts(side)) {
                rewards.put(id, score(id, similarities, wellFormed.contains(id), judgeHits.contains(id)));
            }
        }
        return Collections.unmodifiableSortedMap(rewards);
    }

    private RewardBreakdown score(RolloutId id, Similarities similarities, boolean wellFormed, boolean hit) {
        OutcomeReward.Outcome outcome = outcomeReward.of(id, similarities);
        double process = processReward.of(hit, outcome.margin());
        double format = wellFormed ? 1 : 0;
        double total = config.formatWeight() * format + config.outcomeWeight() * outcome.value() + config.processWeight() * process;
        return new RewardBreakdown(outcome.acc(), outcome.positive(), outcome.negative(), outcome.margin(), outcome.value(), process, format, total);
    }
}
