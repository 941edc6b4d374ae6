package embedrl.datasets;

import java.util.Objects;

/**
 * Is a dataset with its share in a mix.
 *
 * @param weight multiplies the dataset's size; weight × size is proportional to the chance of being drawn
 * @param video whether the dataset counts against the cap on video sub-batches
 */
public record WeightedSource(PairSource source, double weight, boolean video) {
    public WeightedSource {
        Objects.requireNonNull(source, "source");
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("dataset '" + source.name() + "': the weight must be positive and finite, got " + weight);
        }
        if (source.size() < 1) {
            throw new IllegalArgumentException("dataset '" + source.name() + "': needs at least one pair, got " + source.size());
        }
    }
}
