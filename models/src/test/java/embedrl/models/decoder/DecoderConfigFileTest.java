package embedrl.models.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.checkpoint.ConfigException;
import embedrl.models.checkpoint.ConfigFile;
import embedrl.models.decoder.DecoderConfig.Family;
import embedrl.tensor.Seed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderConfigFileTest {
    private static final String LLAMA = """
            {"model_type": "llama", "vocab_size": 50, "hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4""";
    private static final String QWEN = """
            {"model_type": "qwen3", "vocab_size": 50, "hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 32""";

    private static DecoderConfig parse(String json) {
        return DecoderConfigFile.config(ConfigFile.parse("config.json", json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsAbsentHasTheFamilysDefaults() {
        assertThat(parse(LLAMA + "}")).isEqualTo(
                new DecoderConfig(Family.LLAMA, 50, 24, 32, 2, 4, 4, 6, 1e-6f, new RopeFrequencies.Plain(10_000), false, false, false));
        assertThat(parse(QWEN + "}")).isEqualTo(
                new DecoderConfig(Family.QWEN3, 50, 24, 32, 2, 32, 32, 128, 1e-6f, new RopeFrequencies.Plain(10_000), false, false, false));
        assertThat(parse(QWEN + ", \"num_key_value_heads\": null, \"head_dim\": 8}").headDim()).isEqualTo(8);
    }

    @Test
    void olderAndNewerRotaryKeysMeanTheSame() {
        var scaled = new RopeFrequencies.Llama3(500_000, 8, 1, 4, 8192);
        String scaling = "{\"rope_type\": \"llama3\", \"factor\": 8.0, \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 8192";
        assertThat(parse(LLAMA + ", \"rope_theta\": 500000.0, \"rope_scaling\": " + scaling + "}}").rope()).isEqualTo(scaled);
        assertThat(parse(LLAMA + ", \"rope_parameters\": " + scaling + ", \"rope_theta\": 5e5}}").rope()).isEqualTo(scaled);
        assertThat(parse(LLAMA + ", \"rope_theta\": 100000, \"rope_scaling\": null}").rope()).isEqualTo(new RopeFrequencies.Plain(100_000));
        assertThat(parse(LLAMA + ", \"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 7.0}}").rope()).isEqualTo(new RopeFrequencies.Plain(7));
    }

    @Test
    void llama3KeepsFastPairsAndDividesSlowOnes() {
        double[] plain = new RopeFrequencies.Plain(10_000).of(64);
        double[] scaled = new RopeFrequencies.Llama3(10_000, 8, 1, 4, 1024).of(64);
        for (int k = 0; k < 32; k++) {
            double wave = 2 * Math.PI / plain[k];
            if (wave < 256) assertThat(scaled[k]).isEqualTo(plain[k]);
            else if (wave > 1024) assertThat(scaled[k]).isCloseTo(plain[k] / 8, within(1e-15));
            else assertThat(scaled[k]).isStrictlyBetween(plain[k] / 8, plain[k]);
        }
        assertThat(scaled[0]).isEqualTo(plain[0]);
        assertThat(scaled[31]).isNotEqualTo(plain[31]);
    }

    @Test
    void linearScalingDividesAllPairs() {
        double[] plain = new RopeFrequencies.Plain(10_000).of(16);
        double[] scaled = parse(LLAMA + ", \"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0}}").rope().of(16);
        for (int k = 0; k < 8; k++) assertThat(scaled[k]).isEqualTo(plain[k] / 4);
    }

    @Test
    void yarnIsThatOfTheReference() {
        RopeFrequencies rope = parse(LLAMA + ", \"rope_parameters\": {\"rope_type\": \"yarn\", \"rope_theta\": 1000000.0, \"factor\": 4.0, \"original_max_position_embeddings\": 4096}}").rope();
        assertThat(rope.magnitude()).isCloseTo(1.138629436111989, within(1e-12));
        assertThat(rope.of(16)).containsExactly(new double[] {1.0, 0.17782793939113617, 0.023717083036899567, 0.0028117066249251366, 0.0002500000118743628, 4.4456985051510856e-05,
                7.905693564680405e-06, 1.405853367941745e-06}, within(1e-7));
        assertThat(rope.angles(new int[] {0}, 16).cos()[3]).isEqualTo((float) rope.magnitude());
        assertThat(parse(LLAMA + ", \"max_position_embeddings\": 256, \"rope_scaling\": {\"type\": \"yarn\", \"factor\": null, \"original_max_position_embeddings\": 64}}").rope())
                .isEqualTo(new RopeFrequencies.Yarn(10_000, 4, 64, 32, 1, true, rope.magnitude()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "hidden_act": "gelu"                                                          | hidden_act must be "silu", found "gelu"
            "hidden_size": "24"                                                           | hidden_size
            "rope_scaling": {"type": "dynamic", "factor": 4}                              | rope_scaling.type must be "default", "linear", "llama3" or "yarn", found "dynamic"
            "rope_scaling": {"type": "yarn", "factor": 4}                                 | rope_scaling.original_max_position_embeddings must be a finite number, found nothing
            "rope_scaling": {"type": "linear"}                                            | rope_scaling.factor must be a finite number, found nothing
            "rope_scaling": {"type": "linear", "factor": 0}                               | rope: factor must be above 0
            "rope_scaling": {"rope_type": "llama3", "factor": 4}                          | rope_scaling.low_freq_factor must be a finite number, found nothing
            "partial_rotary_factor": 0.5                                                  | partial_rotary_factor must be 1
            "num_key_value_heads": 3                                                      | num_attention_heads 4 is not a multiple of num_key_value_heads 3
            "num_key_value_heads": 0                                                      | must be at least 1
            "head_dim": 7                                                                 | head_dim must be even, got 7
            "rms_norm_eps": -1                                                            | rms_norm_eps must be 0 or more
            "rope_theta": 0                                                               | rope_theta must be above 0
            "layer_types": ["full_attention", "sliding_attention"], "sliding_window": 16  | see only the last 16 tokens
            "layer_types": ["linear_attention"]                                           | layer_types must be "full_attention" everywhere
            "use_sliding_window": true, "max_window_layers": 1, "sliding_window": 4       | see only the last 4 tokens
            "quantization_config": {"bits": 4}                                            | quantization_config must be absent
            "tie_word_embeddings": 1                                                      | tie_word_embeddings must be true or false, found 1
            """)
    void whatIsNotComputedIsRefused(String field, String message) {
        String base = field.startsWith("\"hidden_size\"") ? LLAMA.replace("\"hidden_size\": 24, ", "") : LLAMA;
        assertThatThrownBy(() -> parse(base + ", " + field + "}")).isInstanceOf(ConfigException.class).hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"use_sliding_window\": false, \"sliding_window\": 4", "\"sliding_window\": 64, \"max_position_embeddings\": 64, \"use_sliding_window\": true",
            "\"layer_types\": [\"full_attention\", \"full_attention\"], \"sliding_window\": 4", "\"use_sliding_window\": true, \"sliding_window\": 4, \"max_window_layers\": 2"})
    void windowsThatChangeNothingAreAccepted(String field) {
        assertThat(parse(LLAMA + ", " + field + "}").numHiddenLayers()).isEqualTo(2);
    }

    @Test
    void filesThatAreNoConfigurationAreRefused() {
        assertThatThrownBy(() -> parse("[]")).isInstanceOf(ConfigException.class).hasMessageContaining("must be a JSON object, found []");
        assertThatThrownBy(() -> parse("{\"model_type\": ")).isInstanceOf(ConfigException.class).hasMessageContaining("not valid JSON");
        assertThatThrownBy(() -> parse("{} {}")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> parse("{\"vocab_size\": 1, \"vocab_size\": 2}")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> parse("{\"model_type\": \"mamba\"}")).hasMessageContaining("model_type must be one of [qwen3, llama], found \"mamba\"");
    }

    @Test
    void whatIsWrittenIsReadEqual() {
        for (RopeFrequencies rope : new RopeFrequencies[] {new RopeFrequencies.Plain(1e6), new RopeFrequencies.Llama3(1e4, 4, 1, 4, 64),
                new RopeFrequencies.Linear(1e4, 2.5), new RopeFrequencies.Yarn(1e6, 4, 64, 32, 1, false, 1.1)})
            for (Family family : Family.values()) {
                var config = new DecoderConfig(family, 50, 24, 32, 2, 4, 2, 8, 1e-5f, rope, true, family == Family.LLAMA, true);
                assertThat(DecoderConfigFile.config(ConfigFile.parse("written", DecoderConfigFile.write(config, "float32")))).isEqualTo(config);
            }
    }

    @Test
    void parametersAreCountedWithoutAModel() {
        for (Family family : Family.values())
            for (boolean bias : new boolean[] {false, true}) {
                var config = new DecoderConfig(family, 50, 24, 32, 2, 4, 2, 8, 1e-5f, new RopeFrequencies.Plain(1e4), bias, bias, !bias);
                assertThat(config.parameterCount()).isEqualTo(new Decoder(config, new Seed(0)).parameterCount());
            }
    }

    @Test
    void mutatedFilesGiveCleanErrors() {
        assertThat(mutate(4_000, 1)).isGreaterThan(1_000);
    }

    /** Runs mutations of a valid file and returns how many were refused; anything but a ConfigException comes out. */
    static int mutate(int count, long seed) {
        byte[] valid = (LLAMA + ", \"rope_theta\": 500000.0, \"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8.0, \"low_freq_factor\": 1.0, "
                + "\"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 8192}, \"layer_types\": [\"full_attention\"], \"attention_bias\": true}")
                .getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int i = 0; i < count; i++) {
            byte[] bytes = valid.clone();
            switch (random.nextInt(4)) {
                case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                case 2 -> bytes[random.nextInt(bytes.length)] = (byte) ("0123456789-.eE{}[]\",:ntf".charAt(random.nextInt(24)));
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = random.nextInt(bytes.length - from);
                    System.arraycopy(valid, random.nextInt(bytes.length - length), bytes, from, length);
                }
            }
            try {
                DecoderConfigFile.config(ConfigFile.parse("mutated", bytes));
            } catch (ConfigException e) {
                refused++;
            }
        }
        return refused;
    }
}
