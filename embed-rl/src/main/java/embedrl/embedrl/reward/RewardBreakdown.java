package embedrl.embedrl.reward;

/**
 * The reward of one rollout and every term in it.
 *
 * @param acc      share of the partner's rollouts among the nearest, 0 … 1
 * @param positive mean cosine to the partner's rollouts
 * @param negative averaged cosine to the negatives
 * @param margin   positive − negative
 * @param outcome  outcome reward, not yet weighted
 * @param process  process reward, not yet weighted
 * @param format   format reward, not yet weighted: 0 or 1
 * @param total    weighted sum of the three
 */
public record RewardBreakdown(double acc, double positive, double negative, double margin, double outcome, double process, double format, double total) {
}
