package embedrl.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import embedrl.models.bert.Pooling;
import embedrl.models.tokenizer.Encoding;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;

/** A text encoder in ONNX Runtime: all its optimizations, its own threads. Pooling and norm are computed here. */
final class OrtEncoder {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    private OrtEncoder(byte[] graph, int threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        session = environment.createSession(graph, options);
    }

    static OrtEncoder open(EmbeddingModel model, int threads) throws PeerMissing {
        try {
            return new OrtEncoder(model.graphBytes(), threads);
        } catch (OrtException | IOException | LinkageError absent) {
            throw new PeerMissing("ONNX Runtime: " + absent.getMessage());
        }
    }

    String name(int threads) {
        return "ONNX Runtime " + environment.getVersion() + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    /** Unit vectors of texts, padded to the longest. */
    float[][] embed(List<Encoding> texts, Pooling pooling) {
        int rows = texts.size();
        int length = texts.stream().mapToInt(Encoding::length).max().orElseThrow();
        long[] ids = new long[rows * length];
        long[] types = new long[rows * length];
        long[] mask = new long[rows * length];
        for (int b = 0; b < rows; b++) {
            Encoding text = texts.get(b);
            for (int t = 0; t < text.length(); t++) {
                ids[b * length + t] = text.ids()[t];
                types[b * length + t] = text.typeIds()[t];
                mask[b * length + t] = 1;
            }
        }
        long[] shape = {rows, length};
        try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                OnnxTensor typeTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(types), shape);
                OnnxTensor maskTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                OrtSession.Result result = session.run(Map.of("input_ids", idTensor, "token_type_ids", typeTensor, "attention_mask", maskTensor))) {
            FloatBuffer states = ((OnnxTensor) result.get(0)).getFloatBuffer();
            return pooled(states, texts, length, pooling);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
        }
    }

    private static float[][] pooled(FloatBuffer states, List<Encoding> texts, int length, Pooling pooling) {
        int width = states.remaining() / (texts.size() * length);
        float[][] vectors = new float[texts.size()][width];
        float[] row = new float[length * width];
        for (int b = 0; b < vectors.length; b++) {
            states.get(b * row.length, row);
            int counted = pooling == Pooling.CLS ? 1 : texts.get(b).length();
            float[] vector = vectors[b];
            for (int t = 0; t < counted; t++) for (int d = 0; d < width; d++) vector[d] += row[t * width + d];
            double square = 0;
            for (float value : vector) square += (double) value * value;
            float scale = (float) (1 / Math.sqrt(square));
            for (int d = 0; d < width; d++) vector[d] *= scale;
        }
        return vectors;
    }
}
