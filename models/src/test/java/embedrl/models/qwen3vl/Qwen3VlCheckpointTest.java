package embedrl.models.qwen3vl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.checkpoint.WeightFormat;
import embedrl.nn.WeightType;
import embedrl.nn.checkpoint.SafetensorsException;
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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Qwen3VlCheckpointTest {
    private static final String INDEX = "model.safetensors.index.json";
    private static final Qwen3VlConfig SMALL = new Qwen3VlConfig(new TextConfig(11, 8, 12, 1, 2, 1, 8, 1e-5f, 5e6, List.of(2, 1, 1)),
            new VisionConfig(1, 8, 12, 2, 2, 2, 2, 8, 9, List.of(0)), false);

    @TempDir
    private Path folder;

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    private void edit(String file, String old, String replacement) throws IOException {
        String text = Files.readString(folder.resolve(file));
        assertThat(text).contains(old);
        Files.writeString(folder.resolve(file), text.replace(old, replacement));
    }

    @Test
    void loadsConfigurationsAndWeightsOfTheReference() throws IOException, URISyntaxException {
        Qwen3Vl a = GoldenModel.load("qwen3vl-a");
        assertThat(a.config()).isEqualTo(new Qwen3VlConfig(new TextConfig(384, 48, 96, 3, 4, 2, 16, 1e-6f, 5e6, List.of(4, 2, 2)),
                new VisionConfig(4, 32, 64, 4, 16, 2, 2, 48, 36, List.of(0, 2)), false));
        try (SafetensorsFile file = SafetensorsFile.open(GoldenModel.folder("qwen3vl-a").resolve("model.safetensors"))) {
            assertThat(a.parameters().keySet()).containsExactlyInAnyOrderElementsOf(file.names());
            for (String name : file.names()) assertThat(a.parameters().get(name).value().floats()).as(name).isEqualTo(file.floats(name));
        }
        Qwen3Vl b = GoldenModel.load("qwen3vl-b");
        assertThat(b.config().tieWordEmbeddings()).isTrue();
        assertThat(b.parameters()).doesNotContainKey("lm_head.weight");
    }

    @Test
    void whatWasSavedLoadsEqual() throws IOException {
        for (Qwen3VlConfig config : List.of(SMALL, Qwen3VlConfig.compact(20))) {
            Qwen3Vl model = new Qwen3Vl(config, new Seed(4));
            Qwen3VlCheckpoint.save(model, folder.resolve("deeper/model"));
            Qwen3Vl loaded = Qwen3VlCheckpoint.load(folder.resolve("deeper/model"));
            assertThat(loaded.config()).isEqualTo(config);
            assertThat(loaded.checksum()).isEqualTo(model.checksum());
        }
    }

    @Test
    void savingLeavesOtherFilesAndNoTemporaryOnes() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        Qwen3VlCheckpoint.save(new Qwen3Vl(SMALL, new Seed(1)), folder);
        Qwen3VlCheckpoint.save(new Qwen3Vl(SMALL, new Seed(2)), folder);
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("tokenizer.json", "config.json", "model.safetensors");
        }
        assertThat(Qwen3VlCheckpoint.load(folder).checksum()).isEqualTo(new Qwen3Vl(SMALL, new Seed(2)).checksum());
    }

    @Test
    void tokenIdsTravelWithTheConfiguration() throws IOException, URISyntaxException {
        VisualTokenIds ids = Qwen3VlCheckpoint.tokenIds(GoldenModel.folder("qwen3vl-a"));
        assertThat(ids).isEqualTo(new VisualTokenIds(370, 371, 368, 369));
        Qwen3VlCheckpoint.save(new Qwen3Vl(SMALL, new Seed(1)), ids, folder);
        assertThat(Qwen3VlCheckpoint.tokenIds(folder)).isEqualTo(ids);
        assertThat(Qwen3VlCheckpoint.load(folder).config()).isEqualTo(SMALL);
        Qwen3VlCheckpoint.save(new Qwen3Vl(SMALL, new Seed(1)), folder);
        assertThatThrownBy(() -> Qwen3VlCheckpoint.tokenIds(folder)).hasMessageContaining("image_token_id must be a whole number of 0 or more, found nothing");
    }

    @Test
    void bfloat16IsWidened() throws IOException {
        Qwen3Vl model = new Qwen3Vl(SMALL, new Seed(1));
        Qwen3VlCheckpoint.save(model, folder);
        SafetensorsWriter writer = new SafetensorsWriter();
        model.parameters().forEach((name, p) -> writer.bfloat16(name, p.shape().sizes(), p.value().floats()));
        writer.write(folder.resolve("model.safetensors"));
        Qwen3Vl loaded = Qwen3VlCheckpoint.load(folder);
        loaded.parameters().forEach((name, p) -> {
            float[] exact = model.parameters().get(name).value().floats();
            float[] narrow = p.value().floats();
            for (int i = 0; i < exact.length; i++) {
                assertThat(Float.floatToRawIntBits(narrow[i]) & 0xffff).isZero();
                assertThat(Math.abs(narrow[i] - exact[i])).isLessThanOrEqualTo(Math.abs(exact[i]) / 256);
            }
        });
    }

    @Test
    void shardsOfBfloat16LoadAsTheyWereRounded() throws IOException {
        Qwen3Vl model = new Qwen3Vl(SMALL, new Seed(1));
        Qwen3VlCheckpoint.save(model, folder);
        Qwen3VlCheckpoint.save(model, new VisualTokenIds(1, 2, 3, 4), WeightFormat.BFLOAT16.withMaxFileBytes(900), folder);
        List<String> names;
        try (var files = Files.list(folder)) {
            names = files.map(f -> f.getFileName().toString()).sorted().toList();
        }
        assertThat(names).contains(INDEX, "config.json").doesNotContain("model.safetensors").hasSizeGreaterThan(5);
        assertThat(names.get(1)).isEqualTo("model-00001-of-%05d.safetensors".formatted(names.size() - 2));
        long bytes = model.parameterCount() * 2;
        assertThat(Files.readString(folder.resolve(INDEX))).contains("\"total_size\" : " + bytes);
        assertThat(Files.readString(folder.resolve("config.json"))).contains("\"dtype\" : \"bfloat16\"");
        Qwen3Vl loaded = Qwen3VlCheckpoint.load(folder);
        Qwen3Vl narrow = Qwen3VlCheckpoint.load(folder, WeightType.AS_IS);
        loaded.parameters().forEach((name, p) -> {
            float[] exact = model.parameters().get(name).value().floats();
            float[] rounded = p.value().floats();
            for (int i = 0; i < exact.length; i++) assertThat(Math.abs(rounded[i] - exact[i])).isLessThanOrEqualTo(Math.abs(exact[i]) / 256);
            assertThat(narrow.parameters().get(name).value().floats()).as(name).isEqualTo(rounded);
        });
        assertThat(narrow.parameters().get("lm_head.weight").type().dtype()).isEqualTo(DType.BFLOAT16);
        assertThat(narrow.parameters().get("model.language_model.norm.weight").type().dtype()).isEqualTo(DType.FLOAT32);
        Qwen3VlCheckpoint.save(loaded, folder);   // and back to one file, without the shards
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("config.json", "model.safetensors");
        }
    }

    @Test
    void aSavedCopyKeepsWhatTheOriginStatesBeyondTheWeights() throws IOException, URISyntaxException {
        Path origin = Files.createDirectories(folder.resolve("origin"));
        copy(GoldenModel.folder("qwen3vl-b"), origin);
        Files.writeString(origin.resolve("tokenizer.json"), "{}");
        Files.writeString(origin.resolve("generation_config.json"), "{\"eos_token_id\": 3}");
        Qwen3Vl model = Qwen3VlCheckpoint.load(origin);
        Path copy = folder.resolve("copy");
        Qwen3VlCheckpoint.saveLike(origin, model, WeightFormat.FLOAT32.withMaxFileBytes(100_000), copy);
        assertThat(Qwen3VlCheckpoint.load(copy).checksum()).isEqualTo(model.checksum());
        assertThat(Qwen3VlCheckpoint.tokenIds(copy)).isEqualTo(Qwen3VlCheckpoint.tokenIds(origin));
        assertThat(Files.readString(copy.resolve("config.json"))).contains("transformers_version", "\"max_position_embeddings\" : 512", "\"dtype\" : \"float32\"");
        assertThat(copy.resolve("tokenizer.json")).hasContent("{}");
        assertThat(copy.resolve("generation_config.json")).exists();
        assertThatThrownBy(() -> Qwen3VlCheckpoint.saveLike(origin, new Qwen3Vl(SMALL, new Seed(1)), WeightFormat.FLOAT32, copy))
                .hasMessageContaining("the model was not loaded from");
    }

    @Test
    void missingUnexpectedAndMisshapenTensorsAreAllNamed() throws IOException {
        Qwen3Vl model = new Qwen3Vl(SMALL, new Seed(1));
        Qwen3VlCheckpoint.save(model, folder);
        SafetensorsWriter writer = new SafetensorsWriter().floats("model.extra", new int[] {1}, new float[1]);
        model.parameters().forEach((name, p) -> {
            if (name.equals("lm_head.weight")) return;
            boolean wrong = name.equals("model.language_model.norm.weight");
            writer.floats(name, wrong ? new int[] {2, 4} : p.shape().sizes(), p.value().floats());
        });
        writer.write(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> Qwen3VlCheckpoint.load(folder)).isInstanceOf(TensorException.class).hasMessageContaining(folder.toString())
                .hasMessageContaining("missing     lm_head.weight").hasMessageContaining("unexpected  model.extra")
                .hasMessageContaining("model.language_model.norm.weight").hasMessageContaining("[2, 4]");
    }

    @Test
    void missingFilesAreNamed() throws IOException, URISyntaxException {
        assertThatThrownBy(() -> Qwen3VlCheckpoint.load(folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("config.json");
        Files.copy(GoldenModel.folder("qwen3vl-b").resolve("config.json"), folder.resolve("config.json"));
        assertThatThrownBy(() -> Qwen3VlCheckpoint.load(folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining(INDEX);
    }

    @Test
    void anIndexMustFitItsShards() throws IOException, URISyntaxException {
        copy(GoldenModel.folder("qwen3vl-b"), folder);
        edit(INDEX, "model.visual.merger.norm.bias", "model.visual.merger.norm.gone");
        assertThatThrownBy(() -> Qwen3VlCheckpoint.load(folder)).isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("missing     model.visual.merger.norm.gone").hasMessageContaining("not listed  model.visual.merger.norm.bias");
        edit(INDEX, "model.visual.merger.norm.gone", "model.visual.merger.norm.bias");
        edit(INDEX, "model-00001-of-00003", "../model-00001-of-00003");
        assertThatThrownBy(() -> Qwen3VlCheckpoint.load(folder)).hasMessageContaining("a file name without a folder");
        edit(INDEX, "../model-00001-of-00003", "model-00001-of-00003");
        Files.delete(folder.resolve("model-00001-of-00003.safetensors"));
        assertThatThrownBy(() -> Qwen3VlCheckpoint.load(folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("a shard is missing");
    }
}
