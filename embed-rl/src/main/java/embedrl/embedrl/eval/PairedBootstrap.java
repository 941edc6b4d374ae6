package embedrl.embedrl.eval;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Percentile bootstrap intervals over queries, for a mean and for the mean difference of two systems on the same queries.
 *
 * @param resamples how often the queries are drawn anew, with replacement
 * @param level     probability that the interval is to cover, such as 0.95
 * @param seed      of the draws: equal seeds give equal intervals
 */
public record PairedBootstrap(int resamples, double level, long seed) {

    public PairedBootstrap {
        if (resamples < 1 || !(level > 0 && level < 1)) {
            throw new IllegalArgumentException("bootstrap: resamples must be 1 or more and level between 0 and 1, got " + resamples + " and " + level);
        }
    }

    /** 95 % intervals from 10 000 resamples. */
    public static PairedBootstrap of(long seed) {
        return new PairedBootstrap(10_000, 0.95, seed);
    }

    /**
     * A mean with its interval.
     *
     * @param mean of the given values themselves
     * @param low  lower end
     * @param high upper end
     */
    public record Interval(double mean, double low, double high) {

        /** True if 0 lies outside the interval: a difference beyond chance at this level. */
        public boolean excludesZero() {
            return low > 0 || high < 0;
        }
    }

    /** The interval of the mean of per-query values. */
    public Interval mean(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("bootstrap: needs at least one value");
        }
        var random = new SplittableRandom(seed);
        var means = new double[resamples];
        for (int i = 0; i < resamples; i++) {
            double sum = 0;
            for (int draw = 0; draw < values.length; draw++) {
                sum += values[random.nextInt(values.length)];
            }
            means[i] = sum / values.length;
        }
        Arrays.sort(means);
        var percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
        percentile.setData(means);
        double tail = 100 * (1 - level) / 2;
        return new Interval(StatUtils.mean(values), percentile.evaluate(tail), percentile.evaluate(100 - tail));
    }

    /**
     * The interval of mean(a − b), queries drawn in pairs.
     *
     * @param a per-query values of one system
     * @param b values of the other system on the same queries, in the same order
     */
    public Interval difference(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("bootstrap: paired systems are measured on the same queries, got " + a.length + " and " + b.length + " values");
        }
        var differences = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            differences[i] = a[i] - b[i];
        }
        return mean(differences);
    }
}
