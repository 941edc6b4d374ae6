package embedrl.embedrl.compact;

import embedrl.embedrl.eval.RetrievalEvaluation;
import embedrl.embedrl.eval.RetrievalEvaluation.Entry;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.message.TextStyle;
import embedrl.models.Embedder;
import embedrl.models.Reasoner;
import embedrl.models.Reasoner.Rollout;
import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import embedrl.tensor.Seed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Answers one set of queries in several ways that differ in nothing but the T-CoT that the Embedder reads. */
public final class RetrievalArms {
    private final RetrievalEvaluation evaluation;
    private final ItemMessages messages;
    private final Seed seed;

    /** The seed is that of sampled T-CoTs: the same for every Reasoner. */
    public RetrievalArms(RetrievalEvaluation evaluation, ItemMessages messages, Seed seed) {
        this.evaluation = evaluation;
        this.messages = messages;
        this.seed = seed;
    }

    /** Items alone, without any T-CoT. */
    public StudyArm raw(String name, Embedder embedder) {
        return arm(name, embedder, Map.of());
    }

    /** Items with the T-CoTs of a Reasoner: the most likely ones, or sampled at temperature 1. */
    public StudyArm reasoned(String name, Embedder embedder, Reasoner reasoner, boolean greedy) {
        List<Entry> order = List.copyOf(evaluation.entries());
        List<List<Content>> prompts = order.stream().map(e -> messages.prompt(e.item(), e.side())).toList();
        List<Rollout> rollouts = greedy ? reasoner.greedy(prompts) : reasoner.sample(prompts, 1, 1, seed.value()).stream().map(List::getFirst).toList();
        Map<String, String> completions = new HashMap<>();
        for (int i = 0; i < order.size(); i++) completions.put(order.get(i).key(), rollouts.get(i).text());
        return arm(name, embedder, completions);
    }

    /** Items with the T-CoTs that state their true facts: the ceiling. */
    public StudyArm oracle(String name, Embedder embedder) {
        Map<String, String> completions = new HashMap<>();
        for (Entry entry : evaluation.entries()) completions.put(entry.key(), TextStyle.COMPACT.completion(entry.item().trace()));
        return arm(name, embedder, completions);
    }

    private StudyArm arm(String name, Embedder embedder, Map<String, String> completions) {
        Function<Entry, EmbedderMessage> message = completions.isEmpty() ? e -> messages.raw(e.item()) : e -> messages.reasoned(e.item(), completions.get(e.key()));
        return new StudyArm(name, evaluation.run(embedder, message), completions);
    }
}
