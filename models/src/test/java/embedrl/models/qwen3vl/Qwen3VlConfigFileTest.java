package embedrl.models.qwen3vl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Qwen3VlConfigFileTest {
    // As files of the first release are written: rope_theta beside rope_scaling, the tie flag inside text_config too.
    private static final String OLD = """
            {"model_type": "qwen3_vl", "image_token_id": 151655, "tie_word_embeddings": false,
             "text_config": {"model_type": "qwen3_vl_text", "hidden_act": "silu", "attention_bias": false, "vocab_size": 100, "hidden_size": 64,
               "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 128, "rms_norm_eps": 1e-06,
               "rope_theta": 5000000, "rope_scaling": {"mrope_interleaved": true, "mrope_section": [24, 20, 20], "rope_type": "default"},
               "tie_word_embeddings": true},
             "vision_config": {"model_type": "qwen3_vl", "hidden_act": "gelu_pytorch_tanh", "in_channels": 3, "depth": 6, "hidden_size": 32,
               "intermediate_size": 48, "num_heads": 2, "patch_size": 16, "temporal_patch_size": 2, "spatial_merge_size": 2, "out_hidden_size": 64,
               "num_position_embeddings": 2304, "deepstack_visual_indexes": [1, 3, 5]}}
            """;

    private static Qwen3VlConfig parse(String json) {
        return Qwen3VlConfigFile.parse("config.json", json);
    }

    private static String edited(String old, String replacement) {
        assertThat(OLD).contains(old);
        return OLD.replace(old, replacement);
    }

    @Test
    void readsTheOlderKeys() {
        assertThat(parse(OLD)).isEqualTo(new Qwen3VlConfig(new TextConfig(100, 64, 96, 3, 4, 2, 128, 1e-6f, 5e6, List.of(24, 20, 20)),
                new VisionConfig(6, 32, 48, 2, 16, 2, 2, 64, 2304, List.of(1, 3, 5)), false));
    }

    @Test
    void readsTheNewerKeys() {
        String newer = edited("\"rope_theta\": 5000000, \"rope_scaling\": {", "\"rope_parameters\": {\"rope_theta\": 5000000, ");
        assertThat(parse(newer)).isEqualTo(parse(OLD));
    }

    @Test
    void onlyTheTopLevelFlagTiesTheHead() {
        assertThat(parse(OLD).tieWordEmbeddings()).isFalse();
        assertThat(parse(edited("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true")).tieWordEmbeddings()).isTrue();
        assertThat(parse(edited("\"tie_word_embeddings\": false,", "")).tieWordEmbeddings()).isFalse();
    }

    @Test
    void defaultsAreThoseOfTheReference() {
        TextConfig text = parse(edited("\"rope_theta\": 5000000, \"rope_scaling\": {\"mrope_interleaved\": true, \"mrope_section\": [24, 20, 20], \"rope_type\": \"default\"},", "")
                .replace("\"rms_norm_eps\": 1e-06,", "")).text();
        assertThat(text.ropeTheta()).isEqualTo(500_000);
        assertThat(text.mropeSection()).containsExactly(24, 20, 20);
        assertThat(text.rmsNormEps()).isEqualTo(1e-6f);
    }

    @Test
    void moreDeepstackFeaturesThanTextLayersAreIgnoredNotRefused() {
        assertThat(parse(edited("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2")).vision().deepstackVisualIndexes()).hasSize(3);
    }

    @Test
    void whatIsWrittenReadsEqual() {
        for (Qwen3VlConfig config : List.of(parse(OLD), Qwen3VlConfig.compact(500)))
            assertThat(parse(new String(Qwen3VlConfigFile.write(config, null), StandardCharsets.UTF_8))).isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "\"model_type\": \"qwen3_vl\", \"image | \"model_type\": \"llama\", \"image | model_type must be \"qwen3_vl\", found \"llama\"",
            "\"hidden_act\": \"silu\" | \"hidden_act\": \"relu\" | text_config.hidden_act must be \"silu\", found \"relu\"",
            "\"attention_bias\": false | \"attention_bias\": true | text_config.attention_bias must be false, found true",
            "\"vocab_size\": 100, | '' | text_config.vocab_size must be a whole number, found nothing",
            "\"depth\": 6 | \"depth\": 6.5 | vision_config.depth must be a whole number, found 6.5",
            "\"rope_type\": \"default\" | \"rope_type\": \"yarn\" | text_config.rope type must be \"default\", found \"yarn\"",
            "\"in_channels\": 3 | \"in_channels\": 1 | vision_config.in_channels must be 3, found 1",
            "[1, 3, 5] | 1 | vision_config.deepstack_visual_indexes must be an array of whole numbers, found 1",
            "[1, 3, 5] | [1, 6] | deepstack_visual_indexes must lie in 0..5",
            "\"vision_config\" | \"other\" | vision_config must be an object, found nothing",
            "\"out_hidden_size\": 64 | \"out_hidden_size\": 32 | out_hidden_size 32 must equal text hidden_size 64"})
    void whatIsMissingOrNotComputedHereIsRefused(String old, String replacement, String message) {
        assertThatThrownBy(() -> parse(edited(old, replacement))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void brokenJsonNamesTheFile() {
        assertThatThrownBy(() -> parse("{")).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("config.json: not valid JSON");
    }
}
