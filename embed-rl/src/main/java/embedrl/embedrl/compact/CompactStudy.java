package embedrl.embedrl.compact;

import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.grpo.EgRlTrainer;
import embedrl.embedrl.run.RunListener;
import embedrl.models.Reasoner;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.tensor.Executor;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The whole of Embed-RL on compact models and generated scenes, from random weights: vision pre-training, Reasoner warm-up, two Embedders (raw items, and
 * items with T-CoT), EG-RL against the frozen Embedder, and the comparison of all arms on held-out queries. Read {@link #run} top to bottom.
 */
public final class CompactStudy {
    private static final int VOCABULARY_PAIRS = 50;

    private final CompactVocabulary vocabulary;
    private final CompactTraining training;
    private final RunListener listener;

    public CompactStudy(StudyConfig config, SceneFamilies scenes, Executor executor, RunListener listener) {
        this(config, scenes, Qwen3VlConfig::compact, executor, listener);
    }

    /** With models of another shape, given by the size of the vocabulary. */
    CompactStudy(StudyConfig config, SceneFamilies scenes, IntFunction<Qwen3VlConfig> shape, Executor executor, RunListener listener) {
        this.vocabulary = CompactVocabulary.train(scenes, new CompactData(scenes, config).sources(config.trainFamilies(), Split.TRAIN, 0), VOCABULARY_PAIRS);
        CompactModels models = new CompactModels(vocabulary.tokenizer(), shape.apply(vocabulary.tokenizer().vocabularySize()), executor);
        this.training = new CompactTraining(config, scenes, vocabulary, models, executor, listener);
        this.listener = listener;
    }

    /** What a study leaves behind. */
    public record Trained(Qwen3Vl warmup, Qwen3Vl egrl, Qwen3Vl rawEmbedder, Qwen3Vl embedder) {
    }

    public CompactVocabulary vocabulary() {
        return vocabulary;
    }

    public CompactTraining training() {
        return training;
    }

    public StudyResult run() {
        CompactModels models = training.models();
        Qwen3Vl policy = training.warmedUpReasoner();

        Qwen3Vl raw = models.copy(policy);       // both Embedders start from the warmed-up Reasoner
        training.trainEmbedder(raw, null);
        Qwen3Vl warmup = models.copy(policy);    // stays: the reference policy, and the arm without EG-RL
        Qwen3Vl embedder = models.copy(policy);
        try (Reasoner writer = models.reasoner(warmup)) {
            training.trainEmbedder(embedder, writer);
        }

        EgRlTrainer.Evaluation before;
        EgRlTrainer.Evaluation after;
        try (CompactTraining.Reinforcement reinforcement = training.reinforcement(policy, warmup, embedder)) {
            before = reinforcement.evaluate();
            reinforcement.run(0);
            after = reinforcement.evaluate();
        }
        Trained trained = new Trained(warmup, policy, raw, embedder);
        try (CompactEvaluation evaluation = new CompactEvaluation(training, trained, listener)) {
            return new StudyResult(trained, evaluation.arms(List.of(Split.UNSEEN_SCENES, Split.UNSEEN_COMBINATIONS)),
                    evaluation.arms(List.of(Split.UNSEEN_CONCEPTS)), before, after);
        }
    }
}
