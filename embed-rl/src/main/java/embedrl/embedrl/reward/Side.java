package embedrl.embedrl.reward;

/** The side of a query–target pair that a rollout was written for. */
public enum Side {
    QUERY, TARGET;

    public Side opposite() {
        return this == QUERY ? TARGET : QUERY;
    }
}
