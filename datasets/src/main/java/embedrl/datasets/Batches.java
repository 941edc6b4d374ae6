package embedrl.datasets;

import java.util.Iterator;

/** Says which pairs each training step sees: an endless, resumable sequence of batches that depends on the seed alone. */
public interface Batches {
    /** Returns the number of batches of an epoch; batch p belongs to epoch p / batchesPerEpoch. */
    long batchesPerEpoch();

    /** Opens the sequence at a position (0 = the first batch of the first epoch). Replays only indices, not pixels. */
    Cursor from(long position);

    /** Walks through the sequence; {@code hasNext} is always true. Not thread-safe. */
    interface Cursor extends Iterator<Batch> {
        /** Returns the position of the batch that {@code next} will give; save it to resume. */
        long position();

        @Override
        default boolean hasNext() {
            return true;
        }
    }
}
