package embedrl.models.decoder;

import embedrl.models.checkpoint.ConfigException;
import embedrl.models.checkpoint.ConfigFile;
import embedrl.models.decoder.DecoderConfig.Family;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the {@code config.json} of Qwen3 and Llama decoders: the older rotary keys ({@code rope_theta}, {@code rope_scaling}) as well as the
 * newer {@code rope_parameters}. What would change results and is not computed here is refused.
 */
final class DecoderConfigFile {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final double THETA = 10_000;
    private static final int QWEN3_HEAD_DIM = 128;
    private static final int QWEN3_KEY_HEADS = 32;

    private DecoderConfigFile() {
    }

    static DecoderConfig config(ConfigFile file) {
        Family family = family(file);
        if (!file.text("hidden_act", "silu").equals("silu")) throw file.wrong("hidden_act", "\"silu\"");
        if (!file.isUnset("quantization_config"))
            throw file.wrong("quantization_config", "absent: weights of this kind are not read; use a checkpoint in float32, bfloat16 or float16, or a GGUF file");
        int hidden = file.integer("hidden_size");
        int heads = file.integer("num_attention_heads");
        int layers = file.integer("num_hidden_layers");
        if (heads < 1) throw file.wrong("num_attention_heads", "at least 1");
        int headDim = switch (family) {
            case QWEN3 -> file.integer("head_dim", QWEN3_HEAD_DIM);
            case LLAMA -> file.integer("head_dim", hidden / heads);
        };
        boolean statesKeyHeads = file.names().contains("num_key_value_heads");
        int keyHeads = file.integer("num_key_value_heads", family == Family.QWEN3 && !statesKeyHeads ? QWEN3_KEY_HEADS : heads);
        refuseWindows(file, layers);
        try {
            return new DecoderConfig(family, file.integer("vocab_size"), hidden, file.integer("intermediate_size"), layers, heads, keyHeads, headDim,
                    (float) file.number("rms_norm_eps", 1e-6), RopeSettings.read(file, THETA), file.flag("attention_bias", false),
                    family == Family.LLAMA && file.flag("mlp_bias", false), file.flag("tie_word_embeddings", false));
        } catch (ConfigException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw file.error(e.getMessage());
        }
    }

    private static Family family(ConfigFile file) {
        for (Family family : Family.values()) if (family.modelType().equals(file.text("model_type"))) return family;
        throw file.wrong("model_type", "one of " + Arrays.stream(Family.values()).map(Family::modelType).toList());
    }

    /** A window that no token of a full context reaches beyond changes nothing. */
    private static void refuseWindows(ConfigFile file, int layers) {
        List<String> kinds = file.texts("layer_types");
        for (String kind : kinds)
            if (!List.of("full_attention", "sliding_attention").contains(kind))
                throw file.wrong("layer_types", "\"full_attention\" everywhere");
        boolean windows = kinds.isEmpty() ? file.flag("use_sliding_window", false) && file.integer("max_window_layers", 28) < layers
                : kinds.contains("sliding_attention");
        if (!windows || !file.has("sliding_window") && kinds.isEmpty()) return;
        int window = file.integer("sliding_window", 0);
        if (window < file.integer("max_position_embeddings", Integer.MAX_VALUE))
            throw file.error("layers that see only the last " + window + " tokens (sliding_window) are not computed; the checkpoint must have full attention");
    }

    /** The JSON text of a configuration, with the newer rotary keys; type is the element type of the weights. */
    static byte[] write(DecoderConfig c, String type) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("architectures").add(c.family().architecture());
        root.put("dtype", type).put("model_type", c.family().modelType()).put("hidden_act", "silu").put("vocab_size", c.vocabSize())
                .put("hidden_size", c.hiddenSize()).put("intermediate_size", c.intermediateSize()).put("num_hidden_layers", c.numHiddenLayers())
                .put("num_attention_heads", c.numAttentionHeads()).put("num_key_value_heads", c.numKeyValueHeads()).put("head_dim", c.headDim())
                .put("rms_norm_eps", Double.parseDouble(Float.toString(c.rmsNormEps()))).put("attention_bias", c.attentionBias())
                .put("tie_word_embeddings", c.tieWordEmbeddings());
        if (c.family() == Family.LLAMA) root.put("mlp_bias", c.mlpBias());
        RopeSettings.write(c.rope(), root.putObject("rope_parameters"));
        return JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    }
}
