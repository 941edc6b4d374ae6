package embedrl.models;

import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import embedrl.models.message.ImageEncoder;
import embedrl.models.message.MessageEncoder;
import embedrl.nn.RecentPrograms;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A language model, with or without vision, read as an encoder: the final hidden state at the last {@code <emb>} token, or at the end of the prompt, divided by its L2 norm. Similarity is the dot
 * product. Embed-RL, Embedder.
 */
public final class MessageEmbedder implements Embedder {
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
    private final int dimensions;
    private final int embToken;
    private final RecentPrograms<SequenceLayout, Program> programs = new RecentPrograms<>(PROGRAMS, Program::close);

    /** Vectors of all numbers of a state. Programs are compiled when a layout comes up, for this executor. */
    public MessageEmbedder(LanguageModel model, MessageEncoder encoder, EmbedderPrompt prompt, Executor executor) {
        this(model, encoder, prompt, executor, model.config().hiddenSize());
    }

    private MessageEmbedder(LanguageModel model, MessageEncoder encoder, EmbedderPrompt prompt, Executor executor, int dimensions) {
        this.model = model;
        this.encoder = encoder;
        this.prompt = prompt;
        this.executor = executor;
        this.dimensions = dimensions;
        this.embToken = prompt.embToken().isEmpty() ? NONE : encoder.tokenizer().id(prompt.embToken());
    }

    /** A loaded model as one that embeds: at its {@code <emb>} token where its tokenizer has one, else at the end of the prompt. */
    public static MessageEmbedder of(Pretrained loaded, Executor executor) {
        EmbedderPrompt prompt = loaded.tokenizer().contains(EMB) ? EmbedderPrompt.standard() : EmbedderPrompt.lastToken();
        return new MessageEmbedder(loaded.model(), loaded.encoder(), prompt, executor);
    }

    /** An Embedder of the same model that keeps the first numbers of each vector. */
    public MessageEmbedder withDimensions(int kept) {
        int width = model.config().hiddenSize();
        if (kept < 1 || kept > width) throw EmbedderOptionException.dimensions(width, kept);
        return new MessageEmbedder(model, encoder, prompt, executor, kept);
    }

    @Override
    public LanguageModel model() {
        return model;
    }

    @Override
    public int dimensions() {
        return dimensions;
    }

    @Override
    public Optional<ImageEncoder> images() {
        return encoder.images();
    }

    /** A message as the sequence that is embedded. */
    public Sequence sequence(EmbedderMessage message) {
        return sequence(message.content(prompt));
    }

    private Sequence sequence(List<Content> content) {
        return prompt.embToken().isEmpty() ? encoder.prompt(content) : encoder.turn(content, prompt.embToken());
    }

    /** {@inheritDoc} A text is a message of its own, whether it searches or is found. */
    @Override
    public float[][] embedQueries(List<String> texts) {
        return embedPassages(texts);
    }

    @Override
    public float[][] embedPassages(List<String> texts) {
        return embedContents(texts.stream().map(text -> List.of(Content.text(text))).toList());
    }

    /** {@inheritDoc} The prompt's last part is added to each. */
    @Override
    public float[][] embedContents(List<List<Content>> messages) {
        Content summary = Content.text(prompt.summary());
        return embedSequences(messages.stream().map(parts -> sequence(Stream.concat(parts.stream(), Stream.of(summary)).toList())).toList());
    }

    @Override
    public float[][] embed(List<EmbedderMessage> messages) {
        return embedSequences(messages.stream().map(this::sequence).toList());
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
                vectors[chunk.get(i)] = Arrays.copyOfRange(flat, i * dimensions, (i + 1) * dimensions);
        }
        return vectors;
    }

    private float[] run(List<Sequence> sequences) {
        SequenceLayout layout = SequenceLayout.of(sequences, sequences.size() <= FEW_SEQUENCES ? FEW : MANY);
        Program program = programs.get(layout, this::compile);
        PackedBatch.of(sequences, layout, model.config()).setOn(program, "");
        program.set("pool", poolAt(sequences, layout)).run();
        float[] flat = new float[layout.batch() * dimensions];
        program.read("vectors", flat);
        return flat;
    }

    private Program compile(SequenceLayout layout) {
        return Program.builder().output("vectors", vectors(PackedInputs.of("", layout, model.config()), Tensor.input("pool", DType.INT32, layout.batch())))
                .compile(executor);
    }

    /** The graph: unit vectors [B, D] of a packed batch, pooled at flattened positions (INT32 [B]; negative for unused rows). For training too. */
    public Tensor vectors(PackedInputs in, Tensor pool) {
        int width = model.config().hiddenSize();
        Tensor states = model.hidden(in).reshape(-1, width).gather(pool);
        return (dimensions == width ? states : states.slice(1, 0, dimensions)).l2Normalize();
    }

    /** Flattened position of the last {@code <emb>} of each row (of the last token where there is none); −1 for unused rows. */
    public int[] poolAt(List<Sequence> sequences, SequenceLayout layout) {
        int[] at = new int[layout.batch()];
        Arrays.fill(at, -1);
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
