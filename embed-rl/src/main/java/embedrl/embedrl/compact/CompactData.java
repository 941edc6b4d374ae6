package embedrl.embedrl.compact;

import embedrl.datasets.Pair;
import embedrl.datasets.PairSource;
import embedrl.datasets.RetrievalTask;
import embedrl.datasets.SeededRandom;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The batches of a compact study. Every batch is a function of the seed and the step, so that a resumed run sees what an unbroken one would have seen. */
public final class CompactData {
    private static final long ENDLESS = 1_000_000;

    private final SceneFamilies scenes;
    private final StudyConfig config;
    private final List<PairSource> warmUp;
    private final List<PairSource> contrastive;
    private final List<PairSource> rl;

    public CompactData(SceneFamilies scenes, StudyConfig config) {
        this.scenes = scenes;
        this.config = config;
        this.warmUp = sources(config.trainFamilies(), Split.TRAIN, 1);
        this.contrastive = sources(config.trainFamilies(), Split.TRAIN, 2);
        this.rl = sources(config.rlFamilies(), Split.TRAIN, 3);
    }

    /** Endless sources of a split; different streams hold different pairs. */
    List<PairSource> sources(List<String> families, Split split, long stream) {
        return families.stream().map(name -> (PairSource) scenes.open(name, split, config.seed() * 1000 + stream, ENDLESS)).toList();
    }

    /** Warm-up: pairs from all families in turn. */
    List<Pair> warmUp(int step) {
        int count = config.warmupPairs();
        return IntStream.range(0, count).mapToObj(i -> warmUp.get(i % warmUp.size()).pair((long) step * count + i)).toList();
    }

    /** Contrastive stage: two sub-batches, each from one family and without equal targets, so that in-batch negatives are hard and true. */
    List<Pair> contrastive(int step) {
        SeededRandom random = SeededRandom.of(config.seed(), "sub-batches", step);
        int count = config.embedderPairs();
        List<Pair> pairs = new ArrayList<>();
        for (int part = 0; part < 2; part++)
            pairs.addAll(distinct(contrastive.get((int) random.below(contrastive.size())), part == 0 ? count / 2 : count - count / 2,
                    (2L * step + part) * count * 4));
        return pairs;
    }

    /** EG-RL: pairs of one family with different targets. */
    List<Pair> reinforcement(int step) {
        return distinct(rl.get(step % rl.size()), config.rlPairs(), (long) step * config.rlPairs() * 4);
    }

    /** Batches of held-out pairs, on which the mean reward is measured. */
    List<List<Pair>> heldOutReward() {
        List<List<Pair>> batches = new ArrayList<>();
        for (PairSource source : sources(config.rlFamilies(), Split.UNSEEN_SCENES, 4))
            for (int b = 0; b < Math.max(1, config.rewardPairs() / config.rlPairs() / config.rlFamilies().size()); b++)
                batches.add(distinct(source, config.rlPairs(), (long) b * config.rlPairs() * 4));
        return batches;
    }

    /** Queries of every evaluated family with hard distractors, for some held-out splits. */
    public List<RetrievalTask> tasks(List<Split> splits) {
        List<RetrievalTask> tasks = new ArrayList<>();
        for (String family : config.evaluationFamilies())
            for (Split split : splits) tasks.add(scenes.open(family, split, config.seed() * 1000 + 5, ENDLESS).task(config.evaluationQueries()));
        return tasks;
    }

    /** Pairs from an index on, leaving out those whose target came before. */
    private static List<Pair> distinct(PairSource source, int count, long from) {
        Map<String, Long> chosen = new LinkedHashMap<>();
        for (long i = from; chosen.size() < count; i++) {
            if (i - from > 100L * count) throw new IllegalArgumentException("dataset '" + source.name() + "' has fewer than " + count + " different targets");
            chosen.putIfAbsent(source.targetId(i % source.size()), i % source.size());
        }
        return chosen.values().stream().map(source::pair).toList();
    }
}
