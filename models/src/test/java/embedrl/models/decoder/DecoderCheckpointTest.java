package embedrl.models.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.LanguageModels;
import embedrl.models.checkpoint.ConfigException;
import embedrl.models.checkpoint.WeightFormat;
import embedrl.models.decoder.DecoderConfig.Family;
import embedrl.models.qwen3vl.GoldenModel;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.nn.WeightType;
import embedrl.nn.checkpoint.SafetensorsFile;
import embedrl.nn.checkpoint.SafetensorsWriter;
import embedrl.tensor.DType;
import embedrl.tensor.Seed;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoderCheckpointTest {
    static final DecoderConfig SMALL = new DecoderConfig(Family.LLAMA, 11, 8, 12, 2, 2, 1, 4, 1e-5f, new RopeFrequencies.Plain(10_000), false, false, true);

    @TempDir
    private Path folder;

    @Test
    void loadsTheReferencesFoldersWithEveryTensor() throws IOException, URISyntaxException {
        Decoder qwen = (Decoder) LanguageModels.load(GoldenModel.folder("qwen3-a"));
        assertThat(qwen.config()).isEqualTo(new DecoderConfig(Family.QWEN3, 320, 64, 96, 3, 4, 2, 16, 1e-6f, new RopeFrequencies.Plain(1e6), false, false, true));
        try (SafetensorsFile file = SafetensorsFile.open(GoldenModel.folder("qwen3-a").resolve("model.safetensors"))) {
            assertThat(qwen.parameters().keySet()).containsExactlyInAnyOrderElementsOf(file.names());
            for (String name : file.names()) assertThat(qwen.parameters().get(name).value().floats()).as(name).isEqualTo(file.floats(name));
        }
        Decoder llama = DecoderCheckpoint.load(GoldenModel.folder("llama-scaled"));
        assertThat(llama.config().rope()).isEqualTo(new RopeFrequencies.Llama3(1000, 4, 1, 4, 64));
        assertThat(llama.parameters()).containsKeys("lm_head.weight", "model.layers.1.self_attn.o_proj.bias", "model.layers.0.mlp.down_proj.bias");
        assertThat(LanguageModels.load(GoldenModel.folder("qwen3vl-a"))).isInstanceOf(Qwen3Vl.class);
    }

    @Test
    void weightsStayNarrowOnRequest() throws IOException, URISyntaxException {
        Decoder narrow = DecoderCheckpoint.load(GoldenModel.folder("qwen3-bf16"), WeightType.AS_IS);
        Decoder wide = DecoderCheckpoint.load(GoldenModel.folder("qwen3-bf16"));
        assertThat(narrow.parameters().get("model.layers.0.mlp.up_proj.weight").type().dtype()).isEqualTo(DType.BFLOAT16);
        assertThat(narrow.parameterBytes()).isLessThan(wide.parameterBytes() * 55 / 100);
        wide.parameters().forEach((name, p) -> assertThat(narrow.parameters().get(name).value().floats()).as(name).isEqualTo(p.value().floats()));
    }

    @Test
    void whatWasSavedLoadsEqual() throws IOException {
        for (Family family : Family.values()) {
            var config = new DecoderConfig(family, 11, 8, 12, 2, 2, 1, 4, 1e-5f, new RopeFrequencies.Plain(10_000), true, false, false);
            Decoder model = new Decoder(config, new Seed(4));
            DecoderCheckpoint.save(model, folder.resolve(family.name()));
            Decoder loaded = DecoderCheckpoint.load(folder.resolve(family.name()));
            assertThat(loaded.config()).isEqualTo(config);
            assertThat(loaded.checksum()).isEqualTo(model.checksum());
        }
    }

    @Test
    void savedLikeItsOriginItKeepsTheOtherFiles() throws IOException, URISyntaxException {
        Path origin = GoldenModel.folder("llama-scaled");
        LanguageModels.saveLike(origin, LanguageModels.load(origin), WeightFormat.FLOAT32, folder);
        assertThat(Files.readString(folder.resolve("generation_config.json"))).isEqualTo(Files.readString(origin.resolve("generation_config.json")));
        assertThat(DecoderCheckpoint.load(folder).checksum()).isEqualTo(DecoderCheckpoint.load(origin).checksum());
    }

    @Test
    void aCopyOfTheTiedHeadAndOldFrequenciesSayNothingNewAndAnotherHeadIsRefused() throws IOException, URISyntaxException {
        Path origin = GoldenModel.folder("qwen3-a");
        Decoder model = DecoderCheckpoint.load(origin);
        Files.copy(origin.resolve("config.json"), folder.resolve("config.json"));
        float[] embedding = model.parameters().get("model.embed_tokens.weight").value().floats();
        for (float first : new float[] {embedding[0], embedding[0] + 1}) {
            float[] head = embedding.clone();
            head[0] = first;
            SafetensorsWriter writer = new SafetensorsWriter().floats("lm_head.weight", new int[] {320, 64}, head)
                    .floats("model.layers.0.self_attn.rotary_emb.inv_freq", new int[] {8}, new float[8]);
            model.parameters().forEach((name, p) -> writer.floats(name, p.shape().sizes(), () -> p.value().floats()));
            writer.write(folder.resolve("model.safetensors"));
            if (first == embedding[0]) assertThat(DecoderCheckpoint.load(folder).checksum()).isEqualTo(model.checksum());
            else assertThatThrownBy(() -> DecoderCheckpoint.load(folder)).isInstanceOf(TensorException.class).hasMessageContaining("tie_word_embeddings is true")
                    .hasMessageContaining("lm_head.weight and model.embed_tokens.weight differ");
        }
    }

    @Test
    void missingUnexpectedAndMisshapenTensorsAreAllNamed() throws IOException {
        Decoder model = new Decoder(SMALL, new Seed(1));
        DecoderCheckpoint.save(model, folder);
        SafetensorsWriter writer = new SafetensorsWriter().floats("model.extra", new int[] {1}, new float[1]);
        model.parameters().forEach((name, p) -> {
            if (name.equals("model.layers.1.mlp.up_proj.weight")) return;
            writer.floats(name, name.equals("model.norm.weight") ? new int[] {2, 4} : p.shape().sizes(), p.value().floats());
        });
        writer.write(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> DecoderCheckpoint.load(folder)).isInstanceOf(TensorException.class).hasMessageContaining(folder.toString())
                .hasMessageContaining("missing     model.layers.1.mlp.up_proj.weight").hasMessageContaining("unexpected  model.extra")
                .hasMessageContaining("model.norm.weight").hasMessageContaining("[2, 4]");
    }

    @Test
    void aConfigurationMustNotAskForMoreThanTheWeightsHold() throws IOException {
        DecoderCheckpoint.save(new Decoder(SMALL, new Seed(1)), folder);
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        Files.writeString(config, text.replaceAll("\"num_hidden_layers\" : \\d+", "\"num_hidden_layers\" : 2000000000"));
        assertThatThrownBy(() -> DecoderCheckpoint.load(folder)).isInstanceOf(TensorException.class).hasMessageContaining("asks for 2000000000 layers");
        Files.writeString(config, text.replaceAll("\"vocab_size\" : \\d+", "\"vocab_size\" : 2147483647"));
        assertThatThrownBy(() -> DecoderCheckpoint.load(folder)).isInstanceOf(TensorException.class).hasMessageContaining(folder.toString());
        Files.writeString(config, text.replaceAll("\"vocab_size\" : \\d+", "\"vocab_size\" : 200000000"));
        assertThatThrownBy(() -> DecoderCheckpoint.load(folder)).isInstanceOf(TensorException.class).hasMessageContaining("model.embed_tokens.weight");
    }

    @Test
    void unknownFamiliesAndMissingFilesAreNamed() throws IOException {
        assertThatThrownBy(() -> LanguageModels.load(folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("config.json");
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
        assertThatThrownBy(() -> LanguageModels.load(folder)).isInstanceOf(ConfigException.class).hasMessageContaining("\"qwen3\"").hasMessageContaining("found \"gpt2\"");
        DecoderCheckpoint.save(new Decoder(SMALL, new Seed(1)), folder);
        Files.delete(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> LanguageModels.load(folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("neither model.safetensors");
    }
}
