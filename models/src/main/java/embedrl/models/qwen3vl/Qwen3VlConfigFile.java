package embedrl.models.qwen3vl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
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

    private final String source;

    private Qwen3VlConfigFile(String source) {
        this.source = source;
    }

    static Qwen3VlConfig read(Path path) throws IOException {
        if (!Files.exists(path)) throw new NoSuchFileException(path.toString(), null, "a checkpoint needs a config.json");
        return parse(path.toString(), Files.readString(path));
    }

    /** source names the text in errors. */
    static Qwen3VlConfig parse(String source, String json) {
        try {
            return new Qwen3VlConfigFile(source).config(JSON.readTree(json));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(source + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private Qwen3VlConfig config(JsonNode root) {
        expect(root, "", "model_type", "qwen3_vl", "");
        JsonNode text = section(root, "text_config");
        JsonNode vision = section(root, "vision_config");
        // A tie flag inside text_config does not tie the head of the whole model.
        return new Qwen3VlConfig(text(text), vision(vision), flag(root, "", "tie_word_embeddings"));
    }

    private TextConfig text(JsonNode c) {
        String in = "text_config.";
        expect(c, in, "hidden_act", "silu", "silu");
        if (flag(c, in, "attention_bias")) throw error(in + "attention_bias", "false", c.path("attention_bias"));
        JsonNode rope = c.path("rope_parameters").isObject() ? c.path("rope_parameters") : c.path("rope_scaling");
        for (String key : List.of("rope_type", "type"))
            if (rope.has(key) && !List.of("default", "mrope").contains(rope.path(key).asString(""))) throw error(in + "rope type", "\"default\"", rope.path(key));
        int heads = integer(c, in, "num_attention_heads");
        int hidden = integer(c, in, "hidden_size");
        double theta = number(rope, in, "rope_theta", number(c, in, "rope_theta", TEXT_THETA));
        return new TextConfig(integer(c, in, "vocab_size"), hidden, integer(c, in, "intermediate_size"), integer(c, in, "num_hidden_layers"), heads,
                c.hasNonNull("num_key_value_heads") ? integer(c, in, "num_key_value_heads") : heads,
                c.hasNonNull("head_dim") ? integer(c, in, "head_dim") : HEAD_DIM, (float) number(c, in, "rms_norm_eps", 1e-6), theta,
                rope.hasNonNull("mrope_section") ? integers(rope, in, "mrope_section") : SECTION);
    }

    private VisionConfig vision(JsonNode c) {
        String in = "vision_config.";
        expect(c, in, "hidden_act", "gelu_pytorch_tanh", "gelu_pytorch_tanh");
        if (c.hasNonNull("in_channels") && integer(c, in, "in_channels") != 3) throw error(in + "in_channels", "3", c.path("in_channels"));
        double theta = number(c.path("rope_parameters"), in, "rope_theta", VisionConfig.ROPE_THETA);
        return new VisionConfig(integer(c, in, "depth"), integer(c, in, "hidden_size"), integer(c, in, "intermediate_size"), integer(c, in, "num_heads"),
                integer(c, in, "patch_size"), integer(c, in, "temporal_patch_size"), integer(c, in, "spatial_merge_size"), integer(c, in, "out_hidden_size"),
                integer(c, in, "num_position_embeddings"), integers(c, in, "deepstack_visual_indexes"), theta);
    }

    static VisualTokenIds readTokenIds(Path path) throws IOException {
        Qwen3VlConfigFile file = new Qwen3VlConfigFile(path.toString());
        JsonNode root = JSON.readTree(Files.readAllBytes(path));
        return new VisualTokenIds(file.integer(root, "", "image_token_id"), file.integer(root, "", "video_token_id"),
                file.integer(root, "", "vision_start_token_id"), file.integer(root, "", "vision_end_token_id"));
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
        text.put("model_type", "qwen3_vl_text").put("attention_bias", false).put("hidden_act", "silu").put("vocab_size", t.vocabSize())
                .put("hidden_size", t.hiddenSize()).put("intermediate_size", t.intermediateSize()).put("num_hidden_layers", t.numHiddenLayers())
                .put("num_attention_heads", t.numAttentionHeads()).put("num_key_value_heads", t.numKeyValueHeads()).put("head_dim", t.headDim())
                .put("rms_norm_eps", t.rmsNormEps());
        ObjectNode rope = text.putObject("rope_parameters");
        rope.put("rope_type", "default").put("rope_theta", t.ropeTheta()).put("mrope_interleaved", true);
        t.mropeSection().forEach(rope.putArray("mrope_section")::add);
        ObjectNode vision = root.putObject("vision_config");
        vision.put("model_type", "qwen3_vl_vision").put("hidden_act", "gelu_pytorch_tanh").put("in_channels", 3).put("depth", v.depth())
                .put("hidden_size", v.hiddenSize()).put("intermediate_size", v.intermediateSize()).put("num_heads", v.numHeads())
                .put("patch_size", v.patchSize()).put("temporal_patch_size", v.temporalPatchSize()).put("spatial_merge_size", v.spatialMergeSize())
                .put("out_hidden_size", v.outHiddenSize()).put("num_position_embeddings", v.numPositionEmbeddings());
        v.deepstackVisualIndexes().forEach(vision.putArray("deepstack_visual_indexes")::add);
        vision.putObject("rope_parameters").put("rope_type", "axial").put("rope_theta", VisionConfig.ROPE_THETA);
        return JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode section(JsonNode root, String key) {
        if (!root.path(key).isObject()) throw error(key, "an object", root.path(key));
        return root.path(key);
    }

    private void expect(JsonNode node, String in, String key, String wanted, String ifAbsent) {
        if (!node.path(key).asString(ifAbsent).equals(wanted)) throw error(in + key, "\"" + wanted + "\"", node.path(key));
    }

    private boolean flag(JsonNode node, String in, String key) {
        if (!node.hasNonNull(key)) return false;
        if (!node.path(key).isBoolean()) throw error(in + key, "true or false", node.path(key));
        return node.path(key).booleanValue();
    }

    private int integer(JsonNode node, String in, String key) {
        return integer(in + key, node.path(key));
    }

    private int integer(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) throw error(field, "a whole number", value);
        return value.intValue();
    }

    private double number(JsonNode node, String in, String key, double ifAbsent) {
        if (!node.hasNonNull(key)) return ifAbsent;
        if (!node.path(key).isNumber()) throw error(in + key, "a number", node.path(key));
        return node.path(key).doubleValue();
    }

    private List<Integer> integers(JsonNode node, String in, String key) {
        if (!node.path(key).isArray()) throw error(in + key, "an array of whole numbers", node.path(key));
        List<Integer> values = new ArrayList<>();
        for (JsonNode value : node.path(key)) values.add(integer(in + key, value));
        return values;
    }

    private IllegalArgumentException error(String field, String expected, JsonNode found) {
        return new IllegalArgumentException(source + ": " + field + " must be " + expected + ", found " + (found.isMissingNode() ? "nothing" : found));
    }
}
