package embedrl.embedrl.reward;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Puts every rollout of a step before a judge and collects those for which it chose a positive. */
public final class JudgeRound {

    private final Judge judge;
    private final RewardConfig config;

    public JudgeRound(Judge judge, RewardConfig config) {
        this.judge = judge;
        this.config = config;
    }

    /**
     * The rollouts whose judge call was a hit, in both directions.
     *
     * @param anchors    text block of every rollout when it is judged
     * @param candidates text block of every rollout when it is chosen from
     * @param seed       of this step's candidate orders
     * @return ids in natural order; unmodifiable
     */
    public Set<RolloutId> hits(Similarities similarities, Map<RolloutId, String> anchors, Map<RolloutId, String> candidates, long seed) {
        var hits = new TreeSet<RolloutId>();
        Judge round = judge.forRound();
        for (Side side : Side.values()) {
            for (RolloutId id : similarities.rollouts(side)) {
                JudgeCandidates shown = config.shuffleCandidates()
                        ? JudgeCandidates.shuffled(id, similarities, config.judgeNegatives(), seed)
                        : JudgeCandidates.unshuffled(id, similarities, config.judgeNegatives());
                if (shown.order().isEmpty()) {
                    continue;
                }
                List<String> texts = shown.order().stream().map(other -> text(candidates, other)).toList();
                if (shown.isHit(round.choose(text(anchors, id), texts))) {
                    hits.add(id);
                }
            }
        }
        return Collections.unmodifiableSet(hits);
    }

    private static String text(Map<RolloutId, String> texts, RolloutId id) {
        String text = texts.get(id);
        if (text == null) {
            throw new IllegalArgumentException("judge round: every embedded rollout needs a text, none given for " + id);
        }
        return text;
    }
}
