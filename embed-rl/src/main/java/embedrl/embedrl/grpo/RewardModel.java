package embedrl.embedrl.grpo;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.reward.FormatReward;
import embedrl.embedrl.reward.Judge;
import embedrl.embedrl.reward.JudgePrompt;
import embedrl.embedrl.reward.JudgeRound;
import embedrl.embedrl.reward.RewardBreakdown;
import embedrl.embedrl.reward.RewardConfig;
import embedrl.embedrl.reward.RewardScorer;
import embedrl.embedrl.reward.RolloutId;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.reward.Similarities;
import embedrl.embedrl.tcot.TCotOptions;
import embedrl.embedrl.tcot.Visual;
import embedrl.models.Embedder;
import embedrl.models.Reasoner.Rollout;
import embedrl.models.message.EmbedderMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The reward of a step's rollouts: the frozen Embedder embeds each item with its own completion and the evidence that it points at; the rewards follow from
 * the similarities, the format and the judge. Everything travels by rollout id. Embed-RL, EG-RL.
 */
public final class RewardModel {
    private final Embedder embedder;
    private final ItemMessages messages;
    private final RewardConfig config;
    private final Judge judge;
    private final FormatReward format;

    public RewardModel(Embedder embedder, ItemMessages messages, RewardConfig config, Judge judge) {
        this.embedder = embedder;
        this.messages = messages;
        this.config = config;
        this.judge = judge;
        this.format = new FormatReward(config.formatCheck(), TCotOptions.DEFAULTS);
    }

    public Embedder embedder() {
        return embedder;
    }

    /**
     * Scores all rollouts of a batch of pairs.
     *
     * @param rollouts by id; ids name positions in pairs
     * @param seed     orders the judge's candidates
     */
    public SortedMap<RolloutId, RewardBreakdown> score(List<Pair> pairs, Map<RolloutId, Rollout> rollouts, long seed) {
        Set<RolloutId> wellFormed = new HashSet<>();
        Map<RolloutId, String> anchors = new HashMap<>();
        Map<RolloutId, String> candidates = new HashMap<>();
        Map<RolloutId, EmbedderMessage> read = new TreeMap<>();
        for (RolloutId id : rollouts.keySet()) {
            Item item = id.side().of(pairs.get(id.pair()));
            String text = rollouts.get(id).text();
            read.put(id, messages.reasoned(item, text));
            if (format.of(text, Visual.of(item)) == 1) wellFormed.add(id);
            String query = JudgePrompt.queryBlock(item.text(), text);
            anchors.put(id, id.side() == Side.QUERY ? query : JudgePrompt.targetBlock(item.text(), text));
            candidates.put(id, id.side() == Side.QUERY ? query : JudgePrompt.targetCandidate(text));
        }
        Similarities similarities = Similarities.ofUnitVectors(embedder.embed(read));
        Set<RolloutId> hits = new JudgeRound(judge, config).hits(similarities, anchors, candidates, seed);
        return new RewardScorer(config).score(similarities, wellFormed, hits);
    }
}
