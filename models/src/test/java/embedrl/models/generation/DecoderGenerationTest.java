package embedrl.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.LanguageModels;
import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.Sequence;
import embedrl.models.input.VisualInput;
import embedrl.models.qwen3vl.GoldenModel;
import embedrl.nn.checkpoint.SafetensorsFile;
import embedrl.tensor.Variable;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The generator on text decoders, against the reference's greedy continuations and against itself in other batches. */
class DecoderGenerationTest {
    private static final SamplingSettings PLAIN = SamplingSettings.UNCHANGED;

    private static Sequence text(int... tokens) {
        return new Sequence(tokens, -1, List.of());
    }

    private static List<RandomStream> streams(long... sequences) {
        return LongStream.of(sequences).mapToObj(s -> new RandomStream(5, s)).toList();
    }

    private static Generator generator(LanguageModel model, Integer... ends) {
        return new Generator(model, GoldenModel.executor(), Set.of(ends));
    }

    @ParameterizedTest
    @CsvSource({"qwen3-a, greedy_batch_left_padded", "llama-scaled, greedy", "qwen3-untied, greedy"})
    void greedyTokensAndTheirLikelihoodsAreThoseOfTheReference(String checkpoint, String name) throws IOException, URISyntaxException {
        LanguageModel model = LanguageModels.load(GoldenModel.folder(checkpoint));
        try (SafetensorsFile golden = SafetensorsFile.open(GoldenModel.folder(checkpoint).resolve("cases").resolve(name).resolve("tensors.safetensors"));
                Generator generator = generator(model)) {
            int[] ids = golden.ints("input.input_ids");
            int[] mask = golden.ints("input.attention_mask");
            int width = golden.shape("input.input_ids")[1];
            List<Sequence> prompts = IntStream.range(0, ids.length / width).mapToObj(b -> text(
                    IntStream.range(b * width, (b + 1) * width).filter(i -> mask[i] == 1).map(i -> ids[i]).toArray())).toList();
            int[] expected = golden.ints("expected.tokens");
            int steps = golden.shape("expected.tokens")[1];
            float[] logits = golden.floats("expected.step_logits");
            int vocabulary = golden.shape("expected.step_logits")[2];
            List<Generation> generations = generator.generate(prompts, 1, steps, PLAIN, Collections.nCopies(prompts.size(), new RandomStream(1, 1)), true);
            for (int b = 0; b < prompts.size(); b++) {
                assertThat(generations.get(b).tokens()).isEqualTo(Arrays.copyOfRange(expected, b * steps, (b + 1) * steps));
                for (int s = 0; s < steps; s++) {
                    int from = (b * steps + s) * vocabulary;
                    double sum = IntStream.range(from, from + vocabulary).mapToDouble(i -> Math.exp(logits[i])).sum();
                    assertThat((double) generations.get(b).logProbabilities()[s])
                            .isCloseTo(logits[from + generations.get(b).tokens()[s]] - Math.log(sum), within(1e-4));
                }
            }
        }
    }

    @Test
    void aSampleDoesNotDependOnTheOthersInTheBatch() throws IOException, URISyntaxException {
        List<Sequence> prompts = List.of(text(5, 17, 200, 3), text(7), text(9, 8, 7, 6, 5, 4, 3, 2, 1), text(11, 12), text(300, 301, 302));
        try (Generator generator = generator(LanguageModels.load(GoldenModel.folder("qwen3-a")))) {
            List<Generation> together = generator.generate(prompts, 1, 8, PLAIN, streams(0, 1, 2, 3, 4), false);
            for (int p = 0; p < prompts.size(); p++) {
                Generation alone = generator.generate(prompts.subList(p, p + 1), 1, 8, PLAIN, streams(p), false).getFirst();
                assertThat(alone.tokens()).isEqualTo(together.get(p).tokens());
                assertThat(alone.logProbabilities()).containsExactly(together.get(p).logProbabilities(), within(1e-5f));
            }
        }
    }

    @Test
    void anyOfSeveralEndTokensEnds() throws IOException, URISyntaxException {
        LanguageModel model = LanguageModels.load(GoldenModel.folder("qwen3-a"));
        List<Sequence> prompts = List.of(text(5, 17, 200, 3), text(7));
        int[][] endless;
        try (Generator generator = generator(model)) {
            endless = generator.generate(prompts, 1, 6, PLAIN, streams(0, 1), true).stream().map(Generation::tokens).toArray(int[][]::new);
        }
        int first = endless[0][2];
        int second = endless[1][3];
        try (Generator generator = generator(model, first, second)) {
            List<Generation> ended = generator.generate(prompts, 1, 6, PLAIN, streams(0, 1), true);
            for (int p = 0; p < 2; p++) {
                int[] all = endless[p];
                int at = IntStream.range(0, 6).filter(i -> all[i] == first || all[i] == second).findFirst().orElseThrow();
                assertThat(ended.get(p).tokens()).isEqualTo(Arrays.copyOf(all, at + 1));
                assertThat(ended.get(p).finished()).isTrue();
            }
        }
    }

    @Test
    void tokensWithoutALikelihoodAreRefused() throws IOException, URISyntaxException {
        Decoder model = (Decoder) LanguageModels.load(GoldenModel.folder("qwen3-untied"));
        try (Generator generator = generator(model)) {
            int first = generator.generate(List.of(text(5, 17)), 1, 1, PLAIN, streams(0), true).getFirst().tokens()[0];
            Variable table = model.parameters().get("model.embed_tokens.weight");
            int width = table.shape().columns();
            Arrays.fill(table.buffer().floats(), table.buffer().offset() + first * width, table.buffer().offset() + (first + 1) * width, Float.NaN);
            assertThatThrownBy(() -> generator.generate(List.of(text(5, 17)), 1, 2, PLAIN, streams(0), true))
                    .hasMessageStartingWith("generate: token 1 of continuation 0 has no likelihood: its logits hold NaN");
            // nearly as cold as greedy, so that the first token is the same
            for (double temperature : new double[] {1e-5, 1e-7})
                assertThatThrownBy(() -> generator.generate(List.of(text(5, 17)), 1, 2, new SamplingSettings(temperature, null, null), streams(0), false)).hasMessageContaining("NaN");
        }
    }

    @Test
    void manyLayoutsDoNotChangeWhatIsGenerated() throws IOException, URISyntaxException {
        try (Generator generator = generator(LanguageModels.load(GoldenModel.folder("llama-scaled")))) {
            Sequence prompt = text(3, 1, 4, 1, 5);
            int[] before = generator.generate(List.of(prompt), 1, 6, PLAIN, streams(0), true).getFirst().tokens();
            for (int i = 1; i <= 70; i++)      // more prompts' sizes than programs are kept
                generator.generate(List.of(text(new int[16 * i])), 1, 1, PLAIN, streams(0), true);
            assertThat(generator.generate(List.of(prompt), 1, 6, PLAIN, streams(0), true).getFirst().tokens()).isEqualTo(before);
        }
    }

    @Test
    void imagesAreRefused() throws IOException, URISyntaxException {
        try (Generator generator = generator(LanguageModels.load(GoldenModel.folder("llama-scaled")))) {
            Sequence picture = new Sequence(new int[] {9, 1}, 9, List.of(new VisualInput(1, 1, new float[12])));
            assertThatThrownBy(() -> generator.generate(List.of(picture), 1, 1, PLAIN, streams(0), true)).hasMessageContaining("reads texts only");
        }
    }
}
