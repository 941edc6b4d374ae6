package embedrl.embedrl.compact;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.train.ContrastiveTraining;
import embedrl.models.Reasoner;
import embedrl.models.Reasoner.Rollout;
import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.List;

/**
 * The mix of modes that the T-CoT Embedder trains on: most pairs with a full T-CoT on both sides, some raw, a few with the T-CoT's text alone. Half of the
 * T-CoTs are sampled from the Reasoner, half state the truth, so that the Embedder neither trusts them blindly nor ignores them.
 */
final class EmbedderExamples {
    private static final double TEXT_ALONE = 0.1;
    private static final double TRUE_SHARE = 0.5;

    private EmbedderExamples() {
    }

    /** Messages of a batch; a null Reasoner makes all of them raw. */
    static List<ContrastiveTraining.Example> of(List<Pair> pairs, ItemMessages messages, Reasoner reasoner, double tcotDropout, Seed seed) {
        List<String> completions = reasoner == null ? List.of() : completions(pairs, messages, reasoner, seed);
        List<ContrastiveTraining.Example> examples = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            Mode mode = reasoner == null ? Mode.RAW : mode(seed.split("mode").uniform(i), tcotDropout);
            examples.add(new ContrastiveTraining.Example(message(messages, pair.query(), mode, completions, 2 * i),
                    message(messages, pair.target(), mode, completions, 2 * i + 1), pair.query().id(), pair.target().id()));
        }
        return examples;
    }

    private enum Mode { REASONED, RAW, TEXT_ALONE }

    private static Mode mode(double draw, double tcotDropout) {
        if (draw >= 1 - TEXT_ALONE) return Mode.TEXT_ALONE;
        return draw >= 1 - TEXT_ALONE - tcotDropout ? Mode.RAW : Mode.REASONED;
    }

    private static EmbedderMessage message(ItemMessages messages, Item item, Mode mode, List<String> completions, int at) {
        return switch (mode) {
            case REASONED -> messages.reasoned(item, completions.get(at));
            case RAW -> messages.raw(item);
            case TEXT_ALONE -> messages.reasonedWithoutEvidence(item, completions.get(at));
        };
    }

    /** A completion of every item, query and target of each pair in turn. */
    private static List<String> completions(List<Pair> pairs, ItemMessages messages, Reasoner reasoner, Seed seed) {
        List<String> completions = new ArrayList<>();
        List<List<Content>> prompts = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < 2 * pairs.size(); i++) {
            Item item = i % 2 == 0 ? pairs.get(i / 2).query() : pairs.get(i / 2).target();
            boolean truth = seed.split("truth").uniform(i) < TRUE_SHARE;
            completions.add(truth ? TextStyle.COMPACT.completion(item.trace()) : null);
            if (truth) continue;
            open.add(i);
            prompts.add(messages.prompt(item, i % 2 == 0 ? Side.QUERY : Side.TARGET));
        }
        List<List<Rollout>> sampled = reasoner.sample(prompts, 1, 1, seed.split("completions").value());
        for (int i = 0; i < open.size(); i++) completions.set(open.get(i), sampled.get(i).getFirst().text());
        return completions;
    }
}
