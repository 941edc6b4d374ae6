package embedrl.examples.parity;

import embedrl.models.chat.ChatMessage;
import embedrl.models.chat.ConversationTemplate;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.generation.Generation;
import embedrl.models.generation.Generator;
import embedrl.models.generation.RandomStream;
import embedrl.models.generation.SamplingSettings;
import embedrl.models.generation.TextLogits;
import embedrl.models.gguf.GgufCheckpoint;
import embedrl.models.gguf.GgufFile;
import embedrl.models.input.Sequence;
import embedrl.models.tokenizer.GgufTokenizer;
import embedrl.models.tokenizer.Tokenizer;
import embedrl.nn.WeightType;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cases of published language models, whose weights lie below the folder of {@code --weights}: greedy answers and likelihoods of texts. */
final class RealTextKinds {

    static final Map<String, ParityKind> KINDS = Map.of("real_chat", RealTextKinds::chat, "real_text", RealTextKinds::text);
    private static final Tolerance EXACT = new Tolerance.Exact();
    private static final int ANSWER_TOKENS = 24;
    /** Comparison may stop where the best logit leads the second by less. */
    private static final double SMALL_GAP = 0.01;

    private RealTextKinds() {
    }

    private static List<Check> chat(CaseFile file, Executor device) throws IOException {
        knownResults(file, Set.of("greedy", "greedy_gap", "last_prompt_logits"));
        int[] prompt = file.ints("input.input_ids");
        int[] expected = file.ints("expected.greedy");
        double[] gaps = file.doubles("expected.greedy_gap");
        var checks = new ArrayList<Check>();
        try (GgufFile gguf = GgufFile.open(file.weights())) {
            Tokenizer tokenizer = GgufTokenizer.of(gguf.metadata());
            LanguageModel model = GgufCheckpoint.load(gguf, WeightType.FLOAT32);
            checks.add(Check.equal("rendered", ConversationTemplate.of(gguf.metadata()).render(List.of(ChatMessage.user(file.json().required("prompt").stringValue())), true),
                    file.json().required("rendered").stringValue(), EXACT));
            checks.add(ids(tokenizer, file.json().required("rendered").stringValue(), prompt));
            checks.add(Check.equal("answer", tokenizer.decode(expected), file.json().required("answer").stringValue(), EXACT));
            int[] answer = answer(model, device, prompt, GgufCheckpoint.endTokens(gguf), Math.max(ANSWER_TOKENS, expected.length));
            int certain = certain(gaps);
            file.markCompared("expected.greedy");
            checks.add(Check.equal("greedy", ints(answer, Math.min(answer.length, certain)), ints(expected, certain), file.tolerance("expected.greedy")));
            if (certain == expected.length) {
                checks.add(Check.number("greedy length", answer.length, expected.length, EXACT));
            }
            checks.addAll(logits(file, model, device, prompt, Arrays.copyOf(expected, certain), gaps));
        }
        return checks;
    }

    /** One pass over prompt and expected answer gives the logits of every step. */
    private static List<Check> logits(CaseFile file, LanguageModel model, Executor device, int[] prompt, int[] answer, double[] gaps) {
        int[] all = Arrays.copyOf(prompt, prompt.length + answer.length);
        System.arraycopy(answer, 0, all, prompt.length, answer.length);
        int vocabulary = model.config().vocabSize();
        float[] logits = new TextLogits(model, device, all).logits(prompt.length - 1, prompt.length - 1 + answer.length);
        var checks = new ArrayList<Check>();
        checks.add(file.compare("expected.last_prompt_logits", Arrays.copyOf(logits, vocabulary)));
        double largest = 0;
        double[] own = new double[answer.length];
        for (int step = 0; step < answer.length; step++) {
            float[] row = Arrays.copyOfRange(logits, step * vocabulary, (step + 1) * vocabulary);
            Arrays.sort(row);
            own[step] = row[vocabulary - 1] - row[vocabulary - 2];
            largest = Math.max(largest, Math.max(row[vocabulary - 1], -row[0]));
        }
        // A gap is a difference of two logits, each within the tolerance that the case states for logits.
        if (file.tolerance("expected.last_prompt_logits") instanceof Tolerance.RelativeMax relative) {
            file.markCompared("expected.greedy_gap");
            checks.add(Check.numbers("greedy_gap", own, Arrays.copyOf(gaps, answer.length), new Tolerance.Absolute(2 * relative.value() * largest)));
        }
        return checks;
    }

    private static int[] answer(LanguageModel model, Executor device, int[] prompt, Set<Integer> endTokens, int most) {
        try (Generator generator = new Generator(model, device, endTokens)) {
            Generation generation = generator.generate(List.of(new Sequence(prompt, -1, List.of())), 1, most, SamplingSettings.UNCHANGED,
                    List.of(new RandomStream(0, 0)), true).getFirst();
            return generation.tokens();
        }
    }

    /** Steps up to the first whose choice hangs on less than rounding may change. */
    private static int certain(double[] gaps) {
        int steps = 0;
        while (steps < gaps.length && gaps[steps] >= SMALL_GAP) {
            steps++;
        }
        return steps;
    }

    private static List<Check> text(CaseFile file, Executor device) throws IOException {
        knownResults(file, Set.of("nll"));
        int[] ids = file.ints("input.input_ids");
        try (GgufFile gguf = GgufFile.open(file.weights())) {
            LanguageModel model = GgufCheckpoint.load(gguf, WeightType.FLOAT32);
            float[] values = new TextLogits(model, device, ids).negativeLogLikelihoods();
            double mean = 0;
            for (float value : values) {
                mean += (double) value / values.length;
            }
            Tolerance tolerance = file.tolerance("expected.nll");
            return List.of(ids(GgufTokenizer.of(gguf.metadata()), file.json().required("text").stringValue(), ids),
                    file.compare("expected.nll", values),
                    Check.number("mean_nll", mean, file.json().required("mean_nll").doubleValue(), tolerance),
                    Check.number("perplexity", Math.exp(mean), file.json().required("perplexity").doubleValue(), tolerance));
        }
    }

    private static Check ids(Tokenizer tokenizer, String text, int[] expected) {
        return Check.equal("input_ids", ints(tokenizer.encode(text), Integer.MAX_VALUE), ints(expected, Integer.MAX_VALUE), EXACT);
    }

    private static void knownResults(CaseFile file, Set<String> known) {
        for (String name : file.json().required("expected").propertyNames()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("expected." + name + " is a result that this kind does not know");
            }
        }
    }

    private static List<Integer> ints(int[] values, int count) {
        return Arrays.stream(values).limit(count).boxed().toList();
    }
}
