package embedrl.embedrl.grpo;

import embedrl.datasets.Pair;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.reward.RewardBreakdown;
import embedrl.embedrl.reward.RolloutId;
import embedrl.embedrl.reward.Side;
import embedrl.models.Reasoner.Rollout;
import embedrl.models.Reasoner;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.message.Content;
import embedrl.nn.StepResult;
import embedrl.nn.Training;
import embedrl.tensor.Executor;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Stage 2: trains the Reasoner by GRPO with the frozen Embedder's retrieval as reward. One step: both sides of each pair get n completions, the Embedder reads
 * each with its item, rewards become group advantages, and the policy takes a few clipped steps. Embed-RL, EG-RL.
 */
public final class EgRlTrainer implements AutoCloseable {
    private final Reasoner reasoner;
    private final RewardModel rewards;
    private final ItemMessages messages;
    private final EgRlConfig config;
    private final PolicyUpdate policy;
    private final String embedderChecksum;

    /**
     * @param reference the frozen policy that the KL penalty measures from: a copy of the Reasoner's model as it is now
     * @param training  owns the optimizer over the Reasoner's parameters
     */
    public EgRlTrainer(Reasoner reasoner, LanguageModel reference, RewardModel rewards, ItemMessages messages, Training training, EgRlConfig config,
                       Executor executor) {
        this.reasoner = reasoner;
        this.rewards = rewards;
        this.messages = messages;
        this.config = config;
        this.policy = new PolicyUpdate(reasoner.model(), reference, training, config.loss(), executor);
        this.embedderChecksum = rewards.embedder().model().checksum();
    }

    /** A step's completions with their rewards, advantages and metrics by name. */
    public record Step(SortedMap<RolloutId, Rollout> rollouts, SortedMap<RolloutId, RewardBreakdown> rewards, SortedMap<RolloutId, Double> advantages,
                       Map<String, Double> metrics) {
    }

    /** One step on pairs of one dataset; at least two pairs, since a single one has no negatives. */
    public Step step(List<Pair> pairs, Seed seed) {
        if (pairs.size() < 2) throw new IllegalArgumentException("eg-rl: a step needs at least two pairs, got " + pairs.size() + "; a single one has no negatives");
        SortedMap<RolloutId, Rollout> rollouts = sample(pairs, seed);
        SortedMap<RolloutId, RewardBreakdown> scored = rewards.score(pairs, rollouts, seed.split("judge").value());
        SortedMap<RolloutId, Double> advantages = config.advantage().ofTotals(scored);
        List<StepResult> updates = update(rollouts, advantages);
        return new Step(rollouts, scored, advantages, metrics(rollouts, scored, advantages, updates));
    }

    /** n completions of both sides of each pair. */
    public SortedMap<RolloutId, Rollout> sample(List<Pair> pairs, Seed seed) {
        List<List<Content>> prompts = new ArrayList<>();
        for (Pair pair : pairs) {
            prompts.add(messages.prompt(pair.query(), Side.QUERY));
            prompts.add(messages.prompt(pair.target(), Side.TARGET));
        }
        List<List<Rollout>> sampled = reasoner.sample(prompts, config.rollouts(), config.temperature(), seed.split("rollouts").value());
        SortedMap<RolloutId, Rollout> byId = new TreeMap<>();
        for (int p = 0; p < prompts.size(); p++)
            for (int r = 0; r < config.rollouts(); r++)
                byId.put(new RolloutId(p / 2, p % 2 == 0 ? Side.QUERY : Side.TARGET, r), sampled.get(p).get(r));
        return byId;
    }

    /** Completions and rewards of the present policy on batches of pairs, without any update. The ids' pairs count through all batches. */
    public Evaluation evaluate(List<List<Pair>> batches, Seed seed) {
        SortedMap<RolloutId, Rollout> rollouts = new TreeMap<>();
        SortedMap<RolloutId, RewardBreakdown> scored = new TreeMap<>();
        int first = 0;
        for (int b = 0; b < batches.size(); b++) {
            List<Pair> pairs = batches.get(b);
            int offset = first;
            SortedMap<RolloutId, Rollout> sampled = sample(pairs, seed.split(b));
            rewards.score(pairs, sampled, seed.split(b).split("judge").value())
                    .forEach((id, reward) -> scored.put(new RolloutId(offset + id.pair(), id.side(), id.index()), reward));
            sampled.forEach((id, rollout) -> rollouts.put(new RolloutId(offset + id.pair(), id.side(), id.index()), rollout));
            first += pairs.size();
        }
        return new Evaluation(rollouts, scored);
    }

    /** Completions and rewards of held-out pairs. */
    public record Evaluation(SortedMap<RolloutId, Rollout> rollouts, SortedMap<RolloutId, RewardBreakdown> rewards) {
        public double meanReward() {
            return rewards.values().stream().mapToDouble(RewardBreakdown::total).average().orElseThrow();
        }
    }

    private List<StepResult> update(SortedMap<RolloutId, Rollout> rollouts, SortedMap<RolloutId, Double> advantages) {
        List<RolloutId> ids = new ArrayList<>(advantages.keySet());
        int share = Math.ceilDiv(ids.size(), config.updatesPerStep());
        List<StepResult> results = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += share) {
            List<PolicyUpdate.Scored> part = ids.subList(from, Math.min(ids.size(), from + share)).stream()
                    .map(id -> new PolicyUpdate.Scored(rollouts.get(id), advantages.get(id))).toList();
            results.add(policy.step(part, config.learningRate()));
        }
        return results;
    }

    private Map<String, Double> metrics(SortedMap<RolloutId, Rollout> rollouts, SortedMap<RolloutId, RewardBreakdown> scored,
                                        SortedMap<RolloutId, Double> advantages, List<StepResult> updates) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("reward", mean(scored, RewardBreakdown::total));
        metrics.put("reward/format", mean(scored, RewardBreakdown::format));
        metrics.put("reward/outcome", mean(scored, RewardBreakdown::outcome));
        metrics.put("reward/process", mean(scored, RewardBreakdown::process));
        metrics.put("reward/acc", mean(scored, RewardBreakdown::acc));
        metrics.put("reward/margin", mean(scored, RewardBreakdown::margin));
        metrics.put("reward_std", Math.sqrt(scored.values().stream().mapToDouble(r -> Math.pow(r.total() - metrics.get("reward"), 2)).average().orElseThrow()));
        metrics.put("frac_zero_advantage", advantages.values().stream().filter(a -> Math.abs(a) < 1e-9).count() / (double) advantages.size());
        metrics.put("completion_length", rollouts.values().stream().mapToInt(r -> r.generation().length()).average().orElseThrow());
        metrics.put("completion_clipped", rollouts.values().stream().filter(r -> !r.generation().finished()).count() / (double) rollouts.size());
        for (String name : updates.getFirst().metrics().keySet())
            metrics.put(name, updates.stream().mapToDouble(u -> u.metrics().get(name)).average().orElseThrow());
        metrics.put("loss", updates.stream().mapToDouble(StepResult::loss).average().orElseThrow());
        metrics.put("grad_norm", updates.stream().mapToDouble(StepResult::gradientNorm).average().orElseThrow());
        return metrics;
    }

    private static double mean(SortedMap<RolloutId, RewardBreakdown> scored, java.util.function.ToDoubleFunction<RewardBreakdown> term) {
        return scored.values().stream().mapToDouble(term).average().orElseThrow();
    }

    /** Throws when the frozen Embedder is not what it was when training began. */
    public void assertEmbedderUnchanged() {
        String now = rewards.embedder().model().checksum();
        if (!now.equals(embedderChecksum))
            throw new IllegalStateException("eg-rl: the frozen Embedder changed during training: checksum was " + embedderChecksum + ", is " + now);
    }

    @Override
    public void close() {
        policy.close();
    }
}
