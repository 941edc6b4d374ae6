package embedrl.models.qwen3vl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.decoder.RopeFrequencies;
import embedrl.nn.GeluMlp;
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
        assertThat(text.rope().theta()).isEqualTo(500_000);
        assertThat(text.mropeSection()).containsExactly(24, 20, 20);
        assertThat(text.rmsNormEps()).isEqualTo(1e-6f);
    }

    @Test
    void moreDeepstackFeaturesThanTextLayersAreIgnoredNotRefused() {
        assertThat(parse(edited("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2")).vision().deepstackVisualIndexes()).hasSize(3);
    }

    private static Qwen3VlConfig unusual() {
        VisionConfig v = parse(OLD).vision();
        TextConfig t = parse(OLD).text();
        return new Qwen3VlConfig(new TextConfig(t.vocabSize(), t.hiddenSize(), t.intermediateSize(), t.numHiddenLayers(), t.numAttentionHeads(), t.numKeyValueHeads(),
                t.headDim(), 1e-4f, new RopeFrequencies.Yarn(1e6, 4, 64, 32, 1, true, 1.25), List.of(30, 10, 10), true),
                new VisionConfig(v.depth(), v.hiddenSize(), v.intermediateSize(), v.numHeads(), 14, 1, 3, v.outHiddenSize(), 49, List.of(4, 0), 77, GeluMlp.Gelu.EXACT), true);
    }

    @Test
    void aMissingNumberOfKeyHeadsIsThatOfTheReferenceAndNullMeansAllHeads() {
        assertThat(parse(edited("\"num_key_value_heads\": 2", "\"num_key_value_heads\": null")).text().numKeyValueHeads()).isEqualTo(4);
        assertThatThrownBy(() -> parse(edited("\"num_key_value_heads\": 2,", ""))).hasMessageContaining("num_attention_heads 4 is not a multiple of num_key_value_heads 32");
    }

    @Test
    void whatIsWrittenReadsEqual() {
        for (Qwen3VlConfig config : List.of(parse(OLD), unusual(), Qwen3VlConfig.compact(500)))
            assertThat(parse(new String(Qwen3VlConfigFile.write(config, null), StandardCharsets.UTF_8))).isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "\"model_type\": \"qwen3_vl\", \"image | \"model_type\": \"llama\", \"image | model_type must be \"qwen3_vl\", found \"llama\"",
            "\"hidden_act\": \"silu\" | \"hidden_act\": \"relu\" | text_config.hidden_act must be \"silu\", found \"relu\"",
            "\"attention_bias\": false | \"attention_bias\": 1 | text_config.attention_bias must be true or false, found 1",
            "\"num_attention_heads\": 4 | \"num_attention_heads\": 0 | must be at least 1",
            "\"num_heads\": 2 | \"num_heads\": 0 | num_heads",
            "\"vocab_size\": 100, | '' | text_config.vocab_size must be a whole number of 0 or more, found nothing",
            "\"depth\": 6 | \"depth\": 6.5 | vision_config.depth must be a whole number of 0 or more, found 6.5",
            "\"rope_type\": \"default\" | \"rope_type\": \"dynamic\" | text_config.rope_scaling.rope_type must be \"default\", \"linear\", \"llama3\" or \"yarn\", found \"dynamic\"",
            "\"in_channels\": 3 | \"in_channels\": 1 | vision_config.in_channels must be 3, found 1",
            "[1, 3, 5] | true | vision_config.deepstack_visual_indexes must be an array, found true",
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
