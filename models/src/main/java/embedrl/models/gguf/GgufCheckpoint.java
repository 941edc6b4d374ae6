package embedrl.models.gguf;

import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderCheckpoint;
import embedrl.models.decoder.RedundantWeights;
import embedrl.nn.WeightType;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Loads and saves decoders as GGUF files, with the names, the row order and the metadata of that format. */
public final class GgufCheckpoint {
    /** Keys under which files name tokens that end a turn or a text. */
    private static final Set<String> END_KEYS = Set.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id");

    private GgufCheckpoint() {
    }

    /** As {@link #load(GgufFile, WeightType)}; the file is closed before this returns. */
    public static Decoder load(Path path, WeightType type) throws IOException {
        try (GgufFile file = GgufFile.open(path)) {
            return load(file, type);
        }
    }

    /**
     * Builds the decoder that a file describes and loads its weights: kept in the blocks of the file ({@link WeightType#AS_IS}) or converted.
     *
     * @throws GgufException   where the architecture is not known, or the metadata lacks something or asks for something that is not computed here
     * @throws TensorException where tensors are missing, unexpected or of another shape; all of them are named
     */
    public static Decoder load(GgufFile file, WeightType type) {
        // The divisors of the frequencies are part of the configuration.
        return DecoderCheckpoint.assemble(file.source(), GgufConfig.read(file), RedundantWeights.without(weights(file), Set.of(GgufConfig.DIVISORS)), type);
    }

    /** The weights of a decoder's file under their Hugging Face names and in that row order. */
    public static GgufWeights weights(GgufFile file) {
        return new GgufWeights(file, GgufConfig.rotatedHead(GgufConfig.read(file)));
    }

    /**
     * Refuses a file of an encoder or another model that is not computed here, whose tokenizer may be of another kind too: to find fault with that says less.
     *
     * @throws GgufException where the architecture is not known
     */
    public static void requireDecoder(GgufFile file) {
        GgufConfig.requireKnown(file);
    }

    /** Tokens that the model was trained for. */
    public static int contextLength(GgufFile file) {
        return file.metadata().integer(file.metadata().text(GgufConfig.ARCHITECTURE) + ".context_length");
    }

    /** Tokens that end a continuation, as the metadata names them. */
    public static Set<Integer> endTokens(GgufFile file) {
        Set<Integer> tokens = new TreeSet<>();
        for (String key : END_KEYS) {
            if (file.metadata().contains(key)) {
                tokens.add(file.metadata().integer(key));
            }
        }
        return tokens;
    }

    /**
     * Writes a decoder: matrices in a type, vectors such as norms in F32. A matrix whose rows are no multiple of the type's blocks becomes F16, and the token
     * embedding, which everything begins with, is Q8_0 where the others have 4 bits.
     *
     * @param type          F32, F16, BF16, Q8_0, Q4_0 or Q4_1
     * @param contextLength tokens that the model was trained for
     * @param metadata      further values, such as those of a tokenizer; see {@link GgufTokenizerValues}
     */
    public static void save(Decoder model, GgmlType type, int contextLength, Map<String, GgufValue> metadata, Path path) throws IOException {
        if (!Blocks.isEncoded(type)) {
            throw new GgufException("save: values are not converted to " + type + "; use F32, F16, BF16, Q8_0, Q4_0 or Q4_1");
        }
        GgufWriter writer = new GgufWriter();
        GgufConfig.values(model.config(), contextLength).forEach(writer::metadata);
        metadata.forEach(writer::metadata);
        int rotatedHead = GgufConfig.rotatedHead(model.config());
        model.parameters().forEach((name, parameter) -> {
            String fileName = GgufNames.file(name).orElseThrow(() -> new GgufException("save: the format has no name for tensor '" + name + "'"));
            int[] shape = parameter.shape().sizes();
            GgmlType stored = stored(type, fileName, shape);
            if (rotatedHead > 0 && GgufNames.isRotated(fileName)) {
                long rowBytes = shape.length == 1 ? stored.blockBytes() : stored.bytes(shape[1]);
                writer.blocks(fileName, stored, shape, () -> MemorySegment.ofArray(RowOrder.toFile(
                        MemorySegment.ofArray(Blocks.encode(stored, parameter.value().floats())), rowBytes, rotatedHead)));
            } else {
                writer.floats(fileName, stored, shape, () -> parameter.value().floats());
            }
        });
        writer.write(path);
    }

    private static GgmlType stored(GgmlType wanted, String fileName, int[] shape) {
        if (shape.length == 1) {
            return GgmlType.F32;
        }
        if (shape[shape.length - 1] % wanted.blockSize() != 0) {
            return GgmlType.F16;
        }
        boolean fourBits = wanted == GgmlType.Q4_0 || wanted == GgmlType.Q4_1;
        return fourBits && fileName.equals("token_embd.weight") ? GgmlType.Q8_0 : wanted;
    }
}
