package embedrl.models.qwen3vl;

import embedrl.models.checkpoint.ConfigException;
import embedrl.models.checkpoint.ConfigFile;
import embedrl.models.decoder.RopeSettings;
import embedrl.nn.GeluMlp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the {@code config.json} of Qwen3-VL: the older rotary keys ({@code rope_theta}, {@code rope_scaling}) as well as the newer
 * {@code rope_parameters}. What would change results and is not computed here is refused.
 */
final class Qwen3VlConfigFile {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final List<Integer> SECTION = List.of(24, 20, 20);
    private static final double TEXT_THETA = 500_000;
    private static final int HEAD_DIM = 128;
    private static final int KEY_HEADS = 32;

    private Qwen3VlConfigFile() {
    }

    static Qwen3VlConfig read(Path path) throws IOException {
        return config(ConfigFile.read(path));
    }

    /** source names the text in errors. */
    static Qwen3VlConfig parse(String source, String json) {
        return config(ConfigFile.parse(source, json.getBytes(StandardCharsets.UTF_8)));
    }

    private static Qwen3VlConfig config(ConfigFile root) {
        expect(root, "model_type", "qwen3_vl", "");
        if (!root.isUnset("quantization_config"))
            throw root.wrong("quantization_config", "absent: weights of this kind are not read; use a checkpoint in float32, bfloat16 or float16");
        for (String section : List.of("text_config", "vision_config")) if (!root.has(section)) throw root.wrong(section, "an object");
        try {
            // A tie flag inside text_config does not tie the head of the whole model.
            return new Qwen3VlConfig(text(root.section("text_config")), vision(root.section("vision_config")), root.flag("tie_word_embeddings", false));
        } catch (ConfigException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw root.error(e.getMessage());
        }
    }

    private static TextConfig text(ConfigFile c) {
        expect(c, "hidden_act", "silu", "silu");
        ConfigFile rope = RopeSettings.section(c);
        int heads = c.integer("num_attention_heads");
        // The reference takes null as "as many as there are query heads", and a missing number as 32.
        int keyHeads = c.integer("num_key_value_heads", c.names().contains("num_key_value_heads") ? heads : KEY_HEADS);
        return new TextConfig(c.integer("vocab_size"), c.integer("hidden_size"), c.integer("intermediate_size"), c.integer("num_hidden_layers"), heads, keyHeads,
                c.integer("head_dim", HEAD_DIM), (float) c.number("rms_norm_eps", 1e-6), RopeSettings.read(c, TEXT_THETA),
                rope.has("mrope_section") ? rope.integers("mrope_section") : SECTION, c.flag("attention_bias", false));
    }

    private static VisionConfig vision(ConfigFile c) {
        GeluMlp.Gelu activation = switch (c.text("hidden_act", "gelu_pytorch_tanh")) {
            case "gelu_pytorch_tanh", "gelu_new" -> GeluMlp.Gelu.TANH;
            case "gelu" -> GeluMlp.Gelu.EXACT;
            default -> throw c.wrong("hidden_act", "\"gelu_pytorch_tanh\" or \"gelu\"");
        };
        if (c.integer("in_channels", 3) != 3) throw c.wrong("in_channels", "3");
        ConfigFile rope = c.section("rope_parameters");
        if (!List.of("axial", "default").contains(rope.text("rope_type", "axial"))) throw rope.wrong("rope_type", "\"axial\"");
        return new VisionConfig(c.integer("depth"), c.integer("hidden_size"), c.integer("intermediate_size"), c.integer("num_heads"),
                c.integer("patch_size"), c.integer("temporal_patch_size"), c.integer("spatial_merge_size"), c.integer("out_hidden_size"),
                c.integer("num_position_embeddings"), c.integers("deepstack_visual_indexes"), rope.number("rope_theta", VisionConfig.ROPE_THETA), activation);
    }

    private static void expect(ConfigFile file, String key, String wanted, String ifAbsent) {
        if (!file.text(key, ifAbsent).equals(wanted)) throw file.wrong(key, "\"" + wanted + "\"");
    }

    static VisualTokenIds readTokenIds(Path path) throws IOException {
        ConfigFile root = ConfigFile.read(path);
        return new VisualTokenIds(root.integer("image_token_id"), root.integer("video_token_id"), root.integer("vision_start_token_id"),
                root.integer("vision_end_token_id"));
    }

    /** The JSON text of a configuration, with the newer rotary keys; ids may be null. */
    static byte[] write(Qwen3VlConfig config, VisualTokenIds ids) {
        return write(config, ids, "float32");
    }

    /** The text of a file with another element type, and otherwise as it is. */
    static byte[] withType(Path path, String type) throws IOException {
        if (!(JSON.readTree(Files.readAllBytes(path)) instanceof ObjectNode root)) throw new IllegalArgumentException(path + ": expected a JSON object");
        for (String section : List.of("text_config", "vision_config"))
            if (root.path(section) instanceof ObjectNode part) for (String key : List.of("dtype", "torch_dtype")) if (part.has(key)) part.put(key, type);
        root.remove("torch_dtype");
        root.put("dtype", type);
        return JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    }

    /** As {@link #write(Qwen3VlConfig, VisualTokenIds)}, with the element type of the weights. */
    static byte[] write(Qwen3VlConfig config, VisualTokenIds ids, String type) {
        TextConfig t = config.text();
        VisionConfig v = config.vision();
        ObjectNode root = JSON.createObjectNode();
        root.putArray("architectures").add("Qwen3VLForConditionalGeneration");
        root.put("dtype", type).put("model_type", "qwen3_vl").put("tie_word_embeddings", config.tieWordEmbeddings());
        if (ids != null)
            root.put("image_token_id", ids.image()).put("video_token_id", ids.video()).put("vision_start_token_id", ids.visionStart())
                    .put("vision_end_token_id", ids.visionEnd());
        ObjectNode text = root.putObject("text_config");
        text.put("model_type", "qwen3_vl_text").put("attention_bias", t.attentionBias()).put("hidden_act", "silu").put("vocab_size", t.vocabSize())
                .put("hidden_size", t.hiddenSize()).put("intermediate_size", t.intermediateSize()).put("num_hidden_layers", t.numHiddenLayers())
                .put("num_attention_heads", t.numAttentionHeads()).put("num_key_value_heads", t.numKeyValueHeads()).put("head_dim", t.headDim())
                .put("rms_norm_eps", t.rmsNormEps());
        ObjectNode rope = text.putObject("rope_parameters");
        RopeSettings.write(t.rope(), rope);
        rope.put("mrope_interleaved", true);
        t.mropeSection().forEach(rope.putArray("mrope_section")::add);
        ObjectNode vision = root.putObject("vision_config");
        vision.put("model_type", "qwen3_vl_vision").put("hidden_act", v.activation() == GeluMlp.Gelu.TANH ? "gelu_pytorch_tanh" : "gelu").put("in_channels", 3).put("depth", v.depth())
                .put("hidden_size", v.hiddenSize()).put("intermediate_size", v.intermediateSize()).put("num_heads", v.numHeads())
                .put("patch_size", v.patchSize()).put("temporal_patch_size", v.temporalPatchSize()).put("spatial_merge_size", v.spatialMergeSize())
                .put("out_hidden_size", v.outHiddenSize()).put("num_position_embeddings", v.numPositionEmbeddings());
        v.deepstackVisualIndexes().forEach(vision.putArray("deepstack_visual_indexes")::add);
        vision.putObject("rope_parameters").put("rope_type", "axial").put("rope_theta", v.ropeTheta());
        return JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    }
}
