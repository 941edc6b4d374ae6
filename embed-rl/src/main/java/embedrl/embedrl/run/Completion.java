package embedrl.embedrl.run;

import embedrl.embedrl.reward.Side;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One rollout of the Reasoner with what it earned.
 *
 * @param step       training step, counted from 1
 * @param pair       id of the pair
 * @param side       which item of the pair was reasoned about
 * @param rollout    number within the group, from 0
 * @param prompt     the text that the Reasoner was given
 * @param completion what it wrote
 * @param rewards    reward terms by name, in this order
 * @param advantage  what the policy gradient was weighted with
 */
public record Completion(long step, String pair, Side side, int rollout, String prompt, String completion, Map<String, Double> rewards, double advantage) {

    public Completion {
        Objects.requireNonNull(pair, "pair");
        Objects.requireNonNull(side, "side");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(completion, "completion");
        rewards = Collections.unmodifiableMap(new LinkedHashMap<>(rewards));
    }
}
