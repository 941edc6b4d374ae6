package embedrl.datasets;

import java.util.List;

/**
 * Is the pairs of one training step.
 *
 * @param position counts batches from the start of the first epoch; give it plus one to {@link Batches#from} to go on after this batch
 * @param parts one or more runs, each of a single dataset
 */
public record Batch(long position, List<SubBatch> parts) {
    public Batch {
        parts = List.copyOf(parts);
    }

    /** Returns the number of pairs. */
    public int size() {
        return parts.stream().mapToInt(part -> part.indices().size()).sum();
    }

    /** Draws the pairs of all parts, in order. */
    public List<Pair> pairs() {
        return parts.stream().flatMap(part -> part.pairs().stream()).toList();
    }
}
