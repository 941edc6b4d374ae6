package embedrl.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.models.message.ChatTemplate;
import embedrl.models.message.EmbedderMessage;
import embedrl.models.message.MessageEncoder;
import embedrl.models.message.PatchCounts;
import embedrl.models.qwen3vl.GoldenModel;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.models.qwen3vl.TextConfig;
import embedrl.models.qwen3vl.VisionConfig;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.BpeTrainer;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MessageEmbedderTest {
    private static final BpeTokenizer TOKENIZER = BpeTrainer.train(List.of("the cat sat on the mat"), 270,
            List.of("<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|image_pad|>", "<|vision_end|>", "<emb>"));
    private static final Qwen3VlConfig CONFIG = new Qwen3VlConfig(new TextConfig(TOKENIZER.vocabularySize(), 16, 32, 2, 2, 1, 8, 1e-6f, 10_000, List.of(2, 1, 1)),
            new VisionConfig(2, 8, 16, 2, 2, 1, 2, 16, 16, List.of(0)), true);
    private static final Qwen3Vl MODEL = new Qwen3Vl(CONFIG, new Seed(3));
    private static final MessageEncoder ENCODER = new MessageEncoder(TOKENIZER, ChatTemplate.qwen(), new PatchCounts(CONFIG.vision().patchWidth()), 2);
    private static final MessageEmbedder EMBEDDER = new MessageEmbedder(MODEL, ENCODER, EmbedderPrompt.standard(), GoldenModel.executor());

    @AfterAll
    static void close() {
        EMBEDDER.close();
    }

    private static List<EmbedderMessage> messages() {
        return List.of(EmbedderMessage.raw(List.of(), false, "the cat sat on the mat and on the mat sat another cat"),
                EmbedderMessage.raw(List.of(PatchCounts.image(2, 4, 200)), false, "the cat"),
                new EmbedderMessage(List.of(PatchCounts.image(2, 4, 90), PatchCounts.image(4, 4, 10)), true, "a mat", "thinking <emb> of it", List.of(PatchCounts.image(2, 2, 250)), "rest"),
                EmbedderMessage.raw(List.of(), false, ""));
    }

    /** Final states of one sequence alone, [T · D]. */
    private static float[] states(Sequence sequence) {
        SequenceLayout layout = SequenceLayout.of(List.of(sequence), SequenceLayout.Rounding.EXACT);
        try (Program program = Program.builder().output("hidden", MODEL.hidden(PackedInputs.of("", layout, CONFIG))).compile(GoldenModel.executor())) {
            PackedBatch.of(List.of(sequence), layout, CONFIG).setOn(program, "");
            program.run();
            return program.read("hidden").floats();
        }
    }

    private static double[] unit(float[] states, int position) {
        int width = EMBEDDER.dimensions();
        double norm = 0;
        for (int i = 0; i < width; i++) norm += Math.pow(states[position * width + i], 2);
        double[] unit = new double[width];
        for (int i = 0; i < width; i++) unit[i] = states[position * width + i] / Math.sqrt(norm);
        return unit;
    }

    private static void isClose(float[] actual, double[] expected) {
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5));
    }

    @Test
    void vectorsAreUnitStatesAtTheLastEmbToken() {
        float[][] vectors = EMBEDDER.embed(messages());
        int emb = TOKENIZER.id("<emb>");
        for (int m = 0; m < vectors.length; m++) {
            Sequence sequence = EMBEDDER.sequence(messages().get(m));
            // "<emb><|im_end|>\n" ends each sequence, also that whose thinking mentions the token.
            int position = sequence.length() - 3;
            assertThat(sequence.tokens()[position]).isEqualTo(emb);
            isClose(vectors[m], unit(states(sequence), position));
        }
    }

    @Test
    void aVectorDoesNotDependOnTheOthersInTheCall() {
        float[][] together = EMBEDDER.embed(messages());
        for (int m = 0; m < together.length; m++) {
            float[] alone = EMBEDDER.embed(List.of(messages().get(m)))[0];
            assertThat(together[m]).containsExactly(alone, within(1e-5f));
        }
        assertThat(together[0]).isNotEqualTo(together[1]);
    }

    @Test
    void vectorsByKeyAreThoseOfTheMessagesInTheirOrder() {
        Map<String, EmbedderMessage> byKey = new LinkedHashMap<>();
        for (int m = messages().size() - 1; m >= 0; m--) byKey.put("m" + m, messages().get(m));
        Map<String, float[]> vectors = EMBEDDER.embed(byKey);
        assertThat(vectors.keySet()).containsExactly("m3", "m2", "m1", "m0");
        float[][] inOrder = EMBEDDER.embed(messages());
        for (int m = 0; m < inOrder.length; m++) assertThat(vectors.get("m" + m)).containsExactly(inOrder[m], within(1e-5f));
        assertThat(EMBEDDER.embed(Map.<String, EmbedderMessage>of())).isEmpty();
    }

    @Test
    void moreMessagesThanAChunkKeepTheirOrder() {
        List<EmbedderMessage> many = new ArrayList<>();
        for (int i = 0; i < 150; i++) many.add(EmbedderMessage.raw(List.of(), false, "the cat ".repeat(i * 7 % 5) + i));
        float[][] vectors = EMBEDDER.embed(many);
        assertThat(vectors).hasDimensions(150, 16);
        for (int i : new int[] {0, 63, 64, 149}) {
            Sequence sequence = EMBEDDER.sequence(many.get(i));
            isClose(vectors[i], unit(states(sequence), sequence.length() - 3));
        }
    }

    @Test
    void poolingTakesTheLastTokenWhereThereIsNoEmb() {
        int emb = TOKENIZER.id("<emb>");
        List<Sequence> sequences = List.of(new Sequence(new int[] {1, emb, 2, emb, 3}, 0, List.of()), new Sequence(new int[] {1, 2}, 0, List.of()));
        assertThat(EMBEDDER.poolAt(sequences, new SequenceLayout(3, 6, List.of()))).containsExactly(3, 7, -1);
    }

    @Test
    void nothingGivesNothing() {
        assertThat(EMBEDDER.embed(List.of())).isEmpty();
        assertThat(EMBEDDER.dimensions()).isEqualTo(16);
        assertThat(EMBEDDER.model()).isSameAs(MODEL);
    }
}
