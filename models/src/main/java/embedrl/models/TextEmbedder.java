package embedrl.models;

import embedrl.models.bert.BertEncoder;
import embedrl.models.bert.BertInputs;
import embedrl.models.bert.EncoderUse;
import embedrl.models.tokenizer.Encoding;
import embedrl.models.tokenizer.WordPieceTokenizer;
import embedrl.nn.RecentPrograms;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Texts as unit vectors of a BERT encoder: prefix, tokens, states, pooling, division by the L2 norm. Similarity is the dot product. Texts of like length are
 * computed together; a vector does not depend on its neighbors. Not safe for use by several threads at once.
 */
public final class TextEmbedder implements AutoCloseable {
    private static final int MOST_ROWS = 32;
    private static final int MOST_BATCH_TOKENS = 8192;
    private static final int MOST_PROGRAMS = 64;

    /** Rounded shape of a batch. */
    private record Layout(int batch, int length) {
    }

    private final BertEncoder encoder;
    private final WordPieceTokenizer tokenizer;
    private final EncoderUse use;
    private final Executor executor;
    private final int maxTokens;
    private final RecentPrograms<Layout, Program> programs = new RecentPrograms<>(MOST_PROGRAMS, Program::close);

    /** Programs are compiled when a shape comes up, for this executor. */
    public TextEmbedder(BertEncoder encoder, WordPieceTokenizer tokenizer, EncoderUse use, Executor executor) {
        this.encoder = encoder;
        this.tokenizer = tokenizer;
        this.use = use;
        this.executor = executor;
        maxTokens = Math.min(use.maxTokens(), encoder.config().maxPositionEmbeddings());
        int least = tokenizer.template().addedToSingle() + 1;
        if (maxTokens < least) throw new IllegalArgumentException("embed: a text needs at least " + least + " tokens, special tokens included; at most " + maxTokens + " are allowed");
        int types = encoder.config().typeVocabSize();
        for (int type : tokenizer.encodeForModel("").typeIds())
            if (type < 0 || type >= types) throw new IllegalArgumentException("embed: the tokenizer's template has the type " + type + ", and the encoder knows " + types + " types");
    }

    /** Width of a vector. */
    public int dimensions() {
        return encoder.config().hiddenSize();
    }

    /** How the encoder is used. */
    public EncoderUse use() {
        return use;
    }

    /** Longest text in tokens, special tokens included; what is longer is cut. */
    public int maxTokens() {
        return maxTokens;
    }

    /** Unit vectors of texts that search, in their order. */
    public float[][] embedQueries(List<String> texts) {
        return embed(texts, use.queryPrefix());
    }

    /** Unit vectors of texts that are found, in their order. */
    public float[][] embedPassages(List<String> texts) {
        return embed(texts, use.passagePrefix());
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
        int[] tokens = new int[layout.batch * layout.length];
        int[] types = new int[tokens.length];
        int[] lengths = new int[layout.batch];
        for (int b = 0; b < layout.batch; b++) {
            Encoding text = texts.get(b);
            System.arraycopy(text.ids(), 0, tokens, b * layout.length, text.length());
            System.arraycopy(text.typeIds(), 0, types, b * layout.length, text.length());
            lengths[b] = text.length();
        }
        Program program = programs.get(layout, this::compile);
        program.set("tokens", tokens).set("types", types).set("lengths", lengths).run();
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
        BertInputs in = BertInputs.of(layout.batch, layout.length);
        return Program.builder().output("vectors", use.pooling().forward(encoder.hidden(in), in.lengths()).l2Normalize()).compile(executor);
    }

    @Override
    public void close() {
        programs.close();
    }
}
