package embedrl.embedrl.reward;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;

/** The side of a query–target pair that a rollout was written for. */
public enum Side {
    QUERY, TARGET;

    public Side opposite() {
        return this == QUERY ? TARGET : QUERY;
    }

    /** The item of a pair that stands on this side. */
    public Item of(Pair pair) {
        return this == QUERY ? pair.query() : pair.target();
    }
}
