package embedrl.embedrl.reward;

import java.util.Comparator;

/**
 * Which completion of a step this is; every reward and advantage travels under this key, never by position in a list.
 *
 * @param pair  which pair of the batch, from 0
 * @param side  which item of the pair
 * @param index which completion of the item's prompt, from 0
 */
public record RolloutId(int pair, Side side, int index) implements Comparable<RolloutId> {

    private static final Comparator<RolloutId> ORDER =
            Comparator.comparingInt(RolloutId::pair).thenComparing(RolloutId::side).thenComparingInt(RolloutId::index);

    public RolloutId {
        if (pair < 0 || index < 0) {
            throw new IllegalArgumentException("rollout id: pair and index must be 0 or more, got pair " + pair + ", index " + index);
        }
    }

    public static RolloutId query(int pair, int index) {
        return new RolloutId(pair, Side.QUERY, index);
    }

    public static RolloutId target(int pair, int index) {
        return new RolloutId(pair, Side.TARGET, index);
    }

    /** By pair, then queries before targets, then by index. */
    @Override
    public int compareTo(RolloutId other) {
        return ORDER.compare(this, other);
    }
}
