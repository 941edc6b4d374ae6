package embedrl.embedrl.run;

import java.util.Objects;

/**
 * The mean of one arm minus that of another on the same queries.
 *
 * @param arm      the name of the first
 * @param baseline the name of the one that is subtracted
 * @param metric   what was measured
 * @param estimate the difference with its paired interval
 */
public record Difference(String arm, String baseline, String metric, Estimate estimate) {

    public Difference {
        Objects.requireNonNull(arm, "arm");
        Objects.requireNonNull(baseline, "baseline");
        Objects.requireNonNull(metric, "metric");
        Objects.requireNonNull(estimate, "estimate");
    }
}
