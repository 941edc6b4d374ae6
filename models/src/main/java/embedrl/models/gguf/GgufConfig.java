package embedrl.models.gguf;

import embedrl.models.decoder.DecoderConfig;
import embedrl.models.decoder.DecoderConfig.Family;
import embedrl.models.decoder.RopeFrequencies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The configuration of a decoder from and to GGUF metadata: architectures llama and qwen3. A value that would change what is computed and is not known here is
 * refused.
 */
final class GgufConfig {
    static final String ARCHITECTURE = "general.architecture";
    private static final String LLAMA = "llama";
    private static final String QWEN3 = "qwen3";
    private static final double DEFAULT_BASE = 10000;
    /** Tensor of what the frequencies of a head's pairs are divided by. */
    static final String DIVISORS = "rope_freqs.weight";
    private static final String EMBEDDING = "token_embd.weight";
    /** Keys below attention, rope and expert that are read, or do not change the result. */
    private static final Set<String> KNOWN = Set.of("attention.head_count", "attention.head_count_kv", "attention.key_length", "attention.value_length",
            "attention.layer_norm_rms_epsilon", "attention.causal", "rope.freq_base", "rope.dimension_count", "rope.scaling.type", "rope.scaling.factor",
            "rope.scaling.finetuned", "rope.scaling.original_context_length", "expert_count", "expert_used_count");

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final String architecture;

    private GgufConfig(GgufFile file) {
        this.file = file;
        this.metadata = file.metadata();
        this.architecture = metadata.text(ARCHITECTURE);
    }

    /** Reads the configuration that a file's metadata and tensors describe. */
    static DecoderConfig read(GgufFile file) {
        return new GgufConfig(file).config();
    }

    /** Refuses an architecture that is not computed here. */
    static void requireKnown(GgufFile file) {
        new GgufConfig(file).requireKnown();
    }

    private void requireKnown() {
        if (!architecture.equals(LLAMA) && !architecture.equals(QWEN3)) {
            throw error("architecture '" + architecture + "' is not computed here; known are [" + LLAMA + ", " + QWEN3 + "]");
        }
    }

    private DecoderConfig config() {
        requireKnown();
        checkKeys();
        int layers = positive("block_count");
        int width = positive("embedding_length");
        int heads = uniform("attention.head_count", layers);
        int keyHeads = metadata.contains(key("attention.head_count_kv")) ? uniform("attention.head_count_kv", layers) : heads;
        int headDim = metadata.integer(key("attention.key_length"), metadata.integer(key("rope.dimension_count"), width / heads));
        agree("attention.value_length", headDim);
        agree("rope.dimension_count", headDim);
        GgufTensor embedding = file.tensor(EMBEDDING);
        if (embedding.shape().size() != 2) {
            throw error(EMBEDDING + " must be [vocabulary, width], got " + embedding.shape());
        }
        int vocabulary = embedding.intShape()[0];
        agree("vocab_size", vocabulary);
        try {
            return new DecoderConfig(architecture.equals(LLAMA) ? Family.LLAMA : Family.QWEN3, vocabulary, width, uniform("feed_forward_length", layers), layers,
                    heads, keyHeads, headDim, (float) metadata.number(key("attention.layer_norm_rms_epsilon")),
                    rope(headDim),
                    file.contains("blk.0.attn_q.bias"), file.contains("blk.0.ffn_up.bias"), !file.contains("output.weight"));
        } catch (IllegalArgumentException unusable) {
            throw new GgufException(file.source() + ": " + unusable.getMessage(), unusable);
        }
    }

    /** Plain frequencies, those divided by a factor, or those divided pair by pair by a tensor of the file. */
    private RopeFrequencies rope(int headDim) {
        double base = metadata.number(key("rope.freq_base"), DEFAULT_BASE);
        String scaling = metadata.text(key("rope.scaling.type"), "none");
        boolean linear = scaling.equals("linear");
        if (!linear && !scaling.equals("none")) {
            throw error("rotary scaling '" + scaling + "' is not computed here; known are [none, linear]");
        }
        if (!file.contains(DIVISORS)) {
            return linear ? new RopeFrequencies.Linear(base, metadata.number(key("rope.scaling.factor"))) : new RopeFrequencies.Plain(base);
        }
        if (linear) {
            throw error("rotary frequencies with both linear scaling and divisors of their own (tensor " + DIVISORS + ") are not computed here");
        }
        GgufTensor divisors = file.tensor(DIVISORS);
        if (!divisors.type().isFloat() || !Arrays.equals(divisors.intShape(), new int[] {headDim / 2})) {
            throw error(DIVISORS + " must be [" + headDim / 2 + "], half of a head, got " + divisors.shape());
        }
        List<Float> values = new ArrayList<>();
        for (float value : file.floats(DIVISORS)) {
            values.add(value);
        }
        return new RopeFrequencies.Divided(base, values);
    }

    /** Rows of a head where a model's file stores attn_q and attn_k with neighboring pairs; 0 where it does not. */
    static int rotatedHead(DecoderConfig config) {
        return config.family() == Family.LLAMA ? config.headDim() : 0;
    }

    /** The metadata of a decoder's configuration; {@code contextLength} tokens it was trained for. */
    static Map<String, GgufValue> values(DecoderConfig config, int contextLength) {
        String architecture = config.family() == Family.LLAMA ? LLAMA : QWEN3;
        if (!(config.rope() instanceof RopeFrequencies.Plain)) {
            throw new GgufException("save: the format is written without rotary scaling, got " + config.rope());
        }
        Map<String, GgufValue> values = new LinkedHashMap<>();
        values.put(ARCHITECTURE, GgufValue.of(architecture));
        Map.of("block_count", config.numHiddenLayers(), "context_length", contextLength, "embedding_length", config.hiddenSize(), "feed_forward_length", config.intermediateSize(),
                "attention.head_count", config.numAttentionHeads(), "attention.head_count_kv", config.numKeyValueHeads(), "attention.key_length", config.headDim(),
                "attention.value_length", config.headDim(), "rope.dimension_count", config.headDim(), "vocab_size", config.vocabSize())
                .entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> values.put(architecture + "." + entry.getKey(), GgufValue.of(entry.getValue().intValue())));
        values.put(architecture + ".rope.freq_base", GgufValue.of((float) config.rope().theta()));
        values.put(architecture + ".attention.layer_norm_rms_epsilon", GgufValue.of(config.rmsNormEps()));
        return values;
    }

    private void checkKeys() {
        Set<String> unknown = new TreeSet<>();
        for (String name : metadata.values().keySet()) {
            String below = name.startsWith(architecture + ".") ? name.substring(architecture.length() + 1) : "";
            if ((below.startsWith("attention.") || below.startsWith("rope.") || below.startsWith("expert_")) && !KNOWN.contains(below)) {
                unknown.add(name);
            }
        }
        if (!unknown.isEmpty()) {
            throw error("metadata that this program does not know and that may change the result: " + unknown);
        }
        if (metadata.integer(key("expert_count"), 0) != 0) {
            throw error("mixtures of experts are not computed here, " + key("expert_count") + " is " + metadata.integer(key("expert_count")));
        }
        if (!metadata.flag(key("attention.causal"), true)) {
            throw error("attention that is not causal is not computed here");
        }
    }

    private int positive(String name) {
        int value = metadata.integer(key(name));
        if (value < 1) {
            throw error("metadata '" + key(name) + "' must be at least 1, got " + value);
        }
        return value;
    }

    /** A number that files give once or for each layer; layers must agree. */
    private int uniform(String name, int layers) {
        if (!(metadata.get(key(name)).orElse(null) instanceof GgufValue.Array)) {
            return positive(name);
        }
        int[] values = metadata.integers(key(name));
        if (values.length != layers || values[0] < 1 || Arrays.stream(values).anyMatch(value -> value != values[0])) {
            throw error("metadata '" + key(name) + "' must be one number, the same in all " + layers + " layers, got " + Arrays.toString(values));
        }
        return values[0];
    }

    private void agree(String name, int expected) {
        int value = metadata.integer(key(name), expected);
        if (value != expected) {
            throw error("metadata '" + key(name) + "' must be " + expected + " here, got " + value);
        }
    }

    private String key(String name) {
        return architecture + "." + name;
    }

    private GgufException error(String message) {
        return new GgufException(file.source() + ": " + message);
    }
}
