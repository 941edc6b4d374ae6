package embedrl.models.generation;

/**
 * How logits become the distribution that is sampled: temperature, then top-k, then top-p.
 *
 * @param temperature what logits are divided by, above 0
 * @param topK        how many of the best tokens stay (with all that equal the last of them), or null for all
 * @param topP        the probability mass that stays, 0 to 1, or null for all; 1 still removes tokens whose probability is 0 in float32
 */
public record SamplingSettings(double temperature, Integer topK, Double topP) {
    /** The model's own distribution. */
    public static final SamplingSettings UNCHANGED = new SamplingSettings(1, null, null);

    /** Checks the ranges. */
    public SamplingSettings {
        if (!(temperature > 0) || Double.isInfinite(temperature) || (float) temperature == 0) {
            throw new IllegalArgumentException("sampling: temperature must be above 0 and finite, got " + temperature
                    + "; for greedy decoding take the best token");
        }
        if (topK != null && topK < 1) {
            throw new IllegalArgumentException("sampling: top_k must be at least 1, got " + topK);
        }
        if (topP != null && !(topP >= 0 && topP <= 1)) {
            throw new IllegalArgumentException("sampling: top_p must be between 0 and 1, got " + topP);
        }
    }
}
