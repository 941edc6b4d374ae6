package embedrl.embedrl.compact;

import embedrl.datasets.scenes.Split;
import embedrl.embedrl.eval.RetrievalEvaluation;
import embedrl.embedrl.run.RunListener;
import embedrl.models.Embedder;
import embedrl.models.Reasoner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares the ways of answering on the same held-out queries: raw items with the raw-trained Embedder, and the T-CoT Embedder with T-CoTs of the warm-up
 * Reasoner, of the EG-RL Reasoner (greedy, and sampled at temperature 1) and of the true traces as the ceiling.
 */
final class CompactEvaluation implements AutoCloseable {
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
        RetrievalArms ways = new RetrievalArms(new RetrievalEvaluation(training.data().tasks(splits)), training.models().messages(), training.seed().split("evaluation"));
        List<StudyArm> arms = new ArrayList<>();
        add(phase, arms, ways.raw("raw", raw));
        add(phase, arms, ways.reasoned("warmup", embedder, warmup, true));
        add(phase, arms, ways.reasoned("warmup-sampled", embedder, warmup, false));
        add(phase, arms, ways.reasoned("egrl", embedder, egrl, true));
        add(phase, arms, ways.reasoned("egrl-sampled", embedder, egrl, false));
        add(phase, arms, ways.oracle("oracle", embedder));
        listener.onPhaseEnd(phase);
        return arms;
    }

    private void add(String phase, List<StudyArm> arms, StudyArm arm) {
        arms.add(arm);
        listener.onStep(phase, arms.size(), Map.of(arm.name() + "/hit@1", arm.hitAt1()));
    }

    @Override
    public void close() {
        raw.close();
        embedder.close();
        warmup.close();
        egrl.close();
    }
}
