package embedrl.benchmarks;

import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderConfig;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.Initializers;
import embedrl.nn.KvCache;
import embedrl.nn.Linear;
import embedrl.nn.WeightType;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Decoding on our engine: the model's decode step with its cache, or one product. A process measures one case. */
final class OurDecoding implements Side {
    private static final DecoderConfig CONFIG = DecodeModel.CONFIG;

    private final Executor executor;
    private final boolean quick;
    private Runnable step;
    private double units;   // of the figure, per step

    OurDecoding(int threads, boolean quick) {
        executor = Executors.open("cpu", threads);
        this.quick = quick;
    }

    @Override
    public Map<String, Object> warm(String workload) {
        double bytes;
        double flops;
        List<Float> logits = List.of();
        switch (DecodeCase.named(workload)) {
            case DecodeCase.Product(WeightType type, int n, int k) -> {
                Linear layer = new Linear(k, n, false, Initializers.zeros());
                DecodeModel.load(layer, type);
                Program program = Program.builder().output("y", layer.forward(Tensor.input("x", DType.FLOAT32, 1, k))).compile(executor);
                program.set("x", GemmCase.values(k));
                step = program::run;
                bytes = layer.parameterBytes();
                flops = 2.0 * n * k;
                units = bytes / 1e9;
            }
            case DecodeCase.Model(WeightType type, int batch) -> {
                Decoder model = DecodeModel.of(CONFIG, type);
                KvCache cache = model.cache(batch, DecodeModel.CAPACITY);
                DecodeLoop loop = new DecodeLoop(session(executor, model, cache, batch), batch);
                logits = loop.check(CONFIG.vocabSize());
                step = loop::step;
                bytes = model.parameterBytes() + (double) cache.bytes() * DecodeLoop.FIRST / DecodeModel.CAPACITY;
                flops = 2.0 * batch * model.parameterCount();
                units = batch;
            }
        }
        CallTimer.warm(step, units, DecodeLoop.warmUp(quick));
        return Map.of("bytes", bytes, "flops", flops, "units", units, "logits", logits);
    }

    /** Decoding of all sequences of a cache by one program, which also chooses the tokens. */
    static DecodeSession session(Executor executor, Decoder model, KvCache cache, int batch) {
        DecoderConfig config = model.config();
        PackedInputs in = PackedInputs.of("", new SequenceLayout(batch, 1, List.of()), config);
        Tensor hidden = model.hidden(in, cache, Tensor.input("starts", DType.INT32, batch));
        Tensor scores = model.logits(hidden.reshape(batch, config.hiddenSize()));
        Program.Builder builder = Program.builder().output("logits", scores).output("best", scores.argMax(-1));
        cache.updates().forEach(builder::update);
        Program program = builder.compile(executor);
        int[] starts = new int[batch];
        int[] lengths = new int[batch];
        int[] positions = new int[3 * batch];
        float[] logits = new float[batch * config.vocabSize()];
        return new DecodeSession() {
            @Override
            public void step(int[] tokens, int row) {
                Arrays.fill(starts, row);
                Arrays.fill(lengths, row + 1);
                Arrays.fill(positions, row);
                var angles = config.angles(positions);
                program.set("tokens", tokens).set("starts", starts).set("lengths", lengths).set("cos", angles.cos()).set("sin", angles.sin()).run();
                System.arraycopy(program.read("best").ints(), 0, tokens, 0, batch);
            }

            @Override
            public float[] logits() {
                program.read("logits", logits);
                return logits;
            }
        };
    }

    @Override
    public Map<String, Object> round(String workload) {
        return Map.of("value", 1e9 * CallTimer.rate(step, units, DecodeLoop.round(quick)));
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", executor.description());
    }
}
