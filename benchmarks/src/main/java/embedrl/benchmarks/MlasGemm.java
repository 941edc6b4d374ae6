package embedrl.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/** Matrix products of MLAS, the kernels of ONNX Runtime: a graph of equal products into outputs that stay, so that a call's cost is shared by all of them. */
final class MlasGemm extends GemmSide {
    private static final double FLOPS_PER_CALL = 50e6;

    private final OrtEnvironment environment;
    private final int threads;

    MlasGemm(int threads, boolean quick) throws PeerMissing {
        super(quick);
        this.threads = threads;
        try {
            environment = OrtEnvironment.getEnvironment();
        } catch (LinkageError | IllegalStateException absent) {
            throw new PeerMissing("ONNX Runtime: " + absent.getMessage());
        }
    }

    @Override
    Product product(GemmCase c) {
        int products = (int) Math.clamp(Math.ceil(FLOPS_PER_CALL / c.flops()), 1, 64);
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            OrtSession session = environment.createSession(OnnxProduct.model(c, products), options);
            Map<String, OnnxTensor> inputs = Map.of("a", tensor(GemmCase.values(c.batch() * c.m() * c.k()), OnnxProduct.shapeA(c)),
                    "b", tensor(GemmCase.values(c.batch() * c.k() * c.n()), OnnxProduct.shapeB(c)));
            Map<String, OnnxTensor> outputs = new HashMap<>();
            for (int i = 0; i < products; i++) outputs.put("y" + i, tensor(new float[c.batch() * c.m() * c.n()], OnnxProduct.shapeY(c)));
            return new Graph(session, inputs, outputs);
        } catch (OrtException failure) {
            throw new IllegalStateException("onnxruntime: " + failure.getMessage(), failure);
        }
    }

    private record Graph(OrtSession session, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) implements Product {
        @Override
        public void run() {
            try {
                session.run(inputs, outputs).close();
            } catch (OrtException failure) {
                throw new IllegalStateException("onnxruntime: " + failure.getMessage(), failure);
            }
        }

        @Override
        public int products() {
            return outputs.size();
        }

        @Override
        public float[] result() {
            FloatBuffer values = outputs.get("y0").getFloatBuffer();
            float[] result = new float[values.remaining()];
            values.get(result);
            return result;
        }

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
            try {
                session.close();
            } catch (OrtException failure) {
                throw new IllegalStateException("onnxruntime: " + failure.getMessage(), failure);
            }
        }
    }

    /** A tensor that begins a cache line. */
    private OnnxTensor tensor(float[] values, long[] shape) throws OrtException {
        FloatBuffer buffer = ByteBuffer.allocateDirect(4 * values.length + 128).alignedSlice(64).slice(0, 4 * values.length).order(ByteOrder.nativeOrder()).asFloatBuffer().put(values).flip();
        return OnnxTensor.createTensor(environment, buffer, shape);
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", "ONNX Runtime " + environment.getVersion());
    }
}
