package embedrl.models.qwen3vl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dense models as they are published: their config.json, in the layout of their release and in that of newer versions, gives their shape and size. */
class PublishedConfigTest {
    // name, hidden, intermediate, layers, heads, vision depth, width, intermediate, deepstack blocks, tied, parameters
    private static final String MODELS = """
            2B,  2048,  6144, 28, 16, 24, 1024, 4096, 5 11 17, true,   2127532032
            4B,  2560,  9728, 36, 32, 24, 1024, 4096, 5 11 17, true,   4437815808
            8B,  4096, 12288, 36, 32, 27, 1152, 4304, 8 16 24, false,  8767123696
            32B, 5120, 25600, 64, 64, 27, 1152, 4304, 8 16 24, false, 33357390064
            """;

    private static String published(String hidden, String intermediate, String layers, String heads, String depth, String width, String inner, String blocks, boolean tied) {
        return """
                {"architectures": ["Qwen3VLForConditionalGeneration"], "image_token_id": 151655, "model_type": "qwen3_vl",
                 "text_config": {"attention_bias": false, "attention_dropout": 0.0, "bos_token_id": 151643, "dtype": "bfloat16", "eos_token_id": 151645, "head_dim": 128,
                   "hidden_act": "silu", "hidden_size": %s, "initializer_range": 0.02, "intermediate_size": %s, "max_position_embeddings": 262144,
                   "model_type": "qwen3_vl_text", "num_attention_heads": %s, "num_hidden_layers": %s, "num_key_value_heads": 8, "rms_norm_eps": 1e-06,
                   "rope_scaling": {"mrope_interleaved": true, "mrope_section": [24, 20, 20], "rope_type": "default"}, "rope_theta": 5000000,
                   "tie_word_embeddings": true, "use_cache": true, "vocab_size": 151936},
                 "tie_word_embeddings": %s, "transformers_version": "4.57.0.dev0", "video_token_id": 151656,
                 "vision_config": {"deepstack_visual_indexes": [%s], "depth": %s, "hidden_act": "gelu_pytorch_tanh", "hidden_size": %s, "in_channels": 3,
                   "initializer_range": 0.02, "intermediate_size": %s, "model_type": "qwen3_vl", "num_heads": 16, "num_position_embeddings": 2304,
                   "out_hidden_size": %s, "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2},
                 "vision_end_token_id": 151653, "vision_start_token_id": 151652}
                """.formatted(hidden, intermediate, heads, layers, tied, blocks.replace(" ", ", "), depth, width, inner, hidden);
    }

    @ParameterizedTest
    @CsvSource(textBlock = MODELS)
    void bothLayoutsGiveTheModel(String name, String hidden, String intermediate, String layers, String heads, String depth, String width, String inner, String blocks,
                                 boolean tied, long parameters) {
        String old = published(hidden, intermediate, layers, heads, depth, width, inner, blocks, tied);
        Qwen3VlConfig config = Qwen3VlConfigFile.parse(name, old);
        assertThat(config).isEqualTo(new Qwen3VlConfig(new TextConfig(151_936, Integer.parseInt(hidden), Integer.parseInt(intermediate), Integer.parseInt(layers),
                Integer.parseInt(heads), 8, 128, 1e-6f, 5e6, List.of(24, 20, 20)), new VisionConfig(Integer.parseInt(depth), Integer.parseInt(width),
                Integer.parseInt(inner), 16, 16, 2, 2, Integer.parseInt(hidden), 2304, Arrays.stream(blocks.split(" ")).map(Integer::valueOf).toList()), tied));
        String newer = old.replace("\"rope_scaling\": {", "\"rope_parameters\": {\"rope_theta\": 5000000, ").replace("}, \"rope_theta\": 5000000", "}")
                .replace("\"temporal_patch_size\": 2}", "\"temporal_patch_size\": 2, \"rope_parameters\": {\"rope_type\": \"axial\", \"rope_theta\": 10000.0}}");
        assertThat(newer).isNotEqualTo(old);
        assertThat(Qwen3VlConfigFile.parse(name, newer)).isEqualTo(config);
        assertThat(parameters(config)).isEqualTo(parameters);
    }

    /** The number of parameters, counted from the architecture rather than from the modules. */
    private static long parameters(Qwen3VlConfig config) {
        TextConfig t = config.text();
        VisionConfig v = config.vision();
        long d = t.hiddenSize();
        long queries = (long) t.numAttentionHeads() * t.headDim();
        long keys = (long) t.numKeyValueHeads() * t.headDim();
        long layer = d * queries * 2 + d * keys * 2 + 3 * d * t.intermediateSize() + 2 * d + 2L * t.headDim();
        long text = t.vocabSize() * d * (config.tieWordEmbeddings() ? 1 : 2) + t.numHiddenLayers() * layer + d;
        long w = v.hiddenSize();
        long block = 4 * w * w + 4 * w + 2 * w * v.intermediateSize() + w + v.intermediateSize() + 4 * w;
        long joined = 4 * w;
        long merger = joined * joined + joined + joined * d + d;
        long vision = v.patchWidth() * w + w + v.numPositionEmbeddings() * w + v.depth() * block + merger + 2 * w
                + v.deepstackVisualIndexes().size() * (merger + 2 * joined);
        return text + vision;
    }
}
