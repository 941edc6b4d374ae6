package embedrl.embedrl.run;

/**
 * A mean over queries with its 95 % interval.
 *
 * @param value the mean
 * @param low   lower end of the interval
 * @param high  upper end of the interval
 * @param n     how many queries
 */
public record Estimate(double value, double low, double high, int n) {

    public Estimate {
        // The interval of a bootstrap can miss its mean by a rounding error only.
        if (!(low <= value + 1e-9 && value <= high + 1e-9) || n < 1) {
            throw new IllegalArgumentException("estimate: needs low ≤ value ≤ high and n ≥ 1, got " + low + ", " + value + ", " + high + " and " + n);
        }
    }

    /** Whether 0 lies outside the interval. */
    public boolean excludesZero() {
        return low > 0 || high < 0;
    }
}
