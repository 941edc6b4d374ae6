package embedrl.embedrl.reward;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * The rollouts that a judge chooses from for one anchor: all positives and the hard negatives (Embed-RL, process reward).
 *
 * @param anchor the judged rollout
 * @param order  the candidates as they are shown; empty if there is no hard negative, for then a choice says nothing
 */
public record JudgeCandidates(RolloutId anchor, List<RolloutId> order) {

    public JudgeCandidates {
        order = List.copyOf(order);
    }

    /** The nearest rollout of every other pair, sorted by falling similarity, at most {@code top} of them; equal similarities by id. */
    public static List<RolloutId> hardNegatives(RolloutId anchor, Similarities similarities, int top) {
        Map<Integer, RolloutId> nearestOfPair = new LinkedHashMap<>();
        for (RolloutId negative : similarities.nearestFirst(anchor, similarities.negatives(anchor))) {
            nearestOfPair.putIfAbsent(negative.pair(), negative);
        }
        return nearestOfPair.values().stream().limit(top).toList();
    }

    /** Positives first, then hard negatives: the order of the released code, which a judge can learn to exploit. */
    public static JudgeCandidates unshuffled(RolloutId anchor, Similarities similarities, int top) {
        List<RolloutId> hard = hardNegatives(anchor, similarities, top);
        if (hard.isEmpty()) {
            return new JudgeCandidates(anchor, List.of());
        }
        var order = new ArrayList<>(similarities.positives(anchor));
        order.addAll(hard);
        return new JudgeCandidates(anchor, order);
    }

    /** The same candidates in an order drawn from the seed and the anchor, so that anchors of one step get different orders. */
    public static JudgeCandidates shuffled(RolloutId anchor, Similarities similarities, int top, long seed) {
        var order = new ArrayList<>(unshuffled(anchor, similarities, top).order());
        var random = new SplittableRandom(mix(seed, anchor));
        for (int last = order.size() - 1; last > 0; last--) {
            Collections.swap(order, last, random.nextInt(last + 1));
        }
        return new JudgeCandidates(anchor, order);
    }

    /** True if the choice, counted from 1, is one of the anchor's positives. */
    public boolean isHit(OptionalInt choice) {
        if (choice.isEmpty()) {
            return false;
        }
        int number = choice.getAsInt();
        if (number < 1 || number > order.size()) {
            throw new IllegalArgumentException("judge: a choice must be 1 … " + order.size() + " or empty, got " + number);
        }
        return order.get(number - 1).pair() == anchor.pair();
    }

    private static long mix(long seed, RolloutId anchor) {
        long key = ((long) anchor.pair() << 33) ^ ((long) anchor.index() << 1) ^ anchor.side().ordinal();
        return seed + key * 0x9E3779B97F4A7C15L;   // golden-ratio steps keep neighboring anchors' streams apart
    }
}
