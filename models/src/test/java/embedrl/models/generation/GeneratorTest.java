package embedrl.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.models.input.VisualInput;
import embedrl.models.qwen3vl.GoldenModel;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.tensor.Program;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The generator against whole sequences computed again without a cache. */
class GeneratorTest {
    private static final int PAD = 370;
    private static final int NONE = -1;
    private static final int STEPS = 8;
    private static final SamplingSettings PLAIN = SamplingSettings.UNCHANGED;

    private static final Map<SequenceLayout, Program> WHOLE = new HashMap<>();

    private static Qwen3Vl model;
    private static Generator generator;

    @BeforeAll
    static void load() throws IOException, URISyntaxException {
        model = GoldenModel.load("qwen3vl-a");
        generator = new Generator(model, GoldenModel.executor(), NONE);
    }

    @AfterAll
    static void close() {
        generator.close();
        WHOLE.values().forEach(Program::close);
    }

    private static VisualInput image(int rows, int columns, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] patches = new float[rows * columns * model.config().vision().patchWidth()];
        for (int i = 0; i < patches.length; i++) patches[i] = random.nextFloat() * 2 - 1;
        return new VisualInput(rows, columns, patches);
    }

    private static List<Sequence> prompts() {
        return List.of(new Sequence(new int[] {5, 17, 200, 3}, PAD, List.of()),
                new Sequence(new int[] {368, PAD, PAD, 369, 11, 12, 13, 14, 15, 16, 17}, PAD, List.of(image(2, 4, 1))),
                new Sequence(new int[] {7}, PAD, List.of()),
                new Sequence(new int[] {368, PAD, PAD, 369, 368, PAD, 369, 40}, PAD, List.of(image(2, 4, 2), image(2, 2, 3))));
    }

    private static List<RandomStream> streams(long... sequences) {
        return LongStream.of(sequences).mapToObj(s -> new RandomStream(77, s)).toList();
    }

    /** Logits after every token of a sequence, without a cache: [T][V]. */
    private static float[][] logits(Sequence sequence) {
        SequenceLayout layout = SequenceLayout.of(List.of(sequence), new SequenceLayout.Rounding(1, 32, 1));
        Program program = WHOLE.computeIfAbsent(layout, l -> Program.builder().output("logits", model.logits(model.hidden(PackedInputs.of("", l, model.config()))))
                .compile(GoldenModel.executor()));
        PackedBatch.of(List.of(sequence), layout, model.config()).setOn(program, "");
        program.run();
        float[] flat = program.read("logits").floats();
        int vocabulary = model.config().text().vocabSize();
        return IntStream.range(0, sequence.length()).mapToObj(t -> Arrays.copyOfRange(flat, t * vocabulary, (t + 1) * vocabulary)).toArray(float[][]::new);
    }

    private static double logProbability(float[] logits, int token) {
        double sum = 0;
        for (float logit : logits) sum += Math.exp(logit);
        return logits[token] - Math.log(sum);
    }

    private static void isTeacherForced(Sequence prompt, Generation generation) {
        float[][] logits = logits(prompt.append(generation.tokens()));
        for (int i = 0; i < generation.length(); i++)
            assertThat((double) generation.logProbabilities()[i])
                    .isCloseTo(logProbability(logits[prompt.length() - 1 + i], generation.tokens()[i]), within(1e-4));
    }

    @Test
    void greedyTokensAreThoseOfWholeSequencesComputedAgain() {
        List<Generation> generations = generator.generate(prompts(), 1, STEPS, PLAIN, streams(0, 1, 2, 3), true);
        for (Generation generation : generations) {
            Sequence prompt = prompts().get(generation.prompt());
            int[] tokens = {};
            while (tokens.length < STEPS) {
                float[] last = logits(prompt.append(tokens))[prompt.length() + tokens.length - 1];
                tokens = Arrays.copyOf(tokens, tokens.length + 1);
                tokens[tokens.length - 1] = IntStream.range(0, last.length).reduce((a, b) -> last[b] > last[a] ? b : a).getAsInt();
            }
            assertThat(generation.tokens()).isEqualTo(tokens);
            isTeacherForced(prompt, generation);
        }
    }

    @Test
    void logProbabilitiesAreThoseOfATeacherForcedPassAtAnyTemperature() {
        for (double temperature : new double[] {1, 0.6}) {
            for (SamplingSettings settings : List.of(new SamplingSettings(temperature, 50, 0.95), new SamplingSettings(temperature, null, null))) {
                for (Generation generation : generator.generate(prompts(), 2, STEPS, settings, streams(0, 1, 2, 3, 4, 5, 6, 7), false))
                    isTeacherForced(prompts().get(generation.prompt()), generation);
            }
        }
    }

    /** Programs draw, where nothing is cut; the host, where top-k cuts: here after the last token, so nothing. */
    @Test
    void programsDrawTheTokensThatTheHostWouldDraw() {
        int vocabulary = model.config().text().vocabSize();
        for (double temperature : new double[] {1, 0.7, 3}) {
            List<Generation> host = generator.generate(prompts(), 2, STEPS, new SamplingSettings(temperature, vocabulary, null), streams(0, 1, 2, 3, 4, 5, 6, 7), false);
            List<Generation> device = generator.generate(prompts(), 2, STEPS, new SamplingSettings(temperature, null, null), streams(0, 1, 2, 3, 4, 5, 6, 7), false);
            for (int i = 0; i < host.size(); i++) {
                assertThat(device.get(i).tokens()).as("temperature %s, continuation %d", temperature, i).isEqualTo(host.get(i).tokens());
                assertThat(device.get(i).logProbabilities()).containsExactly(host.get(i).logProbabilities(), within(1e-5f));
            }
        }
    }

    @Test
    void aSampleDoesNotDependOnTheOthersInTheBatch() {
        List<Generation> together = generator.generate(prompts(), 1, STEPS, PLAIN, streams(10, 11, 12, 13), false);
        for (int p = 0; p < prompts().size(); p++) {
            Generation alone = generator.generate(List.of(prompts().get(p)), 1, STEPS, PLAIN, streams(10 + p), false).getFirst();
            assertThat(alone.tokens()).isEqualTo(together.get(p).tokens());
            assertThat(alone.logProbabilities()).containsExactly(together.get(p).logProbabilities(), within(1e-5f));
        }
        List<Sequence> reversed = new ArrayList<>(prompts()).reversed();
        List<Generation> backwards = generator.generate(reversed, 1, STEPS, PLAIN, streams(13, 12, 11, 10), false);
        for (int p = 0; p < prompts().size(); p++) assertThat(backwards.get(prompts().size() - 1 - p).tokens()).isEqualTo(together.get(p).tokens());
    }

    @Test
    void samplesThatShareAPromptAreThoseOfSeparatePrompts() {
        Sequence prompt = prompts().get(1);
        List<Generation> shared = generator.generate(List.of(prompt), 3, STEPS, PLAIN, streams(20, 21, 22), false);
        List<Generation> separate = generator.generate(Collections.nCopies(3, prompt), 1, STEPS, PLAIN, streams(20, 21, 22), false);
        for (int i = 0; i < 3; i++) {
            assertThat(shared.get(i).tokens()).isEqualTo(separate.get(i).tokens());
            assertThat(shared.get(i).logProbabilities()).containsExactly(separate.get(i).logProbabilities(), within(1e-5f));
            assertThat(List.of(shared.get(i).prompt(), shared.get(i).sample())).isEqualTo(List.of(0, i));
            assertThat(List.of(separate.get(i).prompt(), separate.get(i).sample())).isEqualTo(List.of(i, 0));
        }
        assertThat(shared.get(0).tokens()).isNotEqualTo(shared.get(1).tokens());
    }

    @Test
    void aSecondCallDoesNotSeeTheCacheOfTheFirst() {
        List<Generation> before = generator.generate(prompts().subList(0, 1), 1, STEPS, PLAIN, streams(5), false);
        generator.generate(prompts().subList(2, 3), 1, STEPS, PLAIN, streams(6), false);
        assertThat(generator.generate(prompts().subList(0, 1), 1, STEPS, PLAIN, streams(5), false).getFirst().tokens()).isEqualTo(before.getFirst().tokens());
    }

    @Test
    void aSampleStopsAtTheEndTokenAndTheOthersGoOn() {
        List<Generation> endless = generator.generate(prompts(), 1, STEPS, PLAIN, streams(0, 1, 2, 3), true);
        int end = endless.getFirst().tokens()[3];
        try (Generator ending = new Generator(model, GoldenModel.executor(), end)) {
            List<Generation> stopped = ending.generate(prompts(), 1, STEPS, PLAIN, streams(0, 1, 2, 3), true);
            for (int p = 0; p < endless.size(); p++) {
                int[] all = endless.get(p).tokens();
                int at = IntStream.range(0, STEPS).filter(i -> all[i] == end).findFirst().orElse(STEPS);
                assertThat(stopped.get(p).tokens()).isEqualTo(Arrays.copyOf(all, Math.min(STEPS, at + 1)));
                assertThat(stopped.get(p).finished()).isEqualTo(at < STEPS);
            }
            assertThat(stopped.getFirst().finished()).isTrue();
        }
    }

    @Test
    void wrongArgumentsAreRefused() {
        assertThat(generator.generate(List.of(), 2, 4, PLAIN, List.of(), false)).isEmpty();
        assertThatThrownBy(() -> generator.generate(prompts(), 2, 4, PLAIN, streams(1), false)).hasMessageContaining("got 1 for 4 × 2");
        assertThatThrownBy(() -> generator.generate(prompts(), 1, 0, PLAIN, streams(1, 2, 3, 4), false)).hasMessageContaining("at least 1, got 0");
        Sequence empty = new Sequence(new int[0], PAD, List.of());
        assertThatThrownBy(() -> generator.generate(List.of(empty), 1, 1, PLAIN, streams(1), false)).hasMessageContaining("at least one token");
    }
}
