package embedrl.benchmarks;

/** A library's model and the cache of some sequences, which go on together. */
interface DecodeSession extends AutoCloseable {
    /** Computes one token of each sequence at a row of the cache, at most one after the last; tokens become the greedy next ones. */
    void step(int[] tokens, int row);

    /** Logits of the last step, sequence after sequence; valid until the next. */
    float[] logits();

    @Override
    default void close() {
    }

    /** The place of the largest value of a sequence's logits. */
    static int largest(float[] logits, int sequence, int vocabulary) {
        int from = sequence * vocabulary;
        int best = 0;
        for (int i = 1; i < vocabulary; i++) if (logits[from + i] > logits[from + best]) best = i;
        return best;
    }
}
