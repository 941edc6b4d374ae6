package embedrl.models;

import embedrl.models.bert.BertEncoder;
import embedrl.models.bert.EncoderUse;
import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import embedrl.models.message.ImageEncoder;
import embedrl.models.tokenizer.Encoding;
import embedrl.models.tokenizer.Tokenizer;
import embedrl.models.tokenizer.WordPieceTokenizer;
import embedrl.nn.Module;
import embedrl.nn.RecentPrograms;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Texts as unit vectors: prefix, tokens, states of a network, pooling, division by the L2 norm. The network is a BERT encoder, or a language model that was trained to be
 * pooled, such as Qwen3-Embedding. Texts of like length are computed together.
 */
public final class TextEmbedder implements Embedder {
    private static final EmbedderPrompt NO_PROMPT = new EmbedderPrompt("", "");
    private static final int MOST_ROWS = 32;
    private static final int MOST_BATCH_TOKENS = 8192;
    private static final int MOST_PROGRAMS = 64;

    /** Rounded shape of a batch. */
    private record Layout(int batch, int length) {
    }

    private final TextNetwork network;
    private final Tokenizer tokenizer;
    private final EncoderUse use;
    private final Executor executor;
    private final int maxTokens;
    private final int dimensions;
    private final RecentPrograms<Layout, Program> programs = new RecentPrograms<>(MOST_PROGRAMS, Program::close);

    /** Texts as an encoder reads them. Programs are compiled when a shape comes up, for this executor. */
    public TextEmbedder(BertEncoder encoder, WordPieceTokenizer tokenizer, EncoderUse use, Executor executor) {
        this(new TextNetwork.Encoder(encoder), tokenizer, use, executor);
    }

    /** Texts as a language model reads them, without the turns of its template. */
    public TextEmbedder(TextModel model, EncoderUse use, Executor executor) {
        this(new TextNetwork.Language(model.model(), model.contextLength()), model.tokenizer(), use, executor);
    }

    private TextEmbedder(TextNetwork network, Tokenizer tokenizer, EncoderUse use, Executor executor) {
        this.network = network;
        this.tokenizer = tokenizer;
        this.use = use;
        this.executor = executor;
        maxTokens = Math.min(use.maxTokens(), network.maxTokens());
        int least = tokenizer.template().addedToSingle() + 1;
        if (maxTokens < least)
            throw new EmbedderOptionException("a text needs at least " + least + " tokens, special tokens included; at most " + maxTokens + " are allowed");
        for (int type : tokenizer.encodeForModel("").typeIds())
            if (type < 0 || type >= network.types())
                throw new IllegalArgumentException("embed: the tokenizer's template has the type " + type + ", and the encoder knows " + network.types() + " types");
        dimensions = use.dimensions() == EncoderUse.ALL ? network.width() : use.dimensions();
        if (dimensions > network.width())
            throw EmbedderOptionException.dimensions(network.width(), dimensions);
    }

    @Override
    public Module model() {
        return network.model();
    }

    @Override
    public int dimensions() {
        return dimensions;
    }

    @Override
    public Optional<ImageEncoder> images() {
        return Optional.empty();
    }

    /** How the encoder is used. */
    public EncoderUse use() {
        return use;
    }

    /** Longest text in tokens, special tokens included; what is longer is cut. */
    public int maxTokens() {
        return maxTokens;
    }

    @Override
    public float[][] embedQueries(List<String> texts) {
        return embed(texts, use.queryPrefix());
    }

    @Override
    public float[][] embedPassages(List<String> texts) {
        return embed(texts, use.passagePrefix());
    }

    @Override
    public float[][] embedContents(List<List<Content>> messages) {
        return embedPassages(messages.stream().map(this::text).toList());
    }

    @Override
    public float[][] embed(List<EmbedderMessage> messages) {
        return embedContents(messages.stream().map(message -> message.content(NO_PROMPT)).toList());
    }

    private String text(List<Content> message) {
        StringBuilder text = new StringBuilder();
        for (Content part : message)
            switch (part) {
                case Content.Text(String words) -> text.append(words);
                case Content.Image _, Content.Evidence _ -> throw seen("a picture");
                case Content.Video _ -> throw seen("a video");
            }
        return text.toString();
    }

    private IllegalArgumentException seen(String what) {
        return new IllegalArgumentException("embed: the message holds " + what + ", and " + network.kind() + " reads texts only; leave it out, or load a Qwen3-VL model, which sees");
    }

    private float[][] embed(List<String> texts, String prefix) {
        return embedTokens(texts.stream().map(text -> tokenizer.encodeForModel(prefix + text, maxTokens)).toList());
    }

    /** Unit vectors of texts as the model reads them, in their order. */
    public float[][] embedTokens(List<Encoding> texts) {
        for (Encoding text : texts)
            if (text.length() == 0 || text.length() > maxTokens)
                throw new IllegalArgumentException("embed: a text has 1 to " + maxTokens + " tokens, got " + text.length());
        float[][] vectors = new float[texts.size()][];
        List<Integer> order = new ArrayList<>(IntStream.range(0, texts.size()).boxed().toList());
        order.sort(Comparator.comparingInt(i -> texts.get(i).length()));
        for (int from = 0; from < order.size(); ) {
            int rows = rows(order.size() - from, i -> texts.get(order.get(i)).length(), from);
            List<Integer> chunk = order.subList(from, from + rows);
            float[] flat = run(chunk.stream().map(texts::get).toList());
            for (int i = 0; i < rows; i++) vectors[chunk.get(i)] = Arrays.copyOfRange(flat, i * dimensions(), (i + 1) * dimensions());
            from += rows;
        }
        return vectors;
    }

    /** How many of the next texts run together: a power of two, so that few programs serve all and no row is wasted. */
    private static int rows(int left, IntUnaryOperator length, int from) {
        int rows = Integer.highestOneBit(Math.min(left, MOST_ROWS));
        while (rows > 1 && rows * length.applyAsInt(from + rows - 1) > MOST_BATCH_TOKENS) rows /= 2;
        return rows;
    }

    private float[] run(List<Encoding> texts) {
        int longest = texts.stream().mapToInt(Encoding::length).max().orElseThrow();
        Layout layout = new Layout(texts.size(), Math.min(maxTokens, rounded(longest)));
        Program program = programs.get(layout, this::compile);
        network.set(program, layout.length, texts);
        program.run();
        float[] flat = new float[layout.batch * dimensions()];
        program.read("vectors", flat);
        return flat;
    }

    /** Up to 64 tokens in steps of 8, then of 16. */
    private static int rounded(int length) {
        int step = length <= 64 ? 8 : 16;
        return (length + step - 1) / step * step;
    }

    private Program compile(Layout layout) {
        Tensor pooled = network.pooled(layout.batch, layout.length, use.pooling());
        Tensor kept = dimensions == network.width() ? pooled : pooled.slice(1, 0, dimensions);
        return Program.builder().output("vectors", kept.l2Normalize()).compile(executor);
    }

    @Override
    public void close() {
        programs.close();
    }
}
