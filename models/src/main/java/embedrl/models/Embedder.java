package embedrl.models;

import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import embedrl.models.message.MessageEncoder;
import embedrl.nn.RecentPrograms;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A language model, with or without vision, read as an encoder: the final hidden state at the last {@code <emb>} token, or at the end of the prompt, divided by its L2 norm. Similarity is the dot
 * product. Embed-RL, Embedder.
 */
public final class Embedder implements AutoCloseable {
    private static final SequenceLayout.Rounding MANY = new SequenceLayout.Rounding(32, 16, 16);
    private static final SequenceLayout.Rounding FEW = new SequenceLayout.Rounding(1, 16, 1);
    private static final int FEW_SEQUENCES = 4;
    private static final int NONE = -1;
    private static final String EMB = "<emb>";
    private static final int CHUNK = 64;
    private static final int PROGRAMS = 64;

    private final LanguageModel model;
    private final MessageEncoder encoder;
    private final EmbedderPrompt prompt;
    private final Executor executor;
    private final int embToken;
    private final RecentPrograms<SequenceLayout, Program> programs = new RecentPrograms<>(PROGRAMS, Program::close);

    public Embedder(LanguageModel model, MessageEncoder encoder, EmbedderPrompt prompt, Executor executor) {
        this.model = model;
        this.encoder = encoder;
        this.prompt = prompt;
        this.executor = executor;
        this.embToken = prompt.embToken().isEmpty() ? NONE : encoder.tokenizer().id(prompt.embToken());
    }

    /** Loads a Hugging Face folder, the weights in the type in which they are stored; see {@link Pretrained#load(Path)} for errors. */
    public static Embedder load(Path folder, Executor executor) throws IOException {
        return of(Pretrained.load(folder), executor);
    }

    /** A loaded model as one that embeds: at its {@code <emb>} token where its tokenizer has one, else at the end of the prompt. */
    public static Embedder of(Pretrained loaded, Executor executor) {
        EmbedderPrompt prompt = loaded.tokenizer().contains(EMB) ? EmbedderPrompt.standard() : EmbedderPrompt.lastToken();
        return new Embedder(loaded.model(), loaded.encoder(), prompt, executor);
    }

    public LanguageModel model() {
        return model;
    }

    /** Width of a vector. */
    public int dimensions() {
        return model.config().hiddenSize();
    }

    /** A message as the sequence that is embedded. */
    public Sequence sequence(EmbedderMessage message) {
        return sequence(message.content(prompt));
    }

    private Sequence sequence(List<Content> content) {
        return prompt.embToken().isEmpty() ? encoder.prompt(content) : encoder.turn(content, prompt.embToken());
    }

    /** The unit vector of one message of texts, pictures and videos. */
    public float[] embed(Content... content) {
        List<Content> parts = new ArrayList<>(List.of(content));
        parts.add(Content.text(prompt.summary()));
        return embedSequences(List.of(sequence(parts)))[0];
    }

    /** Unit vectors of messages, in their order. */
    public float[][] embed(List<EmbedderMessage> messages) {
        return embedSequences(messages.stream().map(this::sequence).toList());
    }

    /** Unit vectors by the keys of their messages, in the order of the messages. */
    public <K> Map<K, float[]> embed(Map<K, EmbedderMessage> messages) {
        float[][] vectors = embed(List.copyOf(messages.values()));
        Map<K, float[]> byKey = new LinkedHashMap<>();
        for (K key : messages.keySet()) byKey.put(key, vectors[byKey.size()]);
        return byKey;
    }

    /** Unit vectors of prepared sequences. Sequences of like length are computed together. */
    public float[][] embedSequences(List<Sequence> sequences) {
        float[][] vectors = new float[sequences.size()][];
        List<Integer> order = new ArrayList<>(IntStream.range(0, sequences.size()).boxed().toList());
        order.sort(Comparator.comparingInt(i -> sequences.get(i).length()));
        for (int from = 0; from < order.size(); from += CHUNK) {
            List<Integer> chunk = order.subList(from, Math.min(order.size(), from + CHUNK));
            float[] flat = run(chunk.stream().map(sequences::get).toList());
            for (int i = 0; i < chunk.size(); i++)
                vectors[chunk.get(i)] = java.util.Arrays.copyOfRange(flat, i * dimensions(), (i + 1) * dimensions());
        }
        return vectors;
    }

    private float[] run(List<Sequence> sequences) {
        SequenceLayout layout = SequenceLayout.of(sequences, sequences.size() <= FEW_SEQUENCES ? FEW : MANY);
        Program program = programs.get(layout, this::compile);
        PackedBatch.of(sequences, layout, model.config()).setOn(program, "");
        program.set("pool", poolAt(sequences, layout)).run();
        float[] flat = new float[layout.batch() * dimensions()];
        program.read("vectors", flat);
        return flat;
    }

    private Program compile(SequenceLayout layout) {
        return Program.builder().output("vectors", vectors(PackedInputs.of("", layout, model.config()), Tensor.input("pool", DType.INT32, layout.batch())))
                .compile(executor);
    }

    /** The graph: unit vectors [B, D] of a packed batch, pooled at flattened positions (INT32 [B]; negative for unused rows). For training too. */
    public Tensor vectors(PackedInputs in, Tensor pool) {
        return model.hidden(in).reshape(-1, dimensions()).gather(pool).l2Normalize();
    }

    /** Flattened position of the last {@code <emb>} of each row (of the last token where there is none); −1 for unused rows. */
    public int[] poolAt(List<Sequence> sequences, SequenceLayout layout) {
        int[] at = new int[layout.batch()];
        java.util.Arrays.fill(at, -1);
        for (int b = 0; b < sequences.size(); b++) {
            int[] tokens = sequences.get(b).tokens();
            int last = tokens.length - 1;
            for (int i = last; i >= 0; i--)
                if (tokens[i] == embToken) {
                    last = i;
                    break;
                }
            at[b] = b * layout.tokens() + last;
        }
        return at;
    }

    @Override
    public void close() {
        programs.close();
    }
}
