package embedrl.benchmarks;

import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderConfig;
import embedrl.models.decoder.RopeFrequencies;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.Initializers;
import embedrl.nn.KvCache;
import embedrl.nn.Linear;
import embedrl.nn.Module;
import embedrl.nn.WeightSource;
import embedrl.nn.WeightType;
import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decoding on our engine: the model's decode step with its cache, or one product. A process measures one case. */
final class OurDecoding implements Side {
    private static final int CAPACITY = 256;
    private static final int FIRST = 32;   // cache row of the first measured step
    private static final DecoderConfig CONFIG = new DecoderConfig(DecoderConfig.Family.LLAMA, 49152, 576, 1536, 30, 9, 3, 64, 1e-5f,
            new RopeFrequencies.Plain(100_000), false, false, true);

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
        switch (DecodeCase.named(workload)) {
            case DecodeCase.Product(WeightType type, int n, int k) -> {
                Linear layer = new Linear(k, n, false, Initializers.zeros());
                load(layer, type);
                Program program = Program.builder().output("y", layer.forward(Tensor.input("x", DType.FLOAT32, 1, k))).compile(executor);
                program.set("x", GemmCase.values(k));
                step = program::run;
                bytes = layer.parameterBytes();
                flops = 2.0 * n * k;
                units = bytes / 1e9;
            }
            case DecodeCase.Model(WeightType type, int batch) -> {
                Decoder model = new Decoder(CONFIG, Seed.of(1));
                load(model, type);
                KvCache cache = model.cache(batch, CAPACITY);
                step = decode(model, cache, batch);
                bytes = model.parameterBytes() + (double) cache.bytes() * FIRST / CAPACITY;
                flops = 2.0 * batch * model.parameterCount();
                units = batch;
            }
        }
        long until = System.nanoTime() + (quick ? 1_000_000_000L : 6_000_000_000L);
        do step.run(); while (System.nanoTime() < until);
        return Map.of("bytes", bytes, "flops", flops, "units", units);
    }

    /** Greedy decoding of all sequences from one cache row on, again and again over the same few rows. */
    private Runnable decode(Decoder model, KvCache cache, int batch) {
        PackedInputs in = PackedInputs.of("", new SequenceLayout(batch, 1, List.of()), CONFIG);
        Tensor hidden = model.hidden(in, cache, Tensor.input("starts", DType.INT32, batch));
        Program.Builder builder = Program.builder().output("logits", model.logits(hidden.reshape(batch, CONFIG.hiddenSize())));
        cache.updates().forEach(builder::update);
        Program program = builder.compile(executor);
        int[] tokens = new int[batch];
        int[] starts = new int[batch];
        int[] lengths = new int[batch];
        float[] logits = new float[batch * CONFIG.vocabSize()];
        int[] row = {FIRST};
        return () -> {
            Arrays.fill(starts, row[0]);
            Arrays.fill(lengths, row[0] + 1);
            int[] positions = new int[3 * batch];
            Arrays.fill(positions, row[0]);
            row[0] = FIRST + (row[0] + 1 - FIRST) % 16;
            var angles = CONFIG.angles(positions);
            program.set("tokens", tokens).set("starts", starts).set("lengths", lengths).set("cos", angles.cos()).set("sin", angles.sin()).run();
            program.read("logits", logits);
            for (int b = 0; b < batch; b++) tokens[b] = largest(logits, b * CONFIG.vocabSize(), CONFIG.vocabSize());
        };
    }

    private static int largest(float[] values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) if (values[from + i] > values[from + best]) best = i;
        return best;
    }

    /** Random values in the type; each tensor is made when it is read. */
    private static void load(Module module, WeightType type) {
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
                float[] values = GemmCase.values(type(name).shape().count());
                float scale = type(name).shape().rank() == 1 ? 0 : (float) (1.7 / Math.sqrt(type(name).shape().columns()));
                for (int i = 0; i < values.length; i++) values[i] = scale == 0 ? 1 : values[i] * scale;
                return Buffer.over(type(name), values, 0);
            }
        }, type);
    }

    @Override
    public Map<String, Object> round(String workload) {
        long steps = 0;
        long start = System.nanoTime();
        long length = quick ? 300_000_000L : 2_000_000_000L;
        do {
            step.run();
            steps++;
        } while (System.nanoTime() - start < length);
        return Map.of("value", steps * units * 1e9 / (System.nanoTime() - start));
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", executor.description());
    }
}
