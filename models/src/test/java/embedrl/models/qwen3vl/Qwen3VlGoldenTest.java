package embedrl.models.qwen3vl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.generation.Generation;
import embedrl.models.generation.Generator;
import embedrl.models.generation.RandomStream;
import embedrl.models.generation.SamplingSettings;
import embedrl.models.input.RopePositions;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.RotaryAngles;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the model to every value of the reference checkpoints: vision tower, decoder, loss, embedding, gradients and greedy tokens. */
class Qwen3VlGoldenTest {
    // Exact integers and angles have tests of their own below.
    private static final Set<String> ELSEWHERE = Set.of("position_ids", "rope_deltas", "rotary_cos", "rotary_sin", "interpolation_indices",
            "interpolation_weights", "rotary_position_ids");

    private static void holds(String checkpoint, String name, SequenceLayout.Rounding rounding, Executor executor) throws IOException, URISyntaxException {
        try (GoldenCase golden = new GoldenCase(checkpoint, name); ForwardRun run = new ForwardRun(golden, GoldenModel.load(checkpoint), rounding, executor)) {
            SoftAssertions softly = new SoftAssertions();
            int compared = 0;
            for (String tensor : golden.names("")) {
                if (tensor.startsWith("input.") || ELSEWHERE.contains(tensor.substring(tensor.lastIndexOf('.') + 1))) continue;
                softly.assertThat(GoldenCase.relativeMaximum(run.result(tensor), golden.floats(tensor))).as(tensor).isLessThanOrEqualTo(golden.tolerance(tensor));
                compared++;
            }
            softly.assertThat(compared).isGreaterThan(10);
            softly.assertAll();
        }
    }

    @ParameterizedTest
    @CsvSource({"qwen3vl-a, text_only", "qwen3vl-a, two_images_different_sizes", "qwen3vl-a, image_and_video", "qwen3vl-b, batch_right_padded"})
    void everyValueOfTheForwardPassAndTheGradients(String checkpoint, String name) throws IOException, URISyntaxException {
        holds(checkpoint, name, SequenceLayout.Rounding.EXACT, GoldenModel.executor());
    }

    @Test
    void unusedRowsTokensAndImagesChangeNothing() throws IOException, URISyntaxException {
        holds("qwen3vl-b", "batch_right_padded", SequenceLayout.Rounding.COARSE, GoldenModel.executor());
    }

    @Test
    void theReferenceExecutorAgrees() throws IOException, URISyntaxException {
        holds("qwen3vl-a", "two_images_different_sizes", SequenceLayout.Rounding.EXACT, Executors.open("reference", 1));
    }

    @ParameterizedTest
    @CsvSource({"qwen3vl-a, text_only", "qwen3vl-a, two_images_different_sizes", "qwen3vl-a, image_and_video", "qwen3vl-b, batch_right_padded",
            "qwen3vl-a, greedy_batch_left_padded"})
    void positionsAndAngles(String checkpoint, String name) throws IOException, URISyntaxException {
        Qwen3VlConfig config = GoldenModel.load(checkpoint).config();
        try (GoldenCase golden = new GoldenCase(checkpoint, name)) {
            int[] expected = golden.ints("expected.position_ids");
            int[] deltas = golden.ints("expected.rope_deltas");
            int rows = golden.rows() * golden.width();
            for (int b = 0; b < golden.rows(); b++) {
                RopePositions rope = RopePositions.of(golden.sequences().get(b), config.vision().spatialMergeSize());
                int from = b * golden.width() + golden.offset(b);
                int length = golden.sequences().get(b).length();
                assertThat(rope.time()).isEqualTo(Arrays.copyOfRange(expected, from, from + length));
                assertThat(rope.row()).isEqualTo(Arrays.copyOfRange(expected, rows + from, rows + from + length));
                assertThat(rope.column()).isEqualTo(Arrays.copyOfRange(expected, 2 * rows + from, 2 * rows + from + length));
                assertThat(rope.next() - length).isEqualTo(deltas[b]);
            }
            if (!golden.contains("expected.rotary_cos")) return;
            RotaryAngles angles = config.text().angles(expected);
            assertThat(GoldenCase.relativeMaximum(stored(golden, angles.cos(), config), golden.floats("expected.rotary_cos"))).isLessThan(1e-5);
            assertThat(GoldenCase.relativeMaximum(stored(golden, angles.sin(), config), golden.floats("expected.rotary_sin"))).isLessThan(1e-5);
        }
    }

    // The reference stores each row of angles twice, one after the other, and zeros at padding.
    private static float[] stored(GoldenCase golden, float[] half, Qwen3VlConfig config) {
        int pairs = config.text().headDim() / 2;
        float[] full = new float[2 * half.length];
        for (int b = 0; b < golden.rows(); b++)
            for (int t = 0; t < golden.sequences().get(b).length(); t++) {
                int row = b * golden.width() + golden.offset(b) + t;
                for (int copy = 0; copy < 2; copy++) System.arraycopy(half, row * pairs, full, (2 * row + copy) * pairs, pairs);
            }
        return full;
    }

    @ParameterizedTest
    @CsvSource({"qwen3vl-a, greedy", "qwen3vl-a, greedy_batch_left_padded", "qwen3vl-b, greedy"})
    void greedyContinuation(String checkpoint, String name) throws IOException, URISyntaxException {
        try (GoldenCase golden = new GoldenCase(checkpoint, name); Generator generator = new Generator(GoldenModel.load(checkpoint), GoldenModel.executor(), -1)) {
            int[] expected = golden.ints("expected.tokens");
            float[] logits = golden.floats("expected.step_logits");
            int vocabulary = golden.shape("expected.step_logits")[2];
            List<RandomStream> streams = Collections.nCopies(golden.rows(), new RandomStream(1, 1));
            List<Generation> generations = generator.generate(golden.sequences(), 1, 16, SamplingSettings.UNCHANGED, streams, true);
            for (int b = 0; b < golden.rows(); b++) {
                Generation generation = generations.get(b);
                assertThat(generation.tokens()).isEqualTo(Arrays.copyOfRange(expected, b * 16, (b + 1) * 16));
                assertThat(generation.finished()).isFalse();
                for (int step = 0; step < 16; step++)
                    assertThat((double) generation.logProbabilities()[step])
                            .isCloseTo(logProbability(logits, (b * 16 + step) * vocabulary, vocabulary, generation.tokens()[step]), within(1e-4));
            }
        }
    }

    private static double logProbability(float[] logits, int from, int vocabulary, int token) {
        double sum = 0;
        for (int v = 0; v < vocabulary; v++) sum += Math.exp(logits[from + v]);
        return logits[from + token] - Math.log(sum);
    }

    @Test
    void parametersThatDoNotReachTheLossHaveGradientZero() throws IOException, URISyntaxException {
        Qwen3Vl model = GoldenModel.load("qwen3vl-a");
        try (GoldenCase golden = new GoldenCase("qwen3vl-a", "text_only");
                ForwardRun run = new ForwardRun(golden, model, SequenceLayout.Rounding.EXACT, GoldenModel.executor())) {
            for (String name : model.parameters().keySet())
                if (name.startsWith("model.visual.")) assertThat(run.gradient(name)).as(name).containsOnly(0);
                else assertThat(run.gradient(name)).as(name).isNotEqualTo(new float[run.gradient(name).length]);
        }
    }
}
