package embedrl.embedrl.compact;

import embedrl.datasets.Pair;
import embedrl.datasets.PairSource;
import embedrl.datasets.RetrievalTask;
import embedrl.datasets.SeededRandom;
import embedrl.datasets.scenes.Family;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.eval.RetrievalEvaluation;
import embedrl.embedrl.eval.RetrievalEvaluation.Entry;
import embedrl.embedrl.grpo.EgRlConfig;
import embedrl.embedrl.grpo.EgRlTrainer;
import embedrl.embedrl.grpo.GrpoLoss;
import embedrl.embedrl.grpo.RewardModel;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.reward.GroupAdvantage;
import embedrl.embedrl.reward.KeywordOverlapJudge;
import embedrl.embedrl.reward.RewardConfig;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.train.ContrastiveTraining;
import embedrl.embedrl.train.LabeledImage;
import embedrl.embedrl.train.ResponseBatch;
import embedrl.embedrl.train.SupervisedTraining;
import embedrl.embedrl.train.VisionPretraining;
import embedrl.models.Embedder;
import embedrl.models.Reasoner;
import embedrl.models.Reasoner.Rollout;
import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.nn.AdamW;
import embedrl.nn.Schedule;
import embedrl.nn.StepResult;
import embedrl.nn.Training;
import embedrl.tensor.Executor;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The whole of Embed-RL on compact models and generated scenes, from random weights: vision pre-training, Reasoner warm-up, two Embedders (raw items, and
 * items with T-CoT), EG-RL against the frozen Embedder, and the comparison of all arms on held-out queries. Read {@link #run} top to bottom.
 */
public final class CompactStudy {
    private static final long ENDLESS = 1_000_000;
    private static final int SCENES_PER_STEP = 16;
    private static final int TILES_PER_STEP = 32;
    private static final double CONTENT_WEIGHT = 2;

    private final StudyConfig config;
    private final SceneFamilies scenes;
    private final Executor executor;
    private final StudyListener listener;
    private final Seed seed;
    private final CompactVocabulary vocabulary;
    private final CompactModels models;
    private final ItemMessages messages;
    private final Map<String, Double> seconds = new LinkedHashMap<>();

    public CompactStudy(StudyConfig config, SceneFamilies scenes, Executor executor, StudyListener listener) {
        this.config = config;
        this.scenes = scenes;
        this.executor = executor;
        this.listener = listener;
        this.seed = Seed.of(config.seed());
        this.vocabulary = CompactVocabulary.train(scenes, sources(config.trainFamilies(), Split.TRAIN, 0), 50);
        this.models = new CompactModels(vocabulary.tokenizer(), executor);
        this.messages = models.messages();
    }

    /** The models that a study leaves behind. */
    public record Models(Qwen3Vl warmup, Qwen3Vl egrl, Qwen3Vl rawEmbedder, Qwen3Vl embedder) {
    }

    private Models trained;

    /** The models after {@link #run}. */
    public Models models() {
        return trained;
    }

    public CompactVocabulary vocabulary() {
        return vocabulary;
    }

    public StudyResult run() {
        Qwen3Vl reasonerModel = models.model(seed.split("reasoner"));
        timed("vision", config.visionSteps(), () -> pretrainVision(reasonerModel));
        timed("warm-up", config.warmupSteps(), () -> warmUp(reasonerModel));

        Qwen3Vl rawModel = models.copy(reasonerModel);
        timed("raw embedder", config.rawSteps(), () -> trainEmbedder(rawModel, null));
        Qwen3Vl embedderModel = models.copy(reasonerModel);
        Qwen3Vl warmModel = models.copy(reasonerModel);   // stays: the reference policy, and the arm without EG-RL
        Reasoner warm = models.reasoner(warmModel);
        timed("embedder", config.embedderSteps(), () -> trainEmbedder(embedderModel, warm));

        Embedder embedder = models.embedder(embedderModel);
        Reasoner reasoner = models.reasoner(reasonerModel);
        RewardModel rewards = new RewardModel(embedder, messages, RewardConfig.DEFAULTS, new KeywordOverlapJudge());
        Training training = Training.of(reasonerModel.parameters(), AdamW.with(config.rlLearningRate()).clip(1), executor);
        EgRlConfig rl = new EgRlConfig(config.rollouts(), 1, 2, config.rlLearningRate(), GroupAdvantage.DEFAULTS.withDeviationFloor(0.02),
                GrpoLoss.Config.DEFAULTS);
        EgRlTrainer trainer = new EgRlTrainer(reasoner, warmModel, rewards, messages, training, rl, executor);
        List<List<Pair>> heldOut = heldOutRewardPairs();
        EgRlTrainer.Evaluation before = evaluateReward(trainer, heldOut);
        timed("eg-rl", config.rlSteps(), () -> reinforce(trainer));
        trainer.assertEmbedderUnchanged();
        EgRlTrainer.Evaluation after = evaluateReward(trainer, heldOut);

        List<StudyArm> arms = new ArrayList<>();
        timed("evaluation", 6, () -> evaluate(arms, models.embedder(rawModel), embedder, warm, reasoner));
        trained = new Models(warmModel, reasonerModel, rawModel, embedderModel);
        return new StudyResult(arms, before, after, seconds);
    }

    // Phases

    private void pretrainVision(Qwen3Vl model) {
        SceneLabels labels = new SceneLabels(scenes.painter(), scenes.splits(), scenes.art(), models.images(), vocabulary);
        Training training = Training.of(model.parameters(), AdamW.with(1e-3f).clip(1), executor);
        Schedule schedule = Schedule.warmupCosine(2e-3f, 20, config.visionSteps() + 1);
        try (VisionPretraining pretraining = new VisionPretraining(model, training, labels.sets())) {
            for (int step = 1; step <= config.visionSteps(); step++) {
                Seed s = seed.split("vision").split(step);
                List<LabeledImage> images = new ArrayList<>();
                for (int i = 0; i < SCENES_PER_STEP; i++) images.add(labels.scene(s.split(i)));
                for (int i = 0; i < TILES_PER_STEP; i++) images.add(labels.tile(s.split(SCENES_PER_STEP + i)));
                report(step, pretraining.step(images, schedule.at(step)));
            }
        }
    }

    private void warmUp(Qwen3Vl model) {
        Set<Integer> content = vocabulary.contentTokens();
        Training training = Training.of(model.parameters(), AdamW.with(1e-3f).clip(1), executor);
        Schedule schedule = Schedule.warmupCosine(2e-3f, 20, config.warmupSteps() + 1);
        List<PairSource> sources = sources(config.trainFamilies(), Split.TRAIN, 1);
        try (SupervisedTraining supervised = new SupervisedTraining(model, training, token -> content.contains(token) ? CONTENT_WEIGHT : 1)) {
            for (int step = 1; step <= config.warmupSteps(); step++) {
                List<ResponseBatch.Example> examples = new ArrayList<>();
                for (Pair pair : mixed(sources, config.warmupPairs(), step)) {
                    examples.add(example(new Entry(Side.QUERY, pair.query())));
                    examples.add(example(new Entry(Side.TARGET, pair.target())));
                }
                report(step, supervised.step(examples, schedule.at(step)));
            }
        }
    }

    private ResponseBatch.Example example(Entry entry) {
        int[] completion = vocabulary.tokenizer().encode(TextStyle.COMPACT.completion(entry.item().trace()) + "<|im_end|>");
        return new ResponseBatch.Example(models.encoder().prompt(messages.prompt(entry.item(), entry.side())), completion);
    }

    /** Trains an Embedder; without a Reasoner on raw items alone, else on the mix of modes. */
    private void trainEmbedder(Qwen3Vl model, Reasoner reasoner) {
        int steps = reasoner == null ? config.rawSteps() : config.embedderSteps();
        Training training = Training.of(model.parameters(), AdamW.with(1e-3f).clip(1), executor);
        Schedule schedule = Schedule.warmupCosine(1e-3f, 10, steps + 1);
        List<PairSource> sources = sources(config.trainFamilies(), Split.TRAIN, 2);
        try (ContrastiveTraining contrastive = new ContrastiveTraining(models.embedder(model), training, ContrastiveTraining.SCALE)) {
            for (int step = 1; step <= steps; step++) {
                List<Pair> pairs = subBatches(sources, config.embedderPairs(), step);
                report(step, contrastive.step(EmbedderExamples.of(pairs, messages, reasoner, seed.split("embedder").split(step)), schedule.at(step)));
            }
        }
    }

    private void reinforce(EgRlTrainer trainer) {
        List<PairSource> sources = sources(config.rlFamilies(), Split.TRAIN, 3);
        for (int step = 1; step <= config.rlSteps(); step++) {
            PairSource source = sources.get(step % sources.size());   // every step is of one dataset
            List<Pair> pairs = distinct(source, config.rlPairs(), (long) step * config.rlPairs() * 4);
            EgRlTrainer.Step result = trainer.step(pairs, seed.split("eg-rl").split(step));
            listener.rollouts(step, pairs, result);
            listener.step(step, result.metrics());
        }
    }

    private EgRlTrainer.Evaluation evaluateReward(EgRlTrainer trainer, List<List<Pair>> batches) {
        return trainer.evaluate(batches, seed.split("held-out reward"));
    }

    private List<List<Pair>> heldOutRewardPairs() {
        List<List<Pair>> batches = new ArrayList<>();
        for (PairSource source : sources(config.rlFamilies(), Split.UNSEEN_SCENES, 4))
            for (int b = 0; b < config.rewardPairs() / config.rlPairs() / config.rlFamilies().size(); b++)
                batches.add(distinct(source, config.rlPairs(), (long) b * config.rlPairs() * 4));
        return batches;
    }

    private void evaluate(List<StudyArm> arms, Embedder raw, Embedder embedder, Reasoner warm, Reasoner egrl) {
        RetrievalEvaluation evaluation = new RetrievalEvaluation(tasks());
        arm(arms, "raw", evaluation, raw, Map.of());
        arm(arms, "warmup", evaluation, embedder, complete(warm, evaluation.entries(), true));
        arm(arms, "warmup-sampled", evaluation, embedder, complete(warm, evaluation.entries(), false));
        arm(arms, "egrl", evaluation, embedder, complete(egrl, evaluation.entries(), true));
        arm(arms, "egrl-sampled", evaluation, embedder, complete(egrl, evaluation.entries(), false));
        Map<String, String> oracle = new HashMap<>();
        for (Entry entry : evaluation.entries()) oracle.put(entry.key(), TextStyle.COMPACT.completion(entry.item().trace()));
        arm(arms, "oracle", evaluation, embedder, oracle);
    }

    private void arm(List<StudyArm> arms, String name, RetrievalEvaluation evaluation, Embedder embedder, Map<String, String> completions) {
        Function<Entry, EmbedderMessage> message = completions.isEmpty() ? e -> messages.raw(e.item()) : e -> messages.reasoned(e.item(), completions.get(e.key()));
        StudyArm arm = new StudyArm(name, evaluation.run(embedder, message), completions);
        arms.add(arm);
        listener.step(arms.size(), Map.of(name + " hit@1", arm.hitAt1()));
    }

    /** One completion of every entry by its key; sampled ones at temperature 1 with the same randomness for every Reasoner. */
    private Map<String, String> complete(Reasoner reasoner, Collection<Entry> entries, boolean greedy) {
        List<Entry> order = List.copyOf(entries);
        List<List<Content>> prompts = order.stream().map(e -> messages.prompt(e.item(), e.side())).toList();
        List<Rollout> rollouts = greedy ? reasoner.greedy(prompts)
                : reasoner.sample(prompts, 1, 1, seed.split("evaluation").value()).stream().map(List::getFirst).toList();
        Map<String, String> completions = new HashMap<>();
        for (int i = 0; i < order.size(); i++) completions.put(order.get(i).key(), rollouts.get(i).text());
        return completions;
    }

    private List<RetrievalTask> tasks() {
        List<RetrievalTask> tasks = new ArrayList<>();
        for (String family : config.evaluationFamilies())
            for (Split split : List.of(Split.UNSEEN_SCENES, Split.UNSEEN_COMBINATIONS))
                tasks.add(scenes.open(family, split, config.seed() + 5, ENDLESS).task(config.evaluationQueries()));
        return tasks;
    }

    // Data

    private List<PairSource> sources(List<String> families, Split split, long stream) {
        return families.stream().map(name -> (PairSource) scenes.open(name, split, config.seed() * 1000 + stream, ENDLESS)).toList();
    }

    /** Pairs from all sources in turn, different ones each step. */
    private static List<Pair> mixed(List<PairSource> sources, int count, int step) {
        return IntStream.range(0, count).mapToObj(i -> sources.get(i % sources.size()).pair((long) step * count + i)).toList();
    }

    /** Two sub-batches, each from one source and without equal targets, so that in-batch negatives are hard and true. */
    private List<Pair> subBatches(List<PairSource> sources, int count, int step) {
        SeededRandom random = SeededRandom.of(config.seed(), "sub-batches", step);
        List<Pair> pairs = new ArrayList<>();
        for (int part = 0; part < 2; part++) {
            PairSource source = sources.get((int) random.below(sources.size()));
            pairs.addAll(distinct(source, count / 2, (2L * step + part) * count * 4));
        }
        return pairs;
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

    // Reporting

    private void report(int step, StepResult result) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", (double) result.loss());
        metrics.put("grad_norm", (double) result.gradientNorm());
        result.metrics().forEach((name, value) -> metrics.put(name, value.doubleValue()));
        listener.step(step, metrics);
    }

    private void timed(String phase, int steps, Runnable body) {
        listener.phase(phase, steps);
        long start = System.nanoTime();
        body.run();
        seconds.put(phase, (System.nanoTime() - start) / 1e9);
    }
}
