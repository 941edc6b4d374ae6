package embedrl.embedrl.grpo;

import embedrl.embedrl.reward.GroupAdvantage;

/**
 * Settings of embedder-guided reinforcement learning; the reward's own are in {@link embedrl.embedrl.reward.RewardConfig}.
 *
 * @param rollouts       completions n of each prompt
 * @param temperature    of sampling
 * @param updatesPerStep optimizer steps that the completions of one step are divided into
 * @param learningRate   constant
 * @param advantage      normalization inside a group
 * @param loss           clip and KL constants
 */
public record EgRlConfig(int rollouts, double temperature, int updatesPerStep, float learningRate, GroupAdvantage advantage, GrpoLoss.Config loss) {
    public EgRlConfig {
        if (rollouts < 1 || updatesPerStep < 1 || !(temperature > 0) || !(learningRate > 0))
            throw new IllegalArgumentException("eg-rl: rollouts, updatesPerStep, temperature and learningRate must be positive, got " + rollouts + ", "
                    + updatesPerStep + ", " + temperature + ", " + learningRate);
    }
}
