package embedrl.embedrl.compact;

import embedrl.datasets.scenes.Split;
import embedrl.embedrl.eval.RetrievalEvaluation;
import embedrl.embedrl.eval.RetrievalEvaluation.Entry;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.run.RunListener;
import embedrl.models.Embedder;
import embedrl.models.Reasoner;
import embedrl.models.Reasoner.Rollout;
import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Compares the ways of answering on the same held-out queries: raw items with the raw-trained Embedder, and the T-CoT Embedder with T-CoTs of the warm-up
 * Reasoner, of the EG-RL Reasoner (greedy, and sampled at temperature 1) and of the true traces as the ceiling.
 */
final class CompactEvaluation {
    private static final int ARMS = 6;

    private final CompactTraining training;
    private final Embedder raw;
    private final Embedder embedder;
    private final Reasoner warmup;
    private final Reasoner egrl;
    private final RunListener listener;

    CompactEvaluation(CompactTraining training, CompactStudy.Trained trained, RunListener listener) {
        CompactModels models = training.models();
        this.training = training;
        this.raw = models.embedder(trained.rawEmbedder());
        this.embedder = models.embedder(trained.embedder());
        this.warmup = models.reasoner(trained.warmup());
        this.egrl = models.reasoner(trained.egrl());
        this.listener = listener;
    }

    /** All arms on the queries of some splits. */
    List<StudyArm> arms(List<Split> splits) {
        String phase = splits.contains(Split.UNSEEN_CONCEPTS) ? "evaluation-unseen-concepts" : "evaluation";
        listener.onPhase(phase, ARMS);
        RetrievalEvaluation evaluation = new RetrievalEvaluation(training.data().tasks(splits));
        List<StudyArm> arms = new ArrayList<>();
        arm(phase, arms, "raw", evaluation, raw, Map.of());
        arm(phase, arms, "warmup", evaluation, embedder, complete(warmup, evaluation.entries(), true));
        arm(phase, arms, "warmup-sampled", evaluation, embedder, complete(warmup, evaluation.entries(), false));
        arm(phase, arms, "egrl", evaluation, embedder, complete(egrl, evaluation.entries(), true));
        arm(phase, arms, "egrl-sampled", evaluation, embedder, complete(egrl, evaluation.entries(), false));
        Map<String, String> oracle = new HashMap<>();
        for (Entry entry : evaluation.entries()) oracle.put(entry.key(), TextStyle.COMPACT.completion(entry.item().trace()));
        arm(phase, arms, "oracle", evaluation, embedder, oracle);
        listener.onPhaseEnd(phase);
        return arms;
    }

    private void arm(String phase, List<StudyArm> arms, String name, RetrievalEvaluation evaluation, Embedder embedder, Map<String, String> completions) {
        ItemMessages messages = training.models().messages();
        Function<Entry, EmbedderMessage> message = completions.isEmpty() ? e -> messages.raw(e.item()) : e -> messages.reasoned(e.item(), completions.get(e.key()));
        StudyArm arm = new StudyArm(name, evaluation.run(embedder, message), completions);
        arms.add(arm);
        listener.onStep(phase, arms.size(), Map.of(name + "/hit@1", arm.hitAt1()));
    }

    /** One completion of every entry by its key; sampled ones at temperature 1, with the same randomness for every Reasoner. */
    private Map<String, String> complete(Reasoner reasoner, Collection<Entry> entries, boolean greedy) {
        List<Entry> order = List.copyOf(entries);
        List<List<Content>> prompts = order.stream().map(e -> training.models().messages().prompt(e.item(), e.side())).toList();
        List<Rollout> rollouts = greedy ? reasoner.greedy(prompts)
                : reasoner.sample(prompts, 1, 1, training.seed().split("evaluation").value()).stream().map(List::getFirst).toList();
        Map<String, String> completions = new HashMap<>();
        for (int i = 0; i < order.size(); i++) completions.put(order.get(i).key(), rollouts.get(i).text());
        return completions;
    }
}
