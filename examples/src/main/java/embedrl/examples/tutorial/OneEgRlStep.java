package embedrl.examples.tutorial;

import static embedrl.examples.tutorial.Expect.part;
import static embedrl.examples.tutorial.Expect.say;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;
import embedrl.datasets.PairSource;
import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.compact.CompactModels;
import embedrl.embedrl.compact.CompactVocabulary;
import embedrl.embedrl.grpo.GrpoLoss;
import embedrl.embedrl.grpo.LogProbabilities;
import embedrl.embedrl.grpo.PolicyUpdate;
import embedrl.embedrl.grpo.PolicyUpdate.Scored;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.reward.GroupAdvantage;
import embedrl.embedrl.reward.JudgeRound;
import embedrl.embedrl.reward.KeywordOverlapJudge;
import embedrl.embedrl.reward.RewardBreakdown;
import embedrl.embedrl.reward.RewardConfig;
import embedrl.embedrl.reward.RewardScorer;
import embedrl.embedrl.reward.RolloutId;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.reward.Similarities;
import embedrl.embedrl.tcot.Visual;
import embedrl.embedrl.train.ResponseBatch;
import embedrl.embedrl.train.SupervisedTraining;
import embedrl.models.Embedder;
import embedrl.models.Reasoner;
import embedrl.models.Reasoner.Rollout;
import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.nn.AdamW;
import embedrl.nn.Schedule;
import embedrl.nn.StepResult;
import embedrl.nn.Training;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.Seed;
import module java.base;

/** Lesson 4: one step of embedder-guided reinforcement learning, line by line. {@link embedrl.embedrl.grpo.EgRlTrainer} does the same in a loop. */
public final class OneEgRlStep {
    private static final int PAIRS = 4;
    private static final int GROUP = 6;      // G, completions of each prompt
    private static final RewardConfig REWARD = RewardConfig.DEFAULTS;

    private OneEgRlStep() {
    }

    public static void main() {
        Executor cpu = Executors.standard();
        SceneFamilies scenes = new SceneFamilies(new IconArt());
        PairSource questions = scenes.open("qa", Split.TRAIN, 1, 10_000);      // a picture with "what is at B2 ?" → "red cup"
        CompactVocabulary vocabulary = CompactVocabulary.train(scenes, List.of(questions), 50);
        // The models are far too small to be good: the lesson shows what happens to them, not how well.
        CompactModels models = new CompactModels(vocabulary.tokenizer(), Qwen3VlConfig.tiny(vocabulary.tokenizer().vocabularySize()), cpu);
        ItemMessages messages = models.messages();

        part("0. Before: the policy learns to write the format; a copy of it, frozen, is the Embedder");
        Qwen3Vl policy = models.model(Seed.of(1));
        warmUp(policy, models, questions, cpu);
        Qwen3Vl reference = models.copy(policy);            // frozen too: what the KL penalty measures from
        Embedder embedder = models.embedder(models.copy(policy));
        String checksum = embedder.model().checksum();

        part("1. Prompts: both sides of each pair, each alone");
        List<Pair> pairs = LongStream.range(5000, 5000 + PAIRS).mapToObj(questions::pair).toList();
        List<List<Content>> prompts = new ArrayList<>();
        for (Pair pair : pairs) for (Side side : Side.values()) prompts.add(messages.prompt(side.of(pair), side));
        say("query 0: a picture and '%s'; target 0: '%s'", pairs.getFirst().query().text(), pairs.getFirst().target().text());

        part("2. Rollouts: G completions of each prompt, with the log-probability of every token");
        SortedMap<RolloutId, Rollout> rollouts = new TreeMap<>();
        try (Reasoner reasoner = models.reasoner(policy)) {
            List<List<Rollout>> sampled = reasoner.sample(prompts, GROUP, 1.0, 7);
            for (int p = 0; p < prompts.size(); p++)      // from here on everything travels under an id, never by its place in a list
                for (int g = 0; g < GROUP; g++) rollouts.put(new RolloutId(p / 2, Side.values()[p % 2], g), sampled.get(p).get(g));
        }
        say("completion 0 of query 0: %s", rollouts.get(RolloutId.query(0, 0)).text());

        part("3. T-CoT: read what was written and cut out the evidence; the Embedder reads item, thought and evidence");
        SortedMap<RolloutId, String> texts = new TreeMap<>();
        Map<RolloutId, EmbedderMessage> read = new TreeMap<>();
        Set<RolloutId> wellFormed = new HashSet<>();
        int cutOut = 0;
        for (RolloutId id : rollouts.keySet()) {
            Item item = id.side().of(pairs.get(id.pair()));
            String text = rollouts.get(id).text();
            texts.put(id, text);
            read.put(id, messages.reasoned(item, text));   // parses the T-CoT, which never throws, and cuts out what it points at
            cutOut += read.get(id).evidence().size();
            if (REWARD.formatCheck().accepts(text, Visual.of(item))) wellFormed.add(id);
        }
        Expect.that(!wellFormed.isEmpty() && cutOut > 0, "%d of %d completions keep the format; %d pieces were cut out", wellFormed.size(), texts.size(), cutOut);

        part("4. Rewards: format, retrieval among the batch (outcome), and a judge that compares the thoughts (process)");
        Similarities similarities = Similarities.ofUnitVectors(embedder.embed(read));
        Set<RolloutId> hits = new JudgeRound(new KeywordOverlapJudge(), REWARD).hits(similarities, texts, texts, 7);
        Map<RolloutId, RewardBreakdown> rewards = new RewardScorer(REWARD).score(similarities, wellFormed, hits);

        part("5. Advantages: how much better than its siblings, the completions of the same prompt");
        SortedMap<RolloutId, Double> advantages = GroupAdvantage.DEFAULTS.ofTotals(rewards);
        for (int g = 0; g < GROUP; g++) {
            RewardBreakdown r = rewards.get(RolloutId.query(0, g));
            say("format %.0f, accuracy %.2f, margin %+.3f, process %+.3f: reward %+.4f, advantage %+.2f", r.format(), r.acc(), r.margin(), r.process(), r.total(),
                    advantages.get(RolloutId.query(0, g)));
        }
        Map<RolloutId, Double> sums = new HashMap<>();
        advantages.forEach((id, a) -> sums.merge(new RolloutId(id.pair(), id.side(), 0), a, Double::sum));
        Expect.that(sums.values().stream().allMatch(s -> Math.abs(s) < 1e-6), "the advantages of each of the %d groups sum to 0", sums.size());

        part("6. Update: the clipped loss moves probability to completions with positive advantage");
        List<Scored> scored = advantages.keySet().stream().map(id -> new Scored(rollouts.get(id), advantages.get(id))).toList();
        ResponseBatch good = ResponseBatch.of(scored.stream().filter(s -> s.advantage() > 0).map(s -> ResponseBatch.Example.of(s.rollout())).toList(), policy.config());
        try (Training training = Training.of(policy.parameters(), AdamW.with(1e-4f).clip(1), cpu);
             PolicyUpdate update = new PolicyUpdate(policy, reference, training, GrpoLoss.Config.DEFAULTS, cpu);
             LogProbabilities likelihood = new LogProbabilities(policy, cpu)) {
            double before = likelihood.mean(good);
            StepResult first = update.step(scored, 1e-4f);
            Expect.that(first.gradientNorm() > 0, "the gradient is not zero (norm %.3f)", first.gradientNorm());
            // The policy that is updated is the one that wrote: each token's ratio of new to old probability is 1, and nothing is clipped yet.
            Expect.that(Math.abs(first.metrics().get("mean_ratio") - 1) < 1e-3, "the first update is on-policy (mean ratio %.5f)", first.metrics().get("mean_ratio"));
            for (int again = 0; again < 3; again++) update.step(scored, 1e-4f);
            double after = likelihood.mean(good);
            Expect.that(after > before, "completions with positive advantage became likelier (mean log-probability %.3f → %.3f)", before, after);
        }
        Expect.that(embedder.model().checksum().equals(checksum), "the frozen Embedder has not changed by a bit");
        embedder.close();
    }

    /** A small model cannot follow instructions it never saw, so it first imitates true T-CoTs for a few steps. */
    private static void warmUp(Qwen3Vl policy, CompactModels models, PairSource pairs, Executor cpu) {
        Schedule schedule = Schedule.warmupCosine(6e-3f, 10, 81);
        try (Training training = Training.of(policy.parameters(), AdamW.with(6e-3f).clip(1), cpu);
             SupervisedTraining supervised = new SupervisedTraining(policy, training, _ -> 1)) {
            for (int step = 1; step <= 80; step++) {
                List<Pair> batch = LongStream.range(step * 8L, step * 8L + 8).mapToObj(pairs::pair).toList();
                float loss = supervised.step(batch.stream().flatMap(p -> Stream.of(Side.values()).map(s -> models.warmUpExample(s.of(p), s))).toList(), schedule.at(step)).loss();
                if (step % 20 == 0) say("imitation, step %d: loss %.3f", step, loss);
            }
        }
    }
}
