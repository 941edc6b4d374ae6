package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Small steps that do not depend on each other run at once: in any order, on any thread, with the same results. */
class LevelsTest {
    /** Kernels of the reference executor; what is shared runs backwards and is counted. */
    private static final class Backwards extends HostExecutor {
        private final ReferenceExecutor reference = new ReferenceExecutor();
        private final List<Integer> shared = new ArrayList<>();

        @Override
        public String name() {
            return "backwards";
        }

        @Override
        public String description() {
            return "reference kernels, levels backwards";
        }

        @Override
        protected Runnable bind(Step step, HostMemory memory) {
            return reference.bind(step, memory);
        }

        @Override
        public void share(int count, IntConsumer piece) {
            shared.add(count);
            for (int i = count - 1; i >= 0; i--) piece.accept(i);
        }

        @Override
        public void close() {
            reference.close();
        }
    }

    /** Projections of one row block, as queries, keys and values are. */
    private static Map<String, Tensor> projections(int count, int rows, int width) {
        Tensor x = Tensor.input("x", DType.FLOAT32, rows, width);
        Map<String, Tensor> outputs = new java.util.LinkedHashMap<>();
        for (int i = 0; i < count; i++) outputs.put("y" + i, x.mul(0.25f * (i + 1)).matmul(x.transpose()).tanh());
        return outputs;
    }

    private static Program compile(Map<String, Tensor> outputs, Executor executor) {
        Program.Builder builder = Program.builder();
        outputs.forEach(builder::output);
        return builder.compile(executor);
    }

    private static float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) Math.sin(i);
        return values;
    }

    @Test
    void independentSmallStepsAreShared() {
        try (Backwards executor = new Backwards()) {
            Map<String, Tensor> outputs = projections(3, 64, 32);
            Program program = compile(outputs, executor);
            program.set("x", values(64 * 32));
            program.run();
            assertThat(program.plan().levels()).contains(3);
            assertThat(executor.shared).isNotEmpty().contains(3);
        }
    }

    @Test
    void largeStepsStandAlone() {
        Program program = compile(projections(3, 256, 256), new ReferenceExecutor());
        assertThat(program.plan().levels()).containsOnly(1);
    }

    @Test
    void whatIsNotWorthItIsNotShared() {
        try (Backwards executor = new Backwards()) {
            Program program = compile(projections(2, 2, 2), executor);
            program.set("x", values(4));
            program.run();
            assertThat(program.plan().levels()).contains(2);
            assertThat(executor.shared).isEmpty();
        }
    }

    @Test
    void theOrderWithinALevelDoesNotMatter() {
        try (Backwards executor = new Backwards(); ReferenceExecutor reference = new ReferenceExecutor()) {
            for (int number = 0; number < 300; number++) {
                RandomGraphs forward = new RandomGraphs(number, true);
                RandomGraphs backward = new RandomGraphs(number, true);
                Map<String, Tensor> outputs = forward.outputs(25);
                Program expected = compile(outputs, reference);
                forward.set(expected);
                expected.run();
                Program program = compile(backward.outputs(25), executor);
                backward.set(program);
                program.run();
                for (String name : outputs.keySet())
                    assertThat(program.read(name).floats()).as("graph %d, %s", number, name).containsExactly(expected.read(name).floats());
            }
        }
    }

    /** Many runs of one program on several threads: a level that was cut wrongly would differ now and then. */
    @Test
    void threadsDoNotChangeResults() {
        Map<String, Tensor> outputs = projections(7, 24, 48);
        try (Executor one = Executors.open("cpu", 1); Executor three = Executors.open("cpu", 3)) {
            Program alone = compile(outputs, one);
            Program together = compile(outputs, three);
            assertThat(together.plan().levels()).contains(7);
            for (int run = 0; run < 300; run++) {
                float[] x = values(24 * 48);
                x[run] = run;
                alone.set("x", x);
                together.set("x", x);
                alone.run();
                together.run();
                for (String name : outputs.keySet()) assertThat(together.read(name).floats()).as("run %d", run).containsExactly(alone.read(name).floats());
            }
        }
    }
}
