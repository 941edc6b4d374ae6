package embedrl.models.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.LanguageModels;
import embedrl.models.checkpoint.ConfigException;
import embedrl.models.checkpoint.ConfigFile;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.qwen3vl.GoldenModel;
import embedrl.nn.Lora;
import embedrl.nn.checkpoint.SafetensorsFile;
import embedrl.nn.checkpoint.SafetensorsWriter;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeftAdapterTest {
    private static final String LORA = "{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": 8, \"target_modules\": [\"q_proj\", \"layers.1.mlp.up_proj\"]";

    @TempDir
    private Path folder;

    private static LanguageModel model(String checkpoint) throws IOException, URISyntaxException {
        return LanguageModels.load(GoldenModel.folder(checkpoint));
    }

    private static Path adapter(String checkpoint, String name) throws URISyntaxException {
        return GoldenModel.folder(checkpoint).resolve("cases").resolve(name).resolve("adapter");
    }

    private static PeftConfig parse(String json) {
        return PeftConfig.of(ConfigFile.parse("adapter_config.json", json.getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, float[]> values(LanguageModel model) {
        Map<String, float[]> values = new LinkedHashMap<>();
        Lora.parameters(model).forEach((name, p) -> values.put(name, p.value().floats()));
        return values;
    }

    @ParameterizedTest
    @CsvSource({"qwen3-a, lora, 21", "llama-scaled, lora_rslora, 6", "llama-scaled, lora_patterns, 14", "qwen3-untied, lora_head, 4"})
    void adaptersOfTheReferenceLoadWithEveryTensor(String checkpoint, String name, int layers) throws IOException, URISyntaxException {
        LanguageModel model = model(checkpoint);
        PeftAdapter.load(model, adapter(checkpoint, name));
        assertThat(Lora.layers(model)).hasSize(layers);
        try (SafetensorsFile file = SafetensorsFile.open(adapter(checkpoint, name).resolve("adapter_model.safetensors"))) {
            values(model).forEach((parameter, values) -> assertThat(values).as(parameter).isEqualTo(file.floats("base_model.model." + parameter)));
        }
    }

    @Test
    void ranksAndScalesFollowPatterns() throws IOException, URISyntaxException {
        LanguageModel model = model("llama-scaled");
        PeftAdapter.load(model, adapter("llama-scaled", "lora_patterns"));
        Map<String, Lora.Adapted> layers = Lora.layers(model);
        assertThat(layers.get("model.layers.0.self_attn.q_proj")).isEqualTo(new Lora.Adapted(2, 4));
        assertThat(layers.get("model.layers.0.self_attn.v_proj")).isEqualTo(new Lora.Adapted(4, 0.75f));
        assertThat(layers.get("model.layers.0.mlp.up_proj")).isEqualTo(new Lora.Adapted(4, 2));
        assertThat(layers.get("model.layers.1.mlp.up_proj").rank()).isEqualTo(6);
        assertThat(layers).doesNotContainKey("lm_head");
        LanguageModel other = model("llama-scaled");
        PeftAdapter.load(other, adapter("llama-scaled", "lora_rslora"));
        assertThat(Lora.layers(other).get("model.layers.1.mlp.down_proj").scale()).isCloseTo((float) (5 / Math.sqrt(3)), within(1e-6f));
    }

    @ParameterizedTest
    @CsvSource({"qwen3-a, lora", "llama-scaled, lora_rslora", "llama-scaled, lora_patterns", "qwen3-untied, lora_head"})
    void whatWasSavedLoadsEqualAndMergesEqual(String checkpoint, String name) throws IOException, URISyntaxException {
        LanguageModel first = model(checkpoint);
        PeftAdapter.load(first, adapter(checkpoint, name));
        PeftAdapter.save(first, checkpoint, folder);
        LanguageModel second = model(checkpoint);
        assertThat(PeftAdapter.load(second, folder).baseModel()).isEqualTo(checkpoint);
        assertThat(Lora.layers(second).keySet()).isEqualTo(Lora.layers(first).keySet());
        Map<String, float[]> expected = values(first);
        values(second).forEach((parameter, values) -> assertThat(values).isEqualTo(expected.get(parameter)));
        Lora.merge(first);
        Lora.merge(second);
        first.parameters().forEach((parameter, p) ->
                assertThat(second.parameters().get(parameter).value().floats()).containsExactly(p.value().floats(), within(1e-5f)));
    }

    @Test
    void aTargetIsTheLastPartOfANameOnlyWhereItFitsNoOtherLayer() throws IOException, URISyntaxException {
        LanguageModel model = model("qwen3-a");
        Lora.attach(model, name -> name.endsWith("o_proj") || name.equals("model.layers.1.mlp.up_proj"), 2, 3, 0, new Seed(1));
        PeftAdapter.save(model, null, folder);
        PeftConfig config = PeftConfig.of(ConfigFile.read(folder.resolve("adapter_config.json")));
        assertThat(config.targets()).containsExactly("model.layers.1.mlp.up_proj", "o_proj");
        assertThat(List.of(config.rank(), config.alpha())).isEqualTo(List.of(2, 3.0));
        assertThat(config.baseModel()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "layers_to_transform": [0, 2]                                  | true, false, true
            "layers_to_transform": 1, "layers_pattern": "layers"           | false, true, false
            "layers_to_transform": [1], "layers_pattern": ["h", "layers"]  | false, true, false
            "layers_to_transform": [1], "layers_pattern": "blocks"         | false, false, false
            "exclude_modules": ["layers.1.self_attn.q_proj"]               | true, false, true
            "exclude_modules": ".*[12]\\\\.self_attn.*"                     | true, false, false
            """)
    void layersAreChosenAsByTheReference(String field, String adapted) {
        PeftConfig config = parse(LORA + ", " + field + "}");
        List<Boolean> found = IntStream.range(0, 3).mapToObj(i -> config.targets("model.layers." + i + ".self_attn.q_proj", false)).toList();
        assertThat(found).hasToString("[" + adapted + "]");
    }

    @Test
    void ranksFollowRegularExpressions() {
        PeftConfig config = parse(LORA + ", \"rank_pattern\": {\"layers\\\\.[01]\\\\.self_attn\\\\.q_proj\": 6, \"^model\\\\.layers\\\\.2\\\\..*\": 1}}");
        assertThat(IntStream.range(0, 4).map(i -> config.rankOf("model.layers." + i + ".self_attn.q_proj")).toArray()).containsExactly(6, 6, 1, config.rank());
    }

    @Test
    void adaptersOfEmbeddingsAreRefusedByName() throws IOException, URISyntaxException {
        LanguageModel model = model("qwen3-a");
        Files.copy(adapter("qwen3-a", "lora").resolve(PeftAdapter.WEIGHTS), folder.resolve(PeftAdapter.WEIGHTS));
        for (String target : List.of("embed_tokens", "lm_head")) {
            Files.writeString(folder.resolve(PeftConfig.NAME), "{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": 8, \"target_modules\": [\"q_proj\", \"" + target + "\"]}");
            assertThatThrownBy(() -> PeftAdapter.load(model, folder)).isInstanceOf(TensorException.class).hasMessageContaining("target_modules names '" + target + "'");
            assertThat(Lora.layers(model)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "use_dora": true                          | use_dora must be unset
            "modules_to_save": ["lm_head"]            | modules_to_save must be unset
            "trainable_token_indices": [1]            | trainable_token_indices must be unset
            "layers_pattern": "(a+)+"                 | layers_pattern must be a simple pattern
            "exclude_modules": "("                    | exclude_modules must be a regular expression
            "new_option_of_a_later_version": {"a": 1} | new_option_of_a_later_version must be unset
            "bias": "all"                             | bias must be "none"
            "init_lora_weights": "pissa"              | others change the base model
            "rank_pattern": {"(q_proj": 2}            | must be a regular expression
            "rank_pattern": {"q_proj": 0}             | ranks of at least 1
            "lora_dropout": "high"                    | lora_dropout must be a finite number
            """)
    void optionsThatAreNotComputedAreRefusedByName(String field, String message) {
        assertThatThrownBy(() -> parse(LORA + ", " + field + "}")).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }

    @Test
    void otherMethodsAndMissingFieldsAreRefused() {
        assertThatThrownBy(() -> parse(LORA.replace("LORA", "IA3") + "}")).hasMessageContaining("peft_type must be \"LORA\", found \"IA3\"");
        assertThatThrownBy(() -> parse(LORA.replace("\"r\": 4", "\"r\": 0") + "}")).hasMessageContaining("r must be at least 1");
        assertThatThrownBy(() -> parse(LORA.replaceAll("\\[.*]", "[]") + "}")).hasMessageContaining("target_modules must be the names of layers");
        assertThatThrownBy(() -> parse(LORA.replaceAll("\\[.*]", "\"(a+)+b\"") + "}")).hasMessageContaining("a simple pattern");
        assertThatThrownBy(() -> parse(LORA.replaceAll("\\[.*]", "\"(a\"") + "}")).hasMessageContaining("a regular expression");
    }

    @Test
    void anAdapterThatDoesNotFitLeavesTheModelWithoutAdapters() throws IOException, URISyntaxException {
        LanguageModel model = model("qwen3-a");
        assertThatThrownBy(() -> PeftAdapter.load(model, folder)).isInstanceOf(NoSuchFileException.class);
        Files.writeString(folder.resolve("adapter_config.json"), LORA + "}");
        assertThatThrownBy(() -> PeftAdapter.load(model, folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("adapter_model.safetensors");
        new SafetensorsWriter().floats("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", new int[] {4, 64}, new float[256])
                .floats("base_model.model.model.embed_tokens.lora_embedding_A", new int[] {1}, new float[1]).write(folder.resolve("adapter_model.safetensors"));
        assertThatThrownBy(() -> PeftAdapter.load(model, folder)).isInstanceOf(TensorException.class)
                .hasMessageContaining("missing     model.layers.0.self_attn.q_proj.lora_B.weight").hasMessageContaining("unexpected  model.embed_tokens.lora_embedding_A");
        Files.writeString(folder.resolve("adapter_config.json"), LORA.replaceAll("\\[.*]", "[\"query_key_value\"]") + "}");
        assertThatThrownBy(() -> PeftAdapter.load(model, folder)).isInstanceOf(TensorException.class).hasMessageContaining("query_key_value");
        assertThat(Lora.layers(model)).isEmpty();
        assertThatThrownBy(() -> PeftAdapter.save(model, "x", folder)).hasMessageContaining("no adapters to save");
    }

    @Test
    void anotherBaseWeightBesideTheAdapterIsRefused() throws IOException, URISyntaxException {
        LanguageModel model = model("qwen3-untied");
        var head = model.parameters().get("lm_head.weight");
        float[] changed = head.value().floats();
        changed[0]++;
        head.assign(HostTensor.of(head.shape(), changed));
        assertThatThrownBy(() -> PeftAdapter.load(model, adapter("qwen3-untied", "lora_head"))).isInstanceOf(TensorException.class)
                .hasMessageContaining("unexpected  lm_head.base_layer.weight");
    }

    @Test
    void mutatedFilesGiveCleanErrors() {
        assertThat(mutate(4_000, 1)).isGreaterThan(1_000);
    }

    /** Runs mutations of a valid file and returns how many were refused; anything but a ConfigException comes out. */
    static int mutate(int count, long seed) {
        byte[] valid = (LORA + ", \"rank_pattern\": {\"q_proj\": 2}, \"alpha_pattern\": {\"q_proj\": 2.5}, \"use_rslora\": true, \"bias\": \"none\"}")
                .getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int i = 0; i < count; i++) {
            byte[] bytes = valid.clone();
            switch (random.nextInt(3)) {
                case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                default -> bytes[random.nextInt(bytes.length)] = (byte) ("0123456789-.eE{}[]\",:ntf(+*".charAt(random.nextInt(27)));
            }
            try {
                PeftConfig.of(ConfigFile.parse("mutated", bytes));
            } catch (ConfigException e) {
                refused++;
            }
        }
        return refused;
    }
}
