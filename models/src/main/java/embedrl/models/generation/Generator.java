package embedrl.models.generation;

import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.KvCache;
import embedrl.nn.RecentPrograms;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Batched sampling over a key-value cache: each prompt is computed once and its cache rows are copied to all of its samples, then all samples advance
 * together, one token a step. Draws depend on the stream of a sample alone, never on the batch it is in. Tokens are chosen by the programs themselves, which hand out a number per
 * sample instead of its logits; where top-k or top-p cut the distribution, and after the prompts, they are drawn on the host. Programs are compiled once per size; the most recently used stay.
 */
public final class Generator implements AutoCloseable {
    private static final SequenceLayout.Rounding MANY = new SequenceLayout.Rounding(4, 16, 4);
    private static final SequenceLayout.Rounding FEW = new SequenceLayout.Rounding(1, 16, 1);
    private static final int ROWS = 16;
    private static final int DRAWN_TOGETHER = 8;   // samples whose next tokens are drawn at the same time
    private static final double COLDEST = 1e-6;   // below, quotients of logits might overflow, which the host reports
    private static final int PROGRAMS = 64;
    private static final long CACHE_BYTES = 1L << 30;

    /** Hears of tokens while a generation goes on. */
    @FunctionalInterface
    public interface Listener {
        /** A continuation (counted prompt after prompt) has got a token. */
        void drawn(int continuation, int token);
    }

    /** Who chooses the next tokens: the program, the most likely ones or by a draw at some temperature, or the host from its logits. */
    private enum Choice { BEST, DRAWN, HOST }

    private record DecodeSize(int rows, int capacity, Choice choice) {
        static DecodeSize of(int rows, int capacity, SamplingSettings settings, boolean greedy) {
            boolean drawn = settings.topK() == null && settings.topP() == null && settings.temperature() >= COLDEST;
            return new DecodeSize(rows, capacity, greedy ? Choice.BEST : drawn ? Choice.DRAWN : Choice.HOST);
        }
    }

    private record CopySize(Prefill from, Decode to) {
    }

    private final LanguageModel model;
    private final Executor executor;
    private final Set<Integer> endTokens;
    private final RecentPrograms<SequenceLayout, Prefill> prefills = new RecentPrograms<>(PROGRAMS, CACHE_BYTES, p -> p.cache.bytes(), Prefill::close);
    private final RecentPrograms<DecodeSize, Decode> decodes = new RecentPrograms<>(PROGRAMS, CACHE_BYTES, d -> d.cache.bytes(), Decode::close);
    private final Map<CopySize, KvCache.RowCopy> copies = new HashMap<>();

    public Generator(LanguageModel model, Executor executor, int endToken) {
        this(model, executor, Set.of(endToken));
    }

    /** endTokens: each of them ends a continuation; it may be empty. */
    public Generator(LanguageModel model, Executor executor, Set<Integer> endTokens) {
        this.model = model;
        this.executor = executor;
        this.endTokens = Set.copyOf(endTokens);
    }

    /**
     * Samples continuations.
     *
     * @param prompts      sequences to continue, each with a token at least
     * @param samples      continuations of each
     * @param maxNewTokens tokens after which a continuation stops without an end token, at least 1
     * @param settings     how tokens are drawn; the log-probabilities returned are those at temperature 1
     * @param streams      randomness of each continuation, prompt after prompt; ignored where greedy
     * @param greedy       takes the most likely token instead of drawing
     * @return prompt after prompt
     */
    public List<Generation> generate(List<Sequence> prompts, int samples, int maxNewTokens, SamplingSettings settings, List<RandomStream> streams,
                                     boolean greedy) {
        return generate(prompts, samples, maxNewTokens, settings, streams, greedy, (_, _) -> { });
    }

    /** As above; the listener hears each token as soon as it is drawn, end tokens included. */
    public List<Generation> generate(List<Sequence> prompts, int samples, int maxNewTokens, SamplingSettings settings, List<RandomStream> streams,
                                     boolean greedy, Listener listener) {
        int count = prompts.size() * samples;
        if (streams.size() != count)
            throw new IllegalArgumentException("generate: needs one stream per continuation, got " + streams.size() + " for " + prompts.size() + " × " + samples);
        if (maxNewTokens < 1) throw new IllegalArgumentException("generate: maxNewTokens must be at least 1, got " + maxNewTokens);
        for (Sequence prompt : prompts) if (prompt.length() == 0) throw new IllegalArgumentException("generate: a prompt must have at least one token");
        if (count == 0) return List.of();
        SequenceLayout layout = SequenceLayout.of(prompts, prompts.size() < MANY.batch() ? FEW : MANY);
        PackedBatch batch = PackedBatch.of(prompts, layout, model.config());
        Prefill prefill = prefills.get(layout, Prefill::new);
        float[] first = prefill.run(batch, prompts);
        int rows = count < ROWS ? Integer.highestOneBit(2 * count - 1) : Math.ceilDiv(count, ROWS) * ROWS;
        int capacity = Math.ceilDiv(layout.tokens() + maxNewTokens, 16) * 16;
        Decode decode = decodes.get(DecodeSize.of(rows, capacity, settings, greedy), Decode::new);
        int[] source = new int[rows];
        Arrays.fill(source, -1);
        for (int i = 0; i < count; i++) source[i] = i / samples;
        copies.computeIfAbsent(new CopySize(prefill, decode), _ -> decode.cache.copyFrom(prefill.cache, executor)).run(source);
        return new Sampling(batch, samples, count, maxNewTokens, settings, streams, greedy, listener).run(first, decode);
    }

    /** Computes the prompts: fills a cache and yields the logits that follow each prompt. */
    private final class Prefill {
        final KvCache cache;
        final Program program;
        final float[] logits;

        Prefill(SequenceLayout layout) {
            cache = model.cache(layout.batch(), layout.tokens());
            PackedInputs in = PackedInputs.of("", layout, model.config());
            Tensor last = Tensor.input("last", DType.INT32, layout.batch());
            Tensor hidden = model.hidden(in, cache, Tensor.ofInts(Shape.of(layout.batch()), new int[layout.batch()]));
            Tensor rows = hidden.reshape(-1, model.config().hiddenSize()).gather(last);                                              // [B, D]
            Program.Builder builder = Program.builder().output("logits", model.logits(rows));
            cache.updates().forEach(builder::update);
            program = builder.compile(executor);
            logits = new float[layout.batch() * model.config().vocabSize()];
        }

        float[] run(PackedBatch batch, List<Sequence> prompts) {
            int[] last = new int[batch.layout().batch()];
            for (int b = 0; b < prompts.size(); b++) last[b] = b * batch.layout().tokens() + prompts.get(b).length() - 1;
            batch.setOn(program, "");
            program.set("last", last).run();
            program.read("logits", logits);
            return logits;
        }

        void close() {
            program.close();
            forget(copy -> copy.from() == this);
        }
    }

    /** Advances all rows by one token. */
    private final class Decode {
        final KvCache cache;
        final Program program;
        final int rows;
        final Choice choice;
        final float[] logits;   // [R, V]; null where the program chooses

        Decode(DecodeSize size) {
            rows = size.rows();
            choice = size.choice();
            cache = model.cache(rows, size.capacity());
            PackedInputs in = PackedInputs.of("", new SequenceLayout(rows, 1, List.of()), model.config());
            Tensor hidden = model.hidden(in, cache, Tensor.input("starts", DType.INT32, rows));                             // [R, 1, D]
            Tensor logits = model.logits(hidden.reshape(rows, model.config().hiddenSize()));                                // [R, V]
            Program.Builder builder = Program.builder();
            if (choice == Choice.HOST) {
                builder.output("logits", logits);
            } else {
                Tensor chosen = choice == Choice.BEST ? logits.argMax(-1) : logits.div(Tensor.input("temperature", DType.FLOAT32)).draw(Tensor.input("uniform", DType.FLOAT32, rows));
                builder.output("chosen", chosen).output("nll", logits.crossEntropy(chosen));
            }
            cache.updates().forEach(builder::update);
            program = builder.compile(executor);
            this.logits = choice == Choice.HOST ? new float[rows * model.config().vocabSize()] : null;
        }

        /**
         * tokens at cache rows starts with rotary positions, and the numbers that draw the next ones, in [0, 1), at a temperature; all arrays of length R. A negative start leaves a row
         * alone.
         */
        void run(int[] tokens, int[] starts, int[] positions, float[] uniform, double temperature) {
            int[] lengths = new int[rows];
            int[] axes = new int[3 * rows];
            for (int r = 0; r < rows; r++) {
                lengths[r] = starts[r] + 1;
                for (int axis = 0; axis < 3; axis++) axes[axis * rows + r] = positions[r];
            }
            var angles = model.config().angles(axes);
            if (choice == Choice.DRAWN) program.set("uniform", uniform).set("temperature", (float) temperature);
            program.set("tokens", tokens).set("starts", starts).set("lengths", lengths).set("cos", angles.cos()).set("sin", angles.sin()).run();
        }

        /** [R, V] of the last run, where the host chooses. */
        float[] logits() {
            program.read("logits", logits);
            return logits;
        }

        /** [R], the tokens that the program chose in its last run. */
        int[] chosen() {
            return program.read("chosen").ints();
        }

        /** [R], their negative log-likelihoods. */
        float[] nll() {
            return program.read("nll").floats();
        }

        void close() {
            program.close();
            forget(copy -> copy.to() == this);
        }
    }

    /** The state of one call: which token each sample drew, until all have ended. */
    private final class Sampling {
        final PackedBatch batch;
        final int samples;
        final int count;
        final int maxNewTokens;
        final SamplingSettings settings;
        final List<RandomStream> streams;
        final boolean greedy;
        final Listener listener;
        final int[][] tokens;
        final float[][] logProbabilities;
        final int[] lengths;
        final boolean[] finished;
        final SamplingDistribution[] distributions;

        Sampling(PackedBatch batch, int samples, int count, int maxNewTokens, SamplingSettings settings, List<RandomStream> streams, boolean greedy,
                 Listener listener) {
            this.batch = batch;
            this.samples = samples;
            this.count = count;
            this.maxNewTokens = maxNewTokens;
            this.settings = settings;
            this.streams = streams;
            this.greedy = greedy;
            this.listener = listener;
            this.tokens = new int[count][maxNewTokens];
            this.logProbabilities = new float[count][maxNewTokens];
            this.lengths = new int[count];
            this.finished = new boolean[count];
            this.distributions = new SamplingDistribution[Math.min(DRAWN_TOGETHER, count)];
            Arrays.setAll(distributions, _ -> new SamplingDistribution(model.config().vocabSize()));
        }

        List<Generation> run(float[] first, Decode decode) {
            boolean[] all = new boolean[count];
            Arrays.fill(all, true);
            draw(all, first, samples);
            int[] next = new int[decode.rows];
            int[] starts = new int[decode.rows];
            int[] positions = new int[decode.rows];
            float[] uniform = new float[decode.rows];
            boolean[] moves = new boolean[count];
            while (advance(next, starts, positions)) {
                for (int i = 0; i < count; i++) {
                    moves[i] = starts[i] >= 0;
                    // A double just below 1 can round to 1, which lies outside.
                    if (moves[i] && decode.choice == Choice.DRAWN) uniform[i] = Math.min((float) streams.get(i).uniform(lengths[i]), Math.nextDown(1f));
                }
                decode.run(next, starts, positions, uniform, settings.temperature());
                if (decode.choice == Choice.HOST) draw(moves, decode.logits(), 1);
                else take(moves, decode.chosen(), decode.nll());
            }
            List<Generation> generations = new ArrayList<>(count);
            for (int i = 0; i < count; i++)
                generations.add(new Generation(i / samples, i % samples, Arrays.copyOf(tokens[i], lengths[i]), Arrays.copyOf(logProbabilities[i], lengths[i]),
                        finished[i]));
            return generations;
        }

        /** Prepares the next step; false when every sample has ended. */
        private boolean advance(int[] next, int[] starts, int[] positions) {
            Arrays.fill(starts, -1);
            boolean any = false;
            for (int i = 0; i < count; i++) {
                if (finished[i] || lengths[i] == maxNewTokens) continue;
                int prompt = i / samples;
                next[i] = tokens[i][lengths[i] - 1];
                starts[i] = batch.length(prompt) + lengths[i] - 1;
                positions[i] = batch.next(prompt) + lengths[i] - 1;
                any = true;
            }
            return any;
        }

        /** Draws the next token of every sample that moves, from row i / share of the logits. Samples are independent, so threads may share them. */
        private void draw(boolean[] moves, float[] logits, int share) {
            executor.share(distributions.length, piece -> {
                for (int i = piece; i < count; i += distributions.length) if (moves[i]) draw(i, distributions[piece], logits, i / share);
            });
            tell(moves);
        }

        /** Takes the next token of every sample that moves, as the program chose it. */
        private void take(boolean[] moves, int[] chosen, float[] nll) {
            for (int i = 0; i < count; i++) {
                if (!moves[i]) continue;
                if (Float.isNaN(nll[i]))
                    throw new IllegalArgumentException("generate: token " + lengths[i] + " of continuation " + i + " has no likelihood: its logits hold NaN, plus infinity or nothing but"
                            + " minus infinity; check the model's weights");
                put(i, chosen[i], -nll[i]);
            }
            tell(moves);
        }

        private void tell(boolean[] moves) {
            for (int i = 0; i < count; i++) if (moves[i]) listener.drawn(i, tokens[i][lengths[i] - 1]);
        }

        private void draw(int i, SamplingDistribution distribution, float[] logits, int row) {
            int vocabulary = model.config().vocabSize();
            distribution.set(logits, row * vocabulary, settings);
            int token = greedy ? distribution.best() : distribution.sample(streams.get(i).uniform(lengths[i]));
            // What training computes is the model at temperature 1, whatever the draw's temperature was.
            if (settings.temperature() != 1) distribution.set(logits, row * vocabulary, SamplingSettings.UNCHANGED);
            put(i, token, distribution.logProbability(token));
        }

        private void put(int i, int token, float logProbability) {
            tokens[i][lengths[i]] = token;
            logProbabilities[i][lengths[i]] = logProbability;
            lengths[i]++;
            finished[i] = endTokens.contains(token);
        }
    }

    private void forget(Predicate<CopySize> gone) {
        copies.entrySet().removeIf(entry -> {
            if (gone.test(entry.getKey())) entry.getValue().close();
            return gone.test(entry.getKey());
        });
    }

    @Override
    public void close() {
        prefills.close();
        decodes.close();
    }
}
