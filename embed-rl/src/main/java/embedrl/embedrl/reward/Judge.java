package embedrl.embedrl.reward;

import java.util.List;
import java.util.OptionalInt;

/** Picks, from texts alone, the candidate that matches an anchor best (Embed-RL, process reward). */
@FunctionalInterface
public interface Judge {

    /**
     * The choice among the candidates.
     *
     * @param anchor     text block of the rollout that is judged
     * @param candidates text blocks of rollouts of the other side, in the order shown
     * @return number of the chosen candidate, counted from 1; empty for no choice
     */
    OptionalInt choose(String anchor, List<String> candidates);

    /**
     * A judge for one round, whose many calls show the same texts again and again: it makes the same choices and may keep what it has read until the round is over.
     */
    default Judge forRound() {
        return this;
    }
}
