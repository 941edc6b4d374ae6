package embedrl.models.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.bert.BertConfig.Activation;
import embedrl.models.onnx.OnnxModel;
import embedrl.models.onnx.RawOnnx;
import embedrl.nn.checkpoint.SafetensorsFile;
import embedrl.nn.checkpoint.SafetensorsWriter;
import embedrl.tensor.Executors;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BertCheckpointTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/models/bert-a");
    static final BertConfig SMALL = new BertConfig(11, 8, 12, 2, 2, 9, 2, 1e-5f, Activation.GELU, false);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"batch,cpu", "pair,cpu", "batch,reference"})
    void computesTheReferencesStatesAndEmbedding(String name, String device) throws IOException {
        BertEncoder encoder = BertCheckpoint.load(GOLDEN);
        try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve("cases").resolve(name).resolve("tensors.safetensors")); var executor = Executors.open(device, 1)) {
            int[] shape = golden.shape("input.input_ids");
            int[] mask = golden.ints("input.attention_mask");
            int[] lengths = new int[shape[0]];
            for (int i = 0; i < mask.length; i++) lengths[i / shape[1]] += mask[i];
            BertInputs in = BertInputs.of(shape[0], shape[1]);
            try (Program program = Program.builder().output("hidden", encoder.hidden(in))
                    .output("embedding", Pooling.MEAN.forward(encoder.hidden(in), in.lengths()).l2Normalize())
                    .output("cls", Pooling.CLS.forward(encoder.hidden(in), in.lengths())).output("pooled", encoder.pooled(encoder.hidden(in))).compile(executor)) {
                program.set("tokens", golden.ints("input.input_ids")).set("types", golden.ints("input.token_type_ids")).set("lengths", lengths).run();
                float[] expected = golden.floats("expected.layer_2");
                float[] hidden = program.read("hidden").floats();
                int width = encoder.config().hiddenSize();
                for (int i = 0; i < hidden.length; i++) if (mask[i / width] == 1) assertThat(hidden[i]).isCloseTo(expected[i], Offset.offset(1e-5f));
                assertThat(program.read("embedding").floats()).containsExactly(golden.floats("expected.embedding"), Offset.offset(1e-6f));
                assertThat(program.read("pooled").floats()).containsExactly(golden.floats("expected.pooler_output"), Offset.offset(1e-5f));
                assertThat(Arrays.copyOf(program.read("cls").floats(), width)).containsExactly(Arrays.copyOf(expected, width), Offset.offset(1e-5f));
            }
        }
    }

    @Test
    void aSavedEncoderIsLoadedAsItWas() throws IOException {
        for (boolean pooler : new boolean[] {true, false}) {
            BertEncoder encoder = new BertEncoder(SMALL.withPooler(pooler), Seed.of(3));
            BertCheckpoint.save(folder, encoder);
            BertEncoder loaded = BertCheckpoint.load(folder);
            assertThat(loaded.config()).isEqualTo(encoder.config());
            assertThat(loaded.checksum()).isEqualTo(encoder.checksum());
            assertThat(loaded.parameterCount()).isEqualTo(loaded.config().parameterCount());
        }
    }

    private void write(Map<String, HostTensor> tensors, String prefix, String... heads) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        tensors.forEach((name, value) -> writer.floats(prefix + name, value.shape().sizes(), value.floats()));
        for (String head : heads) writer.floats(head, new int[] {2}, new float[2]);
        writer.write(folder.resolve("model.safetensors"));
        Files.write(folder.resolve("config.json"), BertConfigFile.write(SMALL));
    }

    @Test
    void aPrefixAndHeadsAreTakenOff() throws IOException {
        BertEncoder encoder = new BertEncoder(SMALL, Seed.of(4));
        write(encoder.state(), "bert.", "cls.predictions.bias");
        assertThat(BertCheckpoint.load(folder).checksum()).isEqualTo(encoder.checksum());
        write(encoder.state(), "", "cls.predictions.bias");
        assertThatThrownBy(() -> BertCheckpoint.load(folder)).isInstanceOf(EncoderException.class).hasMessageContaining("parameters");
    }

    @Test
    void aConfigurationThatDoesNotFitIsRefusedBeforeMemoryIsTaken() throws IOException {
        write(new BertEncoder(SMALL, Seed.of(4)).state(), "");
        Path config = folder.resolve("config.json");
        String json = Files.readString(config);
        Files.writeString(config, json.replace("\"vocab_size\" : 11", "\"vocab_size\" : 1000000").replace("\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 1000000"));
        assertThatThrownBy(() -> BertCheckpoint.load(folder)).isInstanceOf(EncoderException.class).hasMessageContaining("asks for").hasMessageContaining("hold");
        // As many numbers, in other shapes.
        Files.writeString(config, json.replace("\"vocab_size\" : 11", "\"vocab_size\" : 12").replace("\"max_position_embeddings\" : 9", "\"max_position_embeddings\" : 8"));
        assertThatThrownBy(() -> BertCheckpoint.load(folder)).isInstanceOf(EncoderException.class).hasMessageContaining("wrong type  embeddings.word_embeddings.weight");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"model_type\" : \"bert\" | \"model_type\" : \"roberta\" | model_type must be \"bert\", found \"roberta\"",
        "\"hidden_act\" : \"gelu\" | \"hidden_act\" : \"tanh\" | hidden_act must be \"gelu\", \"gelu_new\", \"gelu_pytorch_tanh\", \"relu\" or \"silu\", found \"tanh\"",
        "\"position_embedding_type\" : \"absolute\" | \"position_embedding_type\" : \"relative_key\" | position_embedding_type must be \"absolute\"",
        "\"num_attention_heads\" : 2 | \"num_attention_heads\" : 3 | hidden_size must be a multiple of num_attention_heads, got 8 and 3",
        "\"vocab_size\" : 11 | \"vocab_size\" : -1 | vocab_size must lie between 1 and 1048576, got -1",
        "\"vocab_size\" : 11 | \"vocab_size\" : 1.5 | vocab_size must be a whole number, found 1.5",
    })
    void whatIsNotComputedHereIsRefused(String from, String to, String message) {
        String json = new String(BertConfigFile.write(SMALL), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(json).contains(from);
        assertThatThrownBy(() -> BertConfigFile.parse("c.json", json.replace(from, to).getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(EncoderException.class).hasMessageStartingWith("c.json: ").hasMessageContaining(message);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> BertCheckpoint.load(folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("config.json");
    }

    @ParameterizedTest
    @EnumSource(ExportedBert.Style.class)
    void weightsOfAnExportedGraphAreFoundWhateverTheyAreCalled(ExportedBert.Style style) {
        BertEncoder encoder = new BertEncoder(SMALL, Seed.of(5));
        BertEncoder loaded = BertCheckpoint.loadOnnx(OnnxModel.parse("m.onnx", ExportedBert.of(encoder, style)), null);
        assertThat(loaded.config()).isEqualTo(SMALL);
        assertThat(loaded.state().keySet()).isEqualTo(encoder.state().keySet());
        assertThat(loaded.checksum()).isEqualTo(encoder.checksum());
    }

    @Test
    void aGraphThatIsNoBertOrQuantizedIsRefused() {
        RawOnnx other = new RawOnnx().message(5, RawOnnx.floats("w", new int[] {2, 2}, 1, 2, 3, 4)).message(1, RawOnnx.node("MatMul", "m", new String[] {"x", "w"}, "y"));
        assertThatThrownBy(() -> BertCheckpoint.loadOnnx(OnnxModel.parse("m.onnx", RawOnnx.model(other)), null)).isInstanceOf(EncoderException.class)
                .hasMessageContaining("the weight 'w' of 'm' belongs to no known layer");
        RawOnnx quantized = new RawOnnx().message(1, RawOnnx.node("MatMulInteger", "m", new String[] {"x", "w"}, "y"));
        assertThatThrownBy(() -> BertCheckpoint.loadOnnx(OnnxModel.parse("m.onnx", RawOnnx.model(quantized)), null)).isInstanceOf(EncoderException.class)
                .hasMessageContaining("quantized");
        assertThatThrownBy(() -> BertCheckpoint.loadOnnx(OnnxModel.parse("m.onnx", RawOnnx.model(new RawOnnx().text(2, "g"))), null)).isInstanceOf(EncoderException.class)
                .hasMessageContaining("is this a BERT encoder?");
    }
}
