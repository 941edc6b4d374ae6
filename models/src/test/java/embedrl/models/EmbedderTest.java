package embedrl.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.bert.BertCheckpoint;
import embedrl.models.bert.BertConfig;
import embedrl.models.bert.BertEncoder;
import embedrl.models.bert.EncoderFamily;
import embedrl.models.bert.Pooling;
import embedrl.models.checkpoint.ConfigException;
import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderCheckpoint;
import embedrl.models.gguf.GgmlType;
import embedrl.models.gguf.GgufCheckpoint;
import embedrl.models.gguf.GgufTokenizerValues;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import embedrl.models.qwen3vl.GoldenModel;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.models.qwen3vl.RandomCheckpoint;
import embedrl.models.qwen3vl.TextConfig;
import embedrl.models.qwen3vl.VisionConfig;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.BpeTrainer;
import embedrl.models.tokenizer.SequenceTemplate;
import embedrl.nn.WeightType;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One way to load and to embed, whatever the model. */
class EmbedderTest {
    private static final Path TOKENIZER = Path.of("src/test/resources/golden/tokenizer/small-wordpiece/tokenizer.json");
    private static final String POOLING = "{\"word_embedding_dimension\": 32, \"pooling_mode_lasttoken\": true, \"include_prompt\": true}";
    private static final String PROMPTS = "{\"prompts\": {\"query\": \"the cat: \", \"document\": \"\"}}";
    private static final List<String> TEXTS = List.of("the cat", "the dog sat on the mat and sat on the cat", "mat", "a dog");
    private static final Content PICTURE = new Content.Image(new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB));

    @TempDir
    private static Path models;

    @TempDir
    private Path folder;

    private static BpeTokenizer tokenizer;

    @BeforeAll
    static void save() throws IOException {
        BertCheckpoint.save(models.resolve("e5"), new BertEncoder(new BertConfig(807, 16, 24, 1, 2, 40, 2, 1e-12f, BertConfig.Activation.GELU, false), Seed.of(2)));
        Files.copy(TOKENIZER, models.resolve("e5/tokenizer.json"));
        RandomCheckpoint.write(new Qwen3VlConfig(new TextConfig(320, 32, 64, 2, 4, 2, 8, 1e-6f, 5e6, List.of(2, 1, 1)), new VisionConfig(2, 32, 64, 4, 4, 2, 2, 32, 64, List.of(0)), true),
                Files.createDirectories(models.resolve("vision")));
        tokenizer = BpeTrainer.train(List.of("the cat sat on the mat, the dog on the cat"), 290, List.of("<|im_start|>", "<|im_end|>", "<|end|>"));
        saveDecoder(models.resolve("texts"));
    }

    /** A decoder whose tokenizer puts an end behind each text, as that of Qwen3-Embedding does. */
    private static void saveDecoder(Path folder) throws IOException {
        Files.createDirectories(folder);
        String config = """
                {"model_type": "qwen3", "hidden_act": "silu", "vocab_size": 320, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "max_position_embeddings": 48,
                 "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "tie_word_embeddings": true}""";
        Files.writeString(folder.resolve("config.json"), config);
        Decoder decoder = new Decoder(DecoderCheckpoint.config(folder), Seed.of(1));
        DecoderCheckpoint.save(decoder, folder);
        Files.writeString(folder.resolve("config.json"), config);   // with its max_position_embeddings
        SequenceTemplate.Token end = new SequenceTemplate.Token(tokenizer.id("<|end|>"), 0);
        SequenceTemplate ending = new SequenceTemplate(List.of(new SequenceTemplate.Text(0, 0), end), List.of(new SequenceTemplate.Text(0, 0), new SequenceTemplate.Text(1, 0), end));
        new BpeTokenizer(tokenizer.definition().withTemplate(ending)).save(folder.resolve("tokenizer.json"));
        GgufCheckpoint.save(decoder, GgmlType.F32, 48, GgufTokenizerValues.of(tokenizer.definition(), 320, Set.of(tokenizer.id("<|im_end|>")), ""), models.resolve("texts.gguf"));
    }

    private static Embedder open(String name, EmbedderOptions options) throws IOException {
        return Embedder.load(models.resolve(name), options, GoldenModel.executor());
    }

    private static double square(float[] vector) {
        double sum = 0;
        for (float value : vector) sum += value * value;
        return sum;
    }

    @ParameterizedTest
    @ValueSource(strings = {"e5", "vision", "texts", "texts.gguf"})
    void everyModelEmbedsTextsInTheSameWords(String name) throws IOException {
        try (Embedder embedder = open(name, EmbedderOptions.STANDARD)) {
            float[][] passages = embedder.embedPassages(TEXTS);
            assertThat(passages).hasDimensions(4, embedder.dimensions());
            for (float[] vector : passages) assertThat(square(vector)).isCloseTo(1, within(1e-5));
            assertThat(passages[0]).isNotEqualTo(passages[1]);
            assertThat(embedder.embedQueries(TEXTS)).hasDimensions(4, embedder.dimensions());
            assertThat(embedder.embed(Content.text("the "), Content.text("cat"))).containsExactly(passages[0], within(1e-5f));
            assertThat(embedder.embedContents(List.of(List.of(Content.text("mat"))))[0]).containsExactly(passages[2], within(1e-5f));
            assertThat(embedder.embed(List.of(EmbedderMessage.raw(List.of(), false, "mat")))[0]).containsExactly(passages[2], within(1e-5f));
            Map<String, float[]> byKey = embedder.embed(Map.of("m", new EmbedderMessage(List.of(), false, "the", " ", List.of(), "cat")));
            assertThat(byKey.get("m")).containsExactly(passages[0], within(1e-5f));
            assertThat(embedder.embedPassages(List.of())).isEmpty();
            assertThat(embedder.model().checksum()).isNotEmpty();
            assertThat(embedder.images().isPresent()).isEqualTo(name.equals("vision"));
        }
    }

    @Test
    void aFileOfADecoderReadsAsItsFolder() throws IOException {
        try (Embedder file = open("texts.gguf", EmbedderOptions.STANDARD); Embedder whole = open("texts", EmbedderOptions.STANDARD)) {
            assertThat(file).isInstanceOf(MessageEmbedder.class);
            assertThat(file.embedQueries(TEXTS)[1]).containsExactly(whole.embedQueries(TEXTS)[1], within(1e-5f));
        }
        try (Reasoner reasoner = Reasoner.load(models.resolve("texts.gguf"), GoldenModel.executor(), 3); Reasoner other = Reasoner.load(models.resolve("texts"), GoldenModel.executor(), 3)) {
            assertThat(reasoner.answer(Content.text("the cat"))).isEqualTo(other.answer(Content.text("the cat")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"e5", "texts", "texts.gguf"})
    void modelsOfTextsSayThatTheySeeNothing(String name) throws IOException {
        Content.Video video = new Content.Video(List.of(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB)), List.of(0.0));
        EmbedderMessage message = EmbedderMessage.raw(List.of(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB)), false, "what is it?");
        try (Embedder embedder = open(name, EmbedderOptions.STANDARD)) {
            for (Content seen : List.of(PICTURE, video))
                assertThatThrownBy(() -> embedder.embed(Content.text("a"), seen)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("reads texts only; leave it out, or load a Qwen3-VL model");
            assertThatThrownBy(() -> embedder.embed(List.of(message))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("a picture");
        }
        try (Embedder pooled = open("texts", EmbedderOptions.STANDARD.withPooling(Pooling.MEAN))) {
            assertThatThrownBy(() -> pooled.embed(video)).hasMessageContaining("a video, and a language model without vision reads texts only");
        }
    }

    /** The state of one token of one text alone, or their mean, divided by its norm. */
    private static float[] alone(Path path, String text, Pooling pooling, int most) throws IOException {
        TextModel model = TextModel.open(path, WeightType.FLOAT32);
        int[] ids = model.tokenizer().encodeForModel(text, most).ids();
        List<Sequence> one = List.of(new Sequence(ids, -1, List.of()));
        SequenceLayout layout = SequenceLayout.of(one, SequenceLayout.Rounding.EXACT);
        try (Program program = Program.builder().output("hidden", model.model().hidden(PackedInputs.of("", layout, model.model().config()))).compile(GoldenModel.executor())) {
            PackedBatch.of(one, layout, model.model().config()).setOn(program, "");
            program.run();
            float[] states = program.read("hidden").floats();
            float[] vector = new float[32];
            for (int t = 0; t < ids.length; t++)
                if (pooling == Pooling.MEAN || t == (pooling == Pooling.CLS ? 0 : ids.length - 1)) for (int d = 0; d < 32; d++) vector[d] += states[t * 32 + d];
            double norm = Math.sqrt(square(vector));
            for (int d = 0; d < 32; d++) vector[d] /= (float) norm;
            return vector;
        }
    }

    @ParameterizedTest
    @CsvSource({"MEAN", "CLS", "LAST"})
    void aLanguageModelCanBePooled(Pooling pooling) throws IOException {
        try (Embedder embedder = open("texts", EmbedderOptions.STANDARD.withPooling(pooling).withMaxTokens(6))) {
            float[][] vectors = embedder.embedPassages(TEXTS);
            for (int i = 0; i < vectors.length; i++) assertThat(vectors[i]).containsExactly(alone(models.resolve("texts"), TEXTS.get(i), pooling, 6), within(1e-5f));
        }
    }

    @Test
    void filesOfSentenceTransformersTellHowALanguageModelIsPooled() throws IOException {
        saveDecoder(folder);
        Files.writeString(Files.createDirectories(folder.resolve("1_Pooling")).resolve("config.json"), POOLING);
        Files.writeString(folder.resolve("config_sentence_transformers.json"), PROMPTS);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": 1000000000000000019884624838656}");
        try (Embedder embedder = Embedder.load(folder, GoldenModel.executor())) {
            assertThat(((TextEmbedder) embedder).maxTokens()).as("max_position_embeddings").isEqualTo(48);
            assertThat(embedder.embedQueries(TEXTS)[3]).containsExactly(alone(folder, "the cat: a dog", Pooling.LAST, 48), within(1e-5f));
            assertThat(embedder.embedPassages(TEXTS)[1]).containsExactly(alone(folder, TEXTS.get(1), Pooling.LAST, 48), within(1e-5f));
            assertThat(embedder.embed(Content.text("mat"))).containsExactly(alone(folder, "mat", Pooling.LAST, 48), within(1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"e5", "vision", "texts"})
    void theFirstNumbersOfAVectorAreUnitVectorsToo(String name) throws IOException {
        try (Embedder whole = open(name, EmbedderOptions.STANDARD); Embedder few = open(name, EmbedderOptions.STANDARD.withDimensions(5))) {
            assertThat(few.dimensions()).isEqualTo(5);
            float[] expected = Arrays.copyOf(whole.embedPassages(TEXTS)[1], 5);
            double norm = Math.sqrt(square(expected));
            for (int d = 0; d < 5; d++) expected[d] /= (float) norm;
            assertThat(few.embedPassages(TEXTS)[1]).containsExactly(expected, within(1e-5f));
        }
        assertThatThrownBy(() -> open(name, EmbedderOptions.STANDARD.withDimensions(33))).isInstanceOf(EmbedderOptionException.class).hasMessageContaining("no 33 of them can be kept");
        assertThatThrownBy(() -> EmbedderOptions.STANDARD.withDimensions(0)).isInstanceOf(EmbedderOptionException.class).hasMessageContaining("at least 1 of the dimensions");
    }

    @Test
    void optionsThatAModelCannotHonorAreRefused() {
        EmbedderOptions standard = EmbedderOptions.STANDARD;
        refused("vision", standard.withPooling(Pooling.CLS), "are for encoders of texts");
        refused("vision", standard.withFamily(EncoderFamily.E5), "are for encoders of texts");
        refused("vision", standard.withMaxTokens(9), "are for encoders of texts");
        refused("texts", standard.withMaxTokens(9), "give a pooling");
        refused("texts.gguf", standard.withMaxPixels(9), "a limit of pixels is for pictures");
        refused("e5", standard.withMaxPixels(9), "reads no pictures");
        refused("e5", standard.withWeights(WeightType.Q8_0), "kept in float32, got Q8_0");
        refused("e5", standard.withMaxTokens(2), "at most 2 are allowed");
    }

    private static void refused(String name, EmbedderOptions options, String message) {
        assertThatThrownBy(() -> open(name, options)).isInstanceOf(EmbedderOptionException.class).hasMessageStartingWith("embed: ").hasMessageContaining(message);
    }

    @Test
    void optionsReachTheModel() throws IOException {
        try (Embedder large = open("vision", EmbedderOptions.STANDARD); Embedder small = open("vision", EmbedderOptions.STANDARD.withMaxPixels(256).withWeights(WeightType.Q8_0))) {
            assertThat(small.embed(PICTURE)).hasSize(32).isNotEqualTo(large.embed(PICTURE));
        }
        try (Embedder e5 = open("e5", EmbedderOptions.STANDARD); Embedder bge = open("e5", EmbedderOptions.STANDARD.withFamily(EncoderFamily.BGE).withPooling(Pooling.MEAN).withMaxTokens(9))) {
            assertThat(((TextEmbedder) bge).use()).isEqualTo(EncoderFamily.BGE.use().with(Pooling.MEAN).withMaxTokens(9));
            assertThat(((TextEmbedder) e5).use()).isEqualTo(EncoderFamily.E5.use());
        }
    }

    @Test
    void pathsThatHoldNoModelAreOneClearError() throws IOException {
        assertThatThrownBy(() -> open("none", EmbedderOptions.STANDARD)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("none");
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
        assertThatThrownBy(() -> Embedder.load(folder, GoldenModel.executor())).isInstanceOf(ConfigException.class)
                .hasMessageContaining("config.json: model_type must be \"bert\", \"qwen3_vl\", \"qwen3\" or \"llama\" for a model that embeds, found \"gpt2\"");
        assertThatThrownBy(() -> Embedder.load(Files.write(folder.resolve("x"), new byte[] {'G', 'G', 'U'}), GoldenModel.executor())).hasMessageContaining("neither a folder, nor a GGUF file by its first bytes, nor a jar");
        assertThatThrownBy(() -> Embedder.load(Files.writeString(folder.resolve("x.gguf"), "GGUF"), GoldenModel.executor())).hasMessageContaining("x.gguf");
        assertThatThrownBy(() -> Embedder.load(Files.writeString(folder.resolve("x.onnx"), ""), GoldenModel.executor())).isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("tokenizer.json");
    }
}
