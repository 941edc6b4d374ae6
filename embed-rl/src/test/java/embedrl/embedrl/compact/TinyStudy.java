package embedrl.embedrl.compact;

import embedrl.datasets.Pair;
import embedrl.datasets.PairSource;
import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.train.ResponseBatch;
import embedrl.embedrl.train.SupervisedTraining;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.nn.AdamW;
import embedrl.nn.Training;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Scenes, a tokenizer and models of width 64 that the tests of training share, so that they are made once. */
public final class TinyStudy {
    public static final Executor EXECUTOR = Executors.standard();
    public static final SceneFamilies SCENES = new SceneFamilies(new IconArt());
    public static final CompactVocabulary VOCABULARY = CompactVocabulary.train(SCENES, SCENES.openAll(Split.TRAIN, 1, 1000), 5);
    public static final CompactModels MODELS = new CompactModels(VOCABULARY.tokenizer(), Qwen3VlConfig.tiny(VOCABULARY.tokenizer().vocabularySize()), EXECUTOR);

    private static Qwen3Vl halfTrained;

    private TinyStudy() {
    }

    /** Training pairs of a family with different targets. */
    public static List<Pair> pairs(String family, int count) {
        PairSource source = SCENES.open(family, Split.TRAIN, 1, 10_000);
        List<Pair> pairs = new ArrayList<>();
        Set<String> targets = new HashSet<>();
        for (int i = 0; pairs.size() < count; i++) if (targets.add(source.targetId(i))) pairs.add(source.pair(i));
        return pairs;
    }

    /** Both sides of pairs with their true T-CoTs, queries and targets in turn. */
    public static List<ResponseBatch.Example> examples(List<Pair> pairs) {
        List<ResponseBatch.Example> examples = new ArrayList<>();
        for (Pair pair : pairs) for (Side side : Side.values()) examples.add(MODELS.warmUpExample(side.of(pair), side));
        return examples;
    }

    /** A fresh copy of a policy that has begun to learn the format on pairs of texts and scenes: some of its completions are well-formed, some never end. */
    public static synchronized Qwen3Vl halfTrained() {
        if (halfTrained == null) {
            halfTrained = MODELS.model(Seed.of(11));
            List<ResponseBatch.Example> examples = examples(pairs("qa", 4));
            try (Training training = Training.of(halfTrained.parameters(), AdamW.with(3e-3f).clip(1), EXECUTOR);
                 SupervisedTraining supervised = new SupervisedTraining(halfTrained, training, _ -> 1)) {
                for (int step = 0; step < 40; step++) supervised.step(examples, 3e-3f);
            }
        }
        return MODELS.copy(halfTrained);
    }
}
