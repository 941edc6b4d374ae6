package embedrl.embedrl.compact;

import embedrl.datasets.Pair;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.embedrl.grpo.EgRlConfig;
import embedrl.embedrl.grpo.EgRlTrainer;
import embedrl.embedrl.grpo.GrpoLoss;
import embedrl.embedrl.grpo.RewardModel;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.reward.GroupAdvantage;
import embedrl.embedrl.reward.KeywordOverlapJudge;
import embedrl.embedrl.reward.RewardBreakdown;
import embedrl.embedrl.reward.RewardConfig;
import embedrl.embedrl.reward.RolloutId;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.run.Completion;
import embedrl.embedrl.run.RunListener;
import embedrl.embedrl.train.ContrastiveTraining;
import embedrl.embedrl.train.LabeledImage;
import embedrl.embedrl.train.ResponseBatch;
import embedrl.embedrl.train.SupervisedTraining;
import embedrl.embedrl.train.VisionPretraining;
import embedrl.models.Embedder;
import embedrl.models.Reasoner;
import embedrl.models.message.ChatTemplate;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.nn.AdamW;
import embedrl.nn.Schedule;
import embedrl.nn.StepResult;
import embedrl.nn.Training;
import embedrl.tensor.Executor;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The training phases of a compact study, each a loop that one reads top to bottom. Models are trained in place. */
public final class CompactTraining {
    private static final int SCENES_PER_STEP = 16;
    private static final int TILES_PER_STEP = 32;
    private static final double CONTENT_WEIGHT = 2;
    private static final float VISION_RATE = 2e-3f;
    private static final float WARMUP_RATE = 2e-3f;
    private static final float EMBEDDER_RATE = 1e-3f;
    private static final double DEVIATION_FLOOR = 0.02;

    private final StudyConfig config;
    private final SceneFamilies scenes;
    private final CompactVocabulary vocabulary;
    private final CompactModels models;
    private final CompactData data;
    private final Executor executor;
    private final RunListener listener;
    private final Seed seed;

    public CompactTraining(StudyConfig config, SceneFamilies scenes, CompactVocabulary vocabulary, CompactModels models, Executor executor,
                           RunListener listener) {
        this.config = config;
        this.scenes = scenes;
        this.vocabulary = vocabulary;
        this.models = models;
        this.data = new CompactData(scenes, config);
        this.executor = executor;
        this.listener = listener;
        this.seed = Seed.of(config.seed());
    }

    public CompactModels models() {
        return models;
    }

    CompactData data() {
        return data;
    }

    Seed seed() {
        return seed;
    }

    /** A new Reasoner after vision pre-training and warm-up: where Embedders and EG-RL start. */
    public Qwen3Vl warmedUpReasoner() {
        Qwen3Vl model = models.model(seed.split("reasoner"));
        pretrainVision(model);
        warmUp(model);
        return model;
    }

    /** Teaches the vision tower names, colors and places, by the word embeddings. */
    public void pretrainVision(Qwen3Vl model) {
        SceneLabels labels = new SceneLabels(scenes.painter(), scenes.splits(), scenes.art(), models.images(), vocabulary);
        Schedule schedule = schedule(VISION_RATE, config.visionSteps());
        listener.onPhase("vision", config.visionSteps());
        try (Training training = training(model); VisionPretraining pretraining = new VisionPretraining(model, training, labels.sets())) {
            for (int step = 1; step <= config.visionSteps(); step++) {
                Seed s = seed.split("vision").split(step);
                List<LabeledImage> images = new ArrayList<>();
                for (int i = 0; i < SCENES_PER_STEP; i++) images.add(labels.scene(s.split(i)));
                for (int i = 0; i < TILES_PER_STEP; i++) images.add(labels.tile(s.split(SCENES_PER_STEP + i)));
                listener.onStep("vision", step, metrics(pretraining.step(images, schedule.at(step))));
            }
        }
        listener.onPhaseEnd("vision");
    }

    /** Teaches a Reasoner the T-CoT format and, imperfectly, what to write: supervised, on the traces of training pairs. */
    public void warmUp(Qwen3Vl model) {
        Set<Integer> content = vocabulary.contentTokens();
        Schedule schedule = schedule(WARMUP_RATE, config.warmupSteps());
        listener.onPhase("warmup", config.warmupSteps());
        try (Training training = training(model);
             SupervisedTraining supervised = new SupervisedTraining(model, training, token -> content.contains(token) ? CONTENT_WEIGHT : 1)) {
            for (int step = 1; step <= config.warmupSteps(); step++) {
                List<ResponseBatch.Example> examples = new ArrayList<>();
                for (Pair pair : data.warmUp(step)) for (Side side : Side.values()) examples.add(models.warmUpExample(side.of(pair), side));
                listener.onStep("warmup", step, metrics(supervised.step(examples, schedule.at(step))));
            }
        }
        listener.onPhaseEnd("warmup");
    }

    /** Stage 1: trains an Embedder contrastively, on raw items where no Reasoner is given, else on the mix of {@link EmbedderExamples}. */
    public void trainEmbedder(Qwen3Vl model, Reasoner reasoner) {
        String phase = reasoner == null ? "embedder-raw" : "embedder";
        int steps = reasoner == null ? config.rawSteps() : config.embedderSteps();
        Schedule schedule = schedule(EMBEDDER_RATE, steps);
        listener.onPhase(phase, steps);
        try (Training training = training(model);
             ContrastiveTraining contrastive = new ContrastiveTraining(models.embedder(model), training, ContrastiveTraining.SCALE)) {
            for (int step = 1; step <= steps; step++) {
                List<ContrastiveTraining.Example> examples = EmbedderExamples.of(data.contrastive(step), models.messages(), reasoner, config.tcotDropout(),
                        seed.split("embedder").split(step));
                listener.onStep(phase, step, metrics(contrastive.step(examples, schedule.at(step))));
            }
        }
        listener.onPhaseEnd(phase);
    }

    /** Linear warm-up over at most 20 steps, then cosine to 0. */
    private static Schedule schedule(float peak, int steps) {
        return Schedule.warmupCosine(peak, Math.min(20, steps / 5), steps + 1L);
    }

    private Training training(Qwen3Vl model) {
        return Training.of(model.parameters(), AdamW.with(EMBEDDER_RATE).clip(1), executor);
    }

    /** Stage 2 as an object that can be stopped and resumed: see {@link Reinforcement}. */
    public Reinforcement reinforcement(Qwen3Vl policy, Qwen3Vl reference, Qwen3Vl embedder) {
        return new Reinforcement(policy, reference, embedder);
    }

    /** EG-RL of a policy against a frozen Embedder. The optimizer's state and the step count are those of {@link #training()}. */
    public final class Reinforcement implements AutoCloseable {
        private final Training training;
        private final Embedder frozen;
        private final Reasoner reasoner;
        private final EgRlTrainer trainer;

        private Reinforcement(Qwen3Vl policy, Qwen3Vl reference, Qwen3Vl embedder) {
            ItemMessages messages = models.messages();
            frozen = models.embedder(embedder);
            RewardModel rewards = new RewardModel(frozen, messages, RewardConfig.DEFAULTS, new KeywordOverlapJudge());
            EgRlConfig rl = new EgRlConfig(config.rollouts(), 1, 2, config.rlLearningRate(), GroupAdvantage.DEFAULTS.withDeviationFloor(DEVIATION_FLOOR),
                    GrpoLoss.Config.DEFAULTS);
            training = Training.of(policy.parameters(), AdamW.with(config.rlLearningRate()).clip(1), executor);
            reasoner = models.reasoner(policy);
            trainer = new EgRlTrainer(reasoner, reference, rewards, messages, training, rl, executor);
        }

        /** For checkpoints: its step count is two per EG-RL step. */
        public Training training() {
            return training;
        }

        /** Completions and rewards on held-out pairs; equal randomness at every call. */
        public EgRlTrainer.Evaluation evaluate() {
            return trainer.evaluate(data.heldOutReward(), seed.split("held-out reward"));
        }

        /** One step of the run, counted from 1; depends on the seed and the step alone. */
        public EgRlTrainer.Step step(int step) {
            List<Pair> pairs = data.reinforcement(step);
            EgRlTrainer.Step result = trainer.step(pairs, seed.split("eg-rl").split(step));
            result.rollouts().forEach((id, rollout) -> listener.onCompletion(completion(step, pairs.get(id.pair()), id, rollout.text(), result)));
            listener.onStep("egrl", step, result.metrics());
            return result;
        }

        /** All steps from one on (exclusive). */
        public void run(int done) {
            listener.onPhase("egrl", config.rlSteps());
            for (int step = done + 1; step <= config.rlSteps(); step++) step(step);
            assertEmbedderUnchanged();
            listener.onPhaseEnd("egrl");
        }

        /** Throws when the frozen Embedder is not what it was at the beginning. */
        public void assertEmbedderUnchanged() {
            trainer.assertEmbedderUnchanged();
        }

        private Completion completion(int step, Pair pair, RolloutId id, String text, EgRlTrainer.Step result) {
            RewardBreakdown reward = result.rewards().get(id);
            Map<String, Double> rewards = new LinkedHashMap<>();
            rewards.put("format", reward.format());
            rewards.put("outcome", reward.outcome());
            rewards.put("process", reward.process());
            rewards.put("acc", reward.acc());
            rewards.put("margin", reward.margin());
            rewards.put("total", reward.total());
            String prompt = TextStyle.COMPACT.prompt(id.side() == Side.QUERY ? pair.query() : pair.target(), id.side());
            return new Completion(step, pair.id(), id.side(), id.index(), prompt, text, rewards, result.advantages().get(id));
        }

        @Override
        public void close() {
            trainer.close();
            reasoner.close();
            frozen.close();
            training.close();
        }
    }

    private static Map<String, Double> metrics(StepResult result) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", (double) result.loss());
        metrics.put("grad_norm", (double) result.gradientNorm());
        result.metrics().forEach((name, value) -> metrics.put(name, value.doubleValue()));
        return metrics;
    }
}
