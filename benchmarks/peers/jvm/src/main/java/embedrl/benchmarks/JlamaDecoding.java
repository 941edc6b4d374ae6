package embedrl.benchmarks;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.SafeTensorSupport;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import embedrl.models.checkpoint.WeightFormat;
import embedrl.models.decoder.DecoderConfig;
import embedrl.nn.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decoding of one sequence with Jlama, from a checkpoint that is written here; 4-bit models are made of it by Jlama's own quantizer. */
final class JlamaDecoding extends DecodeSide {
    private final Jlama jlama;

    JlamaDecoding(int threads, boolean pure, boolean quick) throws PeerMissing {
        super(quick);
        jlama = Jlama.open(threads, pure);
    }

    @Override
    DecodeSession open(DecoderConfig config, DecodeCase.Model c) throws IOException {
        if (c.batch() > 1) throw new Unable("decodes one sequence at a time");
        Path folder = Files.createTempDirectory("decode-");
        try {
            return session(load(config, c.weights(), folder), config);
        } finally {
            delete(folder);   // what is mapped stays
        }
    }

    private static AbstractModel load(DecoderConfig config, WeightType weights, Path folder) throws IOException {
        Path plain = Files.createDirectory(folder.resolve("plain"));
        DecodeModel.saveFolder(config, weights == WeightType.BFLOAT16 ? WeightFormat.BFLOAT16 : WeightFormat.FLOAT32, plain);
        return switch (weights) {
            case FLOAT32 -> ModelSupport.loadModel(plain.toFile(), DType.F32, DType.F32);
            case BFLOAT16 -> ModelSupport.loadModel(plain.toFile(), DType.F32, DType.BF16);
            case Q4_0 -> {
                Files.writeString(plain.resolve("README.md"), "");   // its quantizer adds to one
                Path narrow = SafeTensorSupport.quantizeModel(plain, DType.Q4, new String[0], new String[0], Optional.of(folder.resolve("narrow")));
                yield ModelSupport.loadModel(narrow.toFile(), DType.F32, DType.I8);
            }
            case FLOAT16, Q8_0, Q4_1, AS_IS -> throw new Unable("has no products with weights of type " + weights.title());
        };
    }

    private static DecodeSession session(AbstractModel model, DecoderConfig config) {
        KvBufferCache.KvBuffer cache = new KvBufferCache(model).getEphemeralKvBuffer();
        AbstractTensor logits = model.makeDenseTensor(config.vocabSize());
        return new DecodeSession() {
            @Override
            public void step(int[] tokens, int row) {
                try (AbstractTensor hidden = model.forward(tokens[0], row, cache, Optional.empty())) {
                    tokens[0] = model.sample(hidden, 0, 0.5f, logits);
                }
            }

            @Override
            public float[] logits() {
                float[] values = new float[config.vocabSize()];
                for (int i = 0; i < values.length; i++) values[i] = logits.get(0, i);
                return values;
            }
        };
    }

    private static void delete(Path folder) throws IOException {
        List<Path> found;
        try (var paths = Files.walk(folder)) {
            found = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : found) Files.delete(path);
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", jlama.name());
    }
}
