package embedrl.embedrl.reward;

import embedrl.embedrl.tcot.FormatCheck;
import java.util.Objects;

/**
 * Weights and rules of the reward (Embed-RL, rewards); {@link #DEFAULTS} are the constants of the published runs.
 *
 * @param formatWeight        weight of the format reward
 * @param outcomeWeight       weight of the outcome reward
 * @param outcomeScale        factor c inside the outcome reward
 * @param processWeight       weight of the process reward
 * @param processPayoff       what a right choice of the judge earns
 * @param negativeTemperature T of the softmax over negatives
 * @param negativeWeighting   how negatives are averaged
 * @param outcomeRule         how accuracy and margin are combined
 * @param judgeNegatives      at most so many hard negatives stand among the judge's candidates
 * @param shuffleCandidates   whether the judge sees its candidates in random order; without it the positives come first
 * @param formatCheck         which completions earn the format reward
 */
public record RewardConfig(
        double formatWeight,
        double outcomeWeight,
        double outcomeScale,
        double processWeight,
        ProcessPayoff processPayoff,
        double negativeTemperature,
        NegativeWeighting negativeWeighting,
        OutcomeRule outcomeRule,
        int judgeNegatives,
        boolean shuffleCandidates,
        FormatCheck formatCheck) {

    public static final RewardConfig DEFAULTS = new RewardConfig(0.05, 0.8, 0.5, 0.2, ProcessPayoff.MARGIN, 0.5,
            NegativeWeighting.SOFTMAX, OutcomeRule.PRODUCT, 4, true, FormatCheck.STRICT);

    public RewardConfig {
        requireFinite("formatWeight", formatWeight);
        requireFinite("outcomeWeight", outcomeWeight);
        requireFinite("outcomeScale", outcomeScale);
        requireFinite("processWeight", processWeight);
        if (!(negativeTemperature > 0) || Double.isInfinite(negativeTemperature)) {
            throw new IllegalArgumentException("reward config: negativeTemperature must be finite and above 0, got " + negativeTemperature);
        }
        if (judgeNegatives < 0) {
            throw new IllegalArgumentException("reward config: judgeNegatives must be 0 or more, got " + judgeNegatives);
        }
        Objects.requireNonNull(processPayoff, "reward config: processPayoff");
        Objects.requireNonNull(negativeWeighting, "reward config: negativeWeighting");
        Objects.requireNonNull(outcomeRule, "reward config: outcomeRule");
        Objects.requireNonNull(formatCheck, "reward config: formatCheck");
    }

    /** The same rules with other weights: format, outcome and process; 0 switches a reward off. */
    public RewardConfig withWeights(double format, double outcome, double process) {
        return new RewardConfig(format, outcome, outcomeScale, process, processPayoff, negativeTemperature, negativeWeighting, outcomeRule,
                judgeNegatives, shuffleCandidates, formatCheck);
    }

    public RewardConfig withOutcome(OutcomeRule rule, double scale) {
        return new RewardConfig(formatWeight, outcomeWeight, scale, processWeight, processPayoff, negativeTemperature, negativeWeighting, rule,
                judgeNegatives, shuffleCandidates, formatCheck);
    }

    public RewardConfig withNegatives(NegativeWeighting weighting, double temperature) {
        return new RewardConfig(formatWeight, outcomeWeight, outcomeScale, processWeight, processPayoff, temperature, weighting, outcomeRule,
                judgeNegatives, shuffleCandidates, formatCheck);
    }

    public RewardConfig withPayoff(ProcessPayoff payoff) {
        return new RewardConfig(formatWeight, outcomeWeight, outcomeScale, processWeight, payoff, negativeTemperature, negativeWeighting, outcomeRule,
                judgeNegatives, shuffleCandidates, formatCheck);
    }

    public RewardConfig withJudgeCandidates(int negatives, boolean shuffle) {
        return new RewardConfig(formatWeight, outcomeWeight, outcomeScale, processWeight, processPayoff, negativeTemperature, negativeWeighting, outcomeRule,
                negatives, shuffle, formatCheck);
    }

    public RewardConfig withFormatCheck(FormatCheck check) {
        return new RewardConfig(formatWeight, outcomeWeight, outcomeScale, processWeight, processPayoff, negativeTemperature, negativeWeighting, outcomeRule,
                judgeNegatives, shuffleCandidates, check);
    }

    private static void requireFinite(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("reward config: " + name + " must be finite and 0 or more, got " + value);
        }
    }
}
