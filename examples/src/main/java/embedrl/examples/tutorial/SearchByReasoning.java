package embedrl.examples.tutorial;

import static embedrl.examples.tutorial.Expect.part;
import static embedrl.examples.tutorial.Expect.say;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;
import embedrl.datasets.PairSource;
import embedrl.datasets.RetrievalQuery;
import embedrl.datasets.RetrievalTask;
import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.compact.CompactModels;
import embedrl.embedrl.compact.CompactVocabulary;
import embedrl.embedrl.eval.RetrievalEvaluation;
import embedrl.embedrl.eval.RetrievalEvaluation.QueryResult;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.train.ContrastiveTraining;
import embedrl.models.Embedder;
import embedrl.models.MessageEmbedder;
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

/**
 * Lesson 5: why an Embedder should read a chain of thought. The query is a picture with the question what is in one of its cells; the answer among the indexed
 * items can only be found by whoever looks at the cell first. The T-CoTs here are the true ones, so this is what a perfect Reasoner would give; `quickstart`
 * shows what a trained one gives.
 */
public final class SearchByReasoning {
    private static final int STEPS = 80;
    private static final int PAIRS = 16;
    private static final int QUERIES = 60;
    private static final double HIT_BOUND = 0.7;
    private static final double GAIN_BOUND = 0.3;

    private SearchByReasoning() {
    }

    public static void main() {
        Executor cpu = Executors.standard();
        SceneFamilies scenes = new SceneFamilies(new IconArt());
        PairSource questions = scenes.open("qa", Split.TRAIN, 1, 100_000);
        CompactVocabulary vocabulary = CompactVocabulary.train(scenes, List.of(questions), 50);
        CompactModels models = new CompactModels(vocabulary.tokenizer(), Qwen3VlConfig.tiny(vocabulary.tokenizer().vocabularySize()), cpu);
        ItemMessages messages = models.messages();
        Qwen3Vl model = models.model(Seed.of(1));

        try (MessageEmbedder embedder = models.embedder(model)) {
            part("Training an Embedder on questions and answers, half of them with a T-CoT");
            train(embedder, messages, questions, cpu);

            part("One search, twice");
            // Held out: pictures that training never showed. Among the wrong candidates are the other things of the same picture.
            RetrievalTask task = scenes.open("qa", Split.UNSEEN_SCENES, 2, 100_000).task(QUERIES);
            List<QueryResult> raw = search(embedder, task, messages::raw);
            List<QueryResult> reasoned = search(embedder, task, item -> messages.reasoned(item, thought(item)));
            int shown = 0;   // the first query that only reasoning answers
            while (shown < QUERIES - 1 && (raw.get(shown).metrics().hit(1) == 1 || reasoned.get(shown).metrics().hit(1) == 0)) shown++;
            RetrievalQuery query = task.queries().get(shown);
            String right = query.candidates().getFirst().id();
            say("the picture: %s", query.query().id());
            say("raw:         %s", raw.get(shown).ranking().stream().limit(4).toList());
            say("the thought: %s", thought(query.query()));
            say("with T-CoT:  %s", reasoned.get(shown).ranking().stream().limit(4).toList());
            Expect.that(reasoned.get(shown).ranking().getFirst().equals(right), "with T-CoT the right item, '%s', comes first", right);
            Expect.that(!raw.get(shown).ranking().getFirst().equals(right), "without, it does not");

            part("All held-out queries");
            double hitRaw = hitAt1(raw);
            double hitReasoned = hitAt1(reasoned);
            say("hit@1 of %d queries among %d candidates: raw %.3f, with T-CoT %.3f", QUERIES, query.candidates().size(), hitRaw, hitReasoned);
            say("raw is near chance: so few steps do not teach a model to see; quickstart trains the vision tower first");
            Expect.that(hitReasoned > HIT_BOUND, "hit@1 with T-CoT is above %.2f", HIT_BOUND);
            Expect.that(hitReasoned > hitRaw + GAIN_BOUND, "and at least %.2f above raw", GAIN_BOUND);
        }
    }

    /** A contrastive step pulls each query to its own target and away from the targets of the other pairs in the batch. */
    private static void train(MessageEmbedder embedder, ItemMessages messages, PairSource questions, Executor cpu) {
        Schedule schedule = Schedule.warmupCosine(3e-3f, 10, STEPS + 1);
        try (Training training = Training.of(embedder.model().parameters(), AdamW.with(3e-3f).clip(1), cpu);
             ContrastiveTraining contrastive = new ContrastiveTraining(embedder, training, ContrastiveTraining.SCALE)) {
            for (int step = 1; step <= STEPS; step++) {
                boolean withThought = step % 2 == 0;
                List<ContrastiveTraining.Example> examples = new ArrayList<>();
                for (int i = 0; i < PAIRS; i++) {
                    Pair pair = questions.pair((long) step * PAIRS + i);
                    Function<Item, EmbedderMessage> message = withThought ? item -> messages.reasoned(item, thought(item)) : messages::raw;
                    examples.add(new ContrastiveTraining.Example(message.apply(pair.query()), message.apply(pair.target()), pair.query().id(), pair.target().id()));
                }
                StepResult result = contrastive.step(examples, schedule.at(step));
                if (step == 1 || step % 20 >= 19 || step % 20 == 0) say("step %2d, %s: loss %.3f", step, withThought ? "with T-CoT" : "raw", result.loss());
            }
        }
    }

    /** The true chain of thought: where to look (a box, whose crop the Embedder sees too), what is there, and the answer in the words of the index. */
    private static String thought(Item item) {
        return TextStyle.COMPACT.completion(item.trace());
    }

    /** Embeds all items as messages, queries and candidates in the same way, and ranks each query's candidates by cosine. */
    private static List<QueryResult> search(Embedder embedder, RetrievalTask task, Function<Item, EmbedderMessage> message) {
        return new RetrievalEvaluation(List.of(task)).run(embedder, entry -> message.apply(entry.item()));
    }

    private static double hitAt1(List<QueryResult> results) {
        double sum = 0;
        for (double hit : RetrievalEvaluation.hits(results)) sum += hit;
        return sum / results.size();
    }
}
