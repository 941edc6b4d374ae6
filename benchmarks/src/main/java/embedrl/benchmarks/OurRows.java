package embedrl.benchmarks;

import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import embedrl.tensor.UpdateOp;
import embedrl.tensor.vector.AdamWUpdate;
import embedrl.tensor.vector.WorkPool;
import java.util.HashMap;
import java.util.Map;

/** Operations on rows as programs of the executor cpu; AdamW as the kernel that its programs share out. */
final class OurRows extends RowSide {
    private static final int PARTS = 256;

    private final int threads;
    private final Executor executor;
    private final Map<RowCase, Program> programs = new HashMap<>();

    OurRows(int threads, boolean quick) {
        super(quick);
        this.threads = threads;
        executor = Executors.open("cpu", threads);
    }

    @Override
    Runnable call(RowCase c) {
        if (c == RowCase.ADAMW) return adamW(c.elements());
        // Only the first row is put out: a program copies its outputs, which is not the operation that is timed.
        return programs.computeIfAbsent(c, _ -> compile(c, 1))::run;
    }

    private Program compile(RowCase c, int rows) {
        Tensor x = Tensor.input("x", DType.FLOAT32, c.rows(), RowCase.COLUMNS);
        Tensor weight = Tensor.input("weight", DType.FLOAT32, RowCase.COLUMNS);
        Tensor bias = Tensor.input("bias", DType.FLOAT32, RowCase.COLUMNS);
        Tensor y = switch (c) {
            case ADD -> x.add(Tensor.input("other", DType.FLOAT32, c.rows(), RowCase.COLUMNS));
            case SOFTMAX -> x.softmax();
            case LAYER_NORM -> x.layerNorm(weight, bias, RowCase.EPSILON);
            case RMS_NORM -> x.rmsNorm(weight, RowCase.EPSILON);
            case SILU -> x.silu();
            case GELU -> x.geluErf();
            case ADAMW -> throw new IllegalArgumentException("rows: AdamW is an update in place");
        };
        Program program = Program.builder().output("y", rows == c.rows() ? y : y.slice(0, 0, rows)).compile(executor);
        float[] values = GemmCase.values(c.elements());
        program.set("x", values);
        if (program.has("other")) program.set("other", values);
        if (program.has("weight")) program.set("weight", GemmCase.values(RowCase.COLUMNS));
        if (program.has("bias")) program.set("bias", GemmCase.values(RowCase.COLUMNS));
        return program;
    }

    private Runnable adamW(int elements) {
        float[] p = GemmCase.values(elements);
        float[] g = GemmCase.values(elements);
        float[] m = new float[elements];
        float[] v = new float[elements];
        Tensor any = Tensor.input("any", DType.FLOAT32, elements);
        Tensor scalar = Tensor.scalar(1);
        AdamWUpdate update = new AdamWUpdate(new UpdateOp.AdamW(any, any, any, any, scalar, scalar, scalar, 0.9f, 0.999f, 1e-8f, 0.01f));
        update.begin(1e-3f, 10, 1);
        AdamWUpdate.Operands operands = new AdamWUpdate.Operands(p, 0, g, 0, m, 0, v, 0, p, 0, m, 0, v, 0);
        WorkPool pool = new WorkPool(threads);
        int part = elements / PARTS;
        return () -> pool.run(PARTS, i -> update.run(operands, i * part, (i + 1) * part));
    }

    @Override
    float[] result(RowCase c) {
        try (Program program = compile(c, c.rows())) {
            float[] y = new float[c.elements()];
            program.run();
            program.read("y", y);
            return y;
        }
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", executor.description());
    }
}
