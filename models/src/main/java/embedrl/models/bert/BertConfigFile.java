package embedrl.models.bert;

import embedrl.models.bert.BertConfig.Activation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the {@code config.json} of BERT encoders. What would change results and is not computed here is refused. */
final class BertConfigFile {
    static final String NAME = "config.json";
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final String source;

    private BertConfigFile(String source) {
        this.source = source;
    }

    static BertConfig read(Path path) throws IOException {
        if (!Files.exists(path)) throw new NoSuchFileException(path.toString(), null, "a BERT checkpoint needs a config.json");
        return parse(path.toString(), Files.readAllBytes(path));
    }

    /** source names the text in errors. Whether there is a pooler only the weights tell: it is set to true. */
    static BertConfig parse(String source, byte[] json) {
        try {
            return new BertConfigFile(source).config(JSON.readTree(json));
        } catch (JacksonException e) {
            throw new EncoderException(source + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new EncoderException(source + ": " + e.getMessage(), e);
        }
    }

    private BertConfig config(JsonNode root) {
        expect(root, "model_type", "bert", null);
        expect(root, "position_embedding_type", "absolute", "absolute");
        for (String flag : new String[] {"is_decoder", "add_cross_attention"})
            if (root.path(flag).asBoolean(false)) throw error(flag, "false", root.path(flag));
        return new BertConfig(integer(root, "vocab_size", 30522), integer(root, "hidden_size", 768), integer(root, "intermediate_size", 3072),
                integer(root, "num_hidden_layers", 12), integer(root, "num_attention_heads", 12), integer(root, "max_position_embeddings", 512),
                integer(root, "type_vocab_size", 2), epsilon(root.path("layer_norm_eps")), activation(root.path("hidden_act")), true);
    }

    // What the reference assumes where a file says nothing.
    private int integer(JsonNode root, String key, int ifAbsent) {
        JsonNode value = root.path(key);
        if (value.isMissingNode() || value.isNull()) return ifAbsent;
        if (!value.isIntegralNumber() || !value.canConvertToInt()) throw error(key, "a whole number", value);
        return value.intValue();
    }

    private float epsilon(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) return 1e-12f;
        if (!value.isNumber()) throw error("layer_norm_eps", "a number", value);
        return value.floatValue();
    }

    private Activation activation(JsonNode value) {
        return switch (value.asString("gelu")) {
            case "gelu" -> Activation.GELU;
            case "gelu_new", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
            case "relu" -> Activation.RELU;
            case "silu", "swish" -> Activation.SILU;
            default -> throw error("hidden_act", "\"gelu\", \"gelu_new\", \"gelu_pytorch_tanh\", \"relu\" or \"silu\"", value);
        };
    }

    private void expect(JsonNode root, String key, String wanted, String ifAbsent) {
        JsonNode value = root.path(key);
        String found = value.isMissingNode() || value.isNull() ? ifAbsent : value.asString("");
        if (!wanted.equals(found)) throw error(key, "\"" + wanted + "\"", value);
    }

    private EncoderException error(String key, String expected, JsonNode found) {
        return new EncoderException(source + ": " + key + " must be " + expected + ", found " + (found.isMissingNode() ? "nothing" : found));
    }

    static byte[] write(BertConfig config) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("architectures").add("BertModel");
        root.put("model_type", "bert").put("dtype", "float32").put("vocab_size", config.vocabSize()).put("hidden_size", config.hiddenSize())
                .put("intermediate_size", config.intermediateSize()).put("num_hidden_layers", config.numHiddenLayers())
                .put("num_attention_heads", config.numAttentionHeads()).put("max_position_embeddings", config.maxPositionEmbeddings())
                .put("type_vocab_size", config.typeVocabSize()).put("layer_norm_eps", config.layerNormEps())
                .put("hidden_act", switch (config.activation()) {
                    case GELU -> "gelu";
                    case GELU_TANH -> "gelu_pytorch_tanh";
                    case RELU -> "relu";
                    case SILU -> "silu";
                })
                .put("hidden_dropout_prob", 0.1).put("attention_probs_dropout_prob", 0.1).put("initializer_range", 0.02).put("pad_token_id", 0)
                .put("position_embedding_type", "absolute");
        return JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    }
}
