package embedrl.datasets;

import java.util.List;
import java.util.Objects;

/** Is a run of pairs of one dataset, named by their indices; pixels are drawn when the pairs are asked for. */
public record SubBatch(PairSource source, List<Long> indices) {
    public SubBatch {
        Objects.requireNonNull(source, "source");
        indices = List.copyOf(indices);
    }

    /** Draws the pairs, in order. */
    public List<Pair> pairs() {
        return indices.stream().map(source::pair).toList();
    }

    /** Returns the contiguous share of one of several equal workers. */
    public SubBatch slice(int rank, int ranks) {
        if (rank < 0 || rank >= ranks || indices.size() % ranks != 0) {
            throw new IllegalArgumentException("sub-batch: " + indices.size() + " pairs must divide into " + ranks + " equal slices, rank " + rank);
        }
        int share = indices.size() / ranks;
        return new SubBatch(source, indices.subList(rank * share, (rank + 1) * share));
    }
}
