package embedrl.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** What is done with a model that decodes: a check on given tokens, then greedy tokens over the same few rows of the cache again and again. */
final class DecodeLoop {
    /** The cache row of the first measured step. */
    static final int FIRST = 32;

    /** How many steps the check has. */
    static final int CHECKED = 8;

    private static final int ROWS = 16;
    private static final int SHOWN = 499;

    private final DecodeSession session;
    private final int[] tokens;
    private int row;

    DecodeLoop(DecodeSession session, int batch) {
        this.session = session;
        tokens = new int[batch];
    }

    /** Fills the rows before the first measured one with given tokens; answers with logits spread over the vocabulary, of the first steps and the last sequence. */
    List<Float> check(int vocabulary) {
        List<Float> shown = new ArrayList<>();
        for (row = 0; row < FIRST; row++) {
            for (int sequence = 0; sequence < tokens.length; sequence++) tokens[sequence] = (7919 * (row + 1) + 31 * sequence) % vocabulary;
            session.step(tokens, row);
            if (row < CHECKED) {
                float[] logits = session.logits();
                for (int i = 0; i < SHOWN; i++) shown.add(logits[(tokens.length - 1) * vocabulary + (int) ((long) i * (vocabulary - 1) / (SHOWN - 1))]);
            }
        }
        return shown;
    }

    /** One measured step. */
    void step() {
        session.step(tokens, row);
        row = FIRST + (row + 1 - FIRST) % ROWS;
    }

    /** Nanoseconds that every side steps for before it is measured. */
    static long warmUp(boolean quick) {
        return quick ? 1_000_000_000L : 6_000_000_000L;
    }

    /** Nanoseconds of a measured round. */
    static long round(boolean quick) {
        return quick ? 300_000_000L : 2_000_000_000L;
    }
}
