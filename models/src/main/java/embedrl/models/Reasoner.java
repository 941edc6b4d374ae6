package embedrl.models;

import embedrl.models.decoder.LanguageModel;
import embedrl.models.generation.Generation;
import embedrl.models.generation.Generator;
import embedrl.models.generation.RandomStream;
import embedrl.models.generation.SamplingSettings;
import embedrl.models.input.Sequence;
import embedrl.models.message.Content;
import embedrl.models.message.MessageEncoder;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A generative language model, with or without vision, that writes a chain of thought for a message. Embed-RL, Reasoner. */
public final class Reasoner implements AutoCloseable {
    private static final int MAXIMUM_ROWS = 256;

    /**
     * One thing that the Reasoner wrote.
     *
     * @param prompt     the sequence that it continued
     * @param generation tokens and log-probabilities
     * @param text       the tokens decoded, without the end token
     */
    public record Rollout(Sequence prompt, Generation generation, String text) {
    }

    private final LanguageModel model;
    private final MessageEncoder encoder;
    private final Generator generator;
    private final int maxNewTokens;

    /** One whose texts end with the template's end token. */
    public Reasoner(LanguageModel model, MessageEncoder encoder, Executor executor, int maxNewTokens) {
        this(model, encoder, executor, maxNewTokens, Set.of(encoder.endToken()));
    }

    /** endTokens: each of them ends a text. */
    public Reasoner(LanguageModel model, MessageEncoder encoder, Executor executor, int maxNewTokens, Set<Integer> endTokens) {
        this.model = model;
        this.encoder = encoder;
        this.maxNewTokens = maxNewTokens;
        this.generator = new Generator(model, executor, endTokens);
    }

    /** Loads a Hugging Face folder or a GGUF file, the weights in the type in which they are stored; see {@link Pretrained#load(Path)} for errors. */
    public static Reasoner load(Path path, Executor executor, int maxNewTokens) throws IOException {
        return of(Pretrained.load(path), executor, maxNewTokens);
    }

    /** A loaded model as one that writes. */
    public static Reasoner of(Pretrained loaded, Executor executor, int maxNewTokens) {
        return new Reasoner(loaded.model(), loaded.encoder(), executor, maxNewTokens, loaded.endTokens());
    }

    public LanguageModel model() {
        return model;
    }

    public MessageEncoder encoder() {
        return encoder;
    }

    public int maxNewTokens() {
        return maxNewTokens;
    }

    /**
     * Samples n continuations of each prompt at a temperature (top-p 1, no top-k).
     *
     * @param seed makes the draws; sample s of prompt p uses a stream of its own, whatever else is in the call
     * @return per prompt its n rollouts
     */
    public List<List<Rollout>> sample(List<List<Content>> prompts, int n, double temperature, long seed) {
        return run(prompts, n, new SamplingSettings(temperature, null, null), seed, false);
    }

    /** The most likely continuation of each prompt, token by token. */
    public List<Rollout> greedy(List<List<Content>> prompts) {
        return run(prompts, 1, SamplingSettings.UNCHANGED, 0, true).stream().map(List::getFirst).toList();
    }

    /** What the model most likely answers to one message. */
    public String answer(Content... content) {
        return greedy(List.of(List.of(content))).getFirst().text();
    }

    private List<List<Rollout>> run(List<List<Content>> prompts, int n, SamplingSettings settings, long seed, boolean greedy) {
        List<List<Rollout>> all = new ArrayList<>();
        int chunk = Math.max(1, MAXIMUM_ROWS / n);
        for (int from = 0; from < prompts.size(); from += chunk) {
            List<Sequence> sequences = prompts.subList(from, Math.min(prompts.size(), from + chunk)).stream().map(encoder::prompt).toList();
            List<RandomStream> streams = new ArrayList<>();
            for (int i = 0; i < sequences.size() * n; i++) streams.add(new RandomStream(seed, (long) from * n + i));
            List<Generation> generations = generator.generate(sequences, n, maxNewTokens, settings, streams, greedy);
            for (int p = 0; p < sequences.size(); p++) {
                Sequence prompt = sequences.get(p);
                all.add(generations.subList(p * n, (p + 1) * n).stream().map(g -> new Rollout(prompt, g, text(g))).toList());
            }
        }
        return all;
    }

    private String text(Generation generation) {
        int[] tokens = generation.finished() ? java.util.Arrays.copyOf(generation.tokens(), generation.length() - 1) : generation.tokens();
        // A model can have more rows than its tokenizer has tokens; such a row has no text.
        int known = encoder.tokenizer().vocabularySize();
        return encoder.tokenizer().decode(java.util.Arrays.stream(tokens).filter(token -> token < known).toArray());
    }

    @Override
    public void close() {
        generator.close();
    }
}
