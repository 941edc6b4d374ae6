package embedrl.embedrl.grpo;

import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;

/**
 * The clipped policy loss with dual clip and k3 KL penalty, recorded from log-probabilities. All means are exact means over the valid tokens of the update.
 * With δ = clamp(logπ − logπ_old, ±20), ρ = e^δ: ℓ = max(−Aρ, −A·clip(ρ, 1 ± ε)), and where A &lt; 0 ℓ = min(ℓ, −A·c). With
 * d = clamp(logπ_ref − logπ, ±20): k = clamp(e^d − d − 1, ±10). loss = mean(ℓ) + β · mean(k). Embed-RL, policy loss.
 *
 * @param loss         policyLoss + β · kl
 * @param policyLoss   mean of ℓ
 * @param kl           mean of k
 * @param clipFraction share of tokens for which the clip decides
 * @param meanRatio    mean of ρ
 */
public record GrpoLoss(Tensor loss, Tensor policyLoss, Tensor kl, Tensor clipFraction, Tensor meanRatio) {
    private static final float LOG_RATIO_LIMIT = 20;
    private static final float KL_LIMIT = 10;

    /**
     * Constants of the loss.
     *
     * @param clip          ε
     * @param dualClip      c, above 1
     * @param klCoefficient β
     */
    public record Config(float clip, float dualClip, float klCoefficient) {
        public static final Config DEFAULTS = new Config(0.2f, 3, 0.01f);

        public Config {
            if (!(clip > 0 && clip < 1 && dualClip > 1 && klCoefficient >= 0))
                throw new IllegalArgumentException("grpo: needs 0 < clip < 1, dualClip > 1 and klCoefficient ≥ 0, got " + clip + ", " + dualClip + ", " + klCoefficient);
        }
    }

    /**
     * Records the loss of N token slots.
     *
     * @param logProbabilities of the tokens under the policy that is trained [N]
     * @param old              the same when they were sampled [N]
     * @param reference        the same under the frozen reference policy [N]
     * @param advantages       of each token's completion [N]
     * @param valid            1 for a response token, 0 for an unused slot [N]
     */
    public static GrpoLoss of(Tensor logProbabilities, Tensor old, Tensor reference, Tensor advantages, Tensor valid, Config config) {
        Shape shape = logProbabilities.shape();
        Tensor count = valid.sum().max(Tensor.scalar(1));
        Tensor ratio = logProbabilities.sub(old).clamp(-LOG_RATIO_LIMIT, LOG_RATIO_LIMIT).exp();
        Tensor plain = advantages.mul(ratio).neg();
        Tensor clipped = advantages.mul(ratio.clamp(1 - config.clip(), 1 + config.clip())).neg();
        Tensor worse = plain.max(clipped);
        Tensor bounded = advantages.less(0).select(worse.min(advantages.mul(-config.dualClip())), worse);
        Tensor d = reference.sub(logProbabilities).clamp(-LOG_RATIO_LIMIT, LOG_RATIO_LIMIT);
        Tensor k = d.exp().sub(d).sub(1).clamp(-KL_LIMIT, KL_LIMIT);
        Tensor policyLoss = mean(bounded, valid, count);
        Tensor kl = mean(k, valid, count);
        return new GrpoLoss(policyLoss.add(kl.mul(config.klCoefficient())), policyLoss, kl, mean(plain.less(clipped), valid, count),
                mean(ratio.broadcastTo(shape), valid, count));
    }

    private static Tensor mean(Tensor x, Tensor valid, Tensor count) {
        return x.mul(valid).sum().div(count);
    }
}
