package embedrl.benchmarks;

import embedrl.models.checkpoint.WeightFormat;
import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderCheckpoint;
import embedrl.models.decoder.DecoderConfig;
import embedrl.models.decoder.RopeFrequencies;
import embedrl.models.gguf.GgmlType;
import embedrl.models.gguf.GgufCheckpoint;
import embedrl.models.gguf.GgufValue;
import embedrl.nn.Module;
import embedrl.nn.WeightSource;
import embedrl.nn.WeightType;
import embedrl.tensor.Buffer;
import embedrl.tensor.Seed;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A Llama-style model with random weights that depend on their names alone, so that all sides decode the same; and its files for peers that read files. */
final class DecodeModel {
    /** Rows of the cache that each sequence has. */
    static final int CAPACITY = 256;

    /** The sizes of SmolLM2-135M. */
    static final DecoderConfig CONFIG = new DecoderConfig(DecoderConfig.Family.LLAMA, 49152, 576, 1536, 30, 9, 3, 64, 1e-5f, new RopeFrequencies.Plain(100_000), false,
            false, true);

    private DecodeModel() {
    }

    /** The model with matrices kept in a type. */
    static Decoder of(DecoderConfig config, WeightType type) {
        Decoder model = new Decoder(config, Seed.of(1));
        load(model, type);
        return model;
    }

    /** Gives a module the random weights: vectors are ones, rows of matrices have a length of about 1. Each tensor is made when it is read. */
    static void load(Module module, WeightType type) {
        Map<String, Variable> parameters = module.parameters();
        module.load(new WeightSource() {
            @Override
            public Set<String> names() {
                return parameters.keySet();
            }

            @Override
            public TensorType type(String name) {
                return TensorType.float32(parameters.get(name).shape());
            }

            @Override
            public Buffer read(String name) {
                Buffer values = Buffer.allocate(type(name));
                double scale = Math.sqrt(12.0 / type(name).shape().columns());
                Seed seed = Seed.of(1).split(name);
                for (int i = 0; i < values.count(); i++) values.floats()[values.offset() + i] = type(name).shape().rank() == 1 ? 1 : (float) (scale * (seed.uniform(i) - 0.5));
                return values;
            }
        }, type);
    }

    /** Writes config.json, weights and a tokenizer of bytes in the layout of Hugging Face. */
    static void saveFolder(DecoderConfig config, WeightFormat format, Path folder) throws IOException {
        DecoderCheckpoint.save(of(config, WeightType.FLOAT32), format, folder);
        Files.writeString(folder.resolve("config.json"), """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": %d, "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
                 "num_attention_heads": %d, "num_key_value_heads": %d, "head_dim": %d, "rms_norm_eps": %s, "rope_theta": %s, "max_position_embeddings": %d, "hidden_act": "silu",
                 "tie_word_embeddings": true, "bos_token_id": 0, "eos_token_id": 1}
                """.formatted(config.vocabSize(), config.hiddenSize(), config.intermediateSize(), config.numHiddenLayers(), config.numAttentionHeads(),
                config.numKeyValueHeads(), config.headDim(), config.rmsNormEps(), config.rope().theta(), CAPACITY));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{}\n");
        StringBuilder bytes = new StringBuilder("\"<s>\": 0, \"</s>\": 1, \"<unk>\": 2");
        for (int b = 0; b < 256; b++) bytes.append(", \"<0x%02X>\": %d".formatted(b, b + 3));
        Files.writeString(folder.resolve("tokenizer.json"), """
                {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null,
                 "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true, "vocab": {%s}, "merges": []}}
                """.formatted(bytes));
    }

    /** Writes a GGUF file without a tokenizer. */
    static void saveGguf(DecoderConfig config, WeightType type, Path file) throws IOException {
        GgmlType stored = switch (type) {
            case FLOAT32 -> GgmlType.F32;
            case FLOAT16 -> GgmlType.F16;
            case BFLOAT16 -> GgmlType.BF16;
            case Q8_0 -> GgmlType.Q8_0;
            case Q4_0 -> GgmlType.Q4_0;
            case Q4_1 -> GgmlType.Q4_1;
            case AS_IS -> throw new IllegalArgumentException("decode: random weights are of no type, name one");
        };
        GgufCheckpoint.save(of(config, WeightType.FLOAT32), stored, CAPACITY, Map.of("tokenizer.ggml.model", GgufValue.of("no_vocab")), file);
    }
}
