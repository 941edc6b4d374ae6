package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matrix products joined with the elementwise operations behind them. */
class ProductFusionTest {
    private final Tensor x = Tensor.input("x", DType.FLOAT32, 5, 4);
    private final Tensor w = Tensor.input("w", DType.FLOAT32, 4, 3);

    private static List<Step> steps(Map<String, Tensor> outputs, boolean products) {
        return Planner.plan(outputs, Map.of(), products).steps();
    }

    @Test
    void aProductJoinsTheChainThatAloneReadsIt() {
        Tensor y = x.matmul(w).add(Tensor.of(Shape.of(3), 1, 2, 3)).relu();
        assertThat(steps(Map.of("y", y), true)).singleElement().isInstanceOfSatisfying(Step.Product.class, product -> {
            assertThat(product.product().op()).isInstanceOf(ContractionOp.MatMul.class);
            assertThat(product.reads()).doesNotContain(product.value()).hasSize(3);
            assertThat(product.writes()).containsExactly(y);
            assertThat(Cost.of(product)).isEqualTo(new Cost(2 * 5 * 4 * 3 + 2 * 15, 4 * (20 + 12 + 3 + 15)));
        });
        assertThat(steps(Map.of("y", y), false)).hasSize(2).noneMatch(step -> step instanceof Step.Product);
        assertThat(steps(Map.of("y", x.matmul(w).reshape(15).mul(2)), true)).as("through a reshape").hasSize(1);
    }

    @Test
    void aProductThatIsReadOtherwiseStays() {
        Tensor p = x.matmul(w);
        assertThat(steps(Map.of("y", p.add(1), "p", p), true)).as("kept").hasSize(2);
        assertThat(steps(Map.of("y", p.add(1), "z", p.sum()), true)).as("read by a sum").hasSize(3);
        assertThat(steps(Map.of("y", p.add(1), "z", p.mul(2)), true)).as("read by two chains").hasSize(3);
        Tensor square = Tensor.input("s", DType.FLOAT32, 3, 3);
        Tensor row = Tensor.input("r", DType.FLOAT32, 1, 3).matmul(square);
        assertThat(steps(Map.of("y", square.add(row.broadcastTo(Shape.of(3, 3)))), true)).as("repeated along the rows").hasSize(2);
        assertThat(steps(Map.of("y", p.mul(p).add(p)), true)).as("read three times by one chain").hasSize(1);
    }

    /** One of two products that meet in a chain is fused; the other is computed before. */
    @Test
    void oneProductOfAChain() {
        Tensor v = Tensor.input("v", DType.FLOAT32, 4, 3);
        List<Step> steps = steps(Map.of("y", x.matmul(w).mul(x.matmul(v))), true);
        assertThat(steps).hasSize(2);
        assertThat(steps.get(0)).isInstanceOf(Step.Single.class);
        assertThat(steps.get(1)).isInstanceOf(Step.Product.class);
    }

    /** A chain may write a variable over itself, a product must not: it would overwrite what the chain still reads. */
    @Test
    void aVariableIsNotOverwrittenByTheProduct() {
        Variable state = Variable.of("state", HostTensor.of(Shape.of(5, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
        try (Executor executor = Executors.open("cpu", 1); Program program = Program.builder().update(state, state.tensor().add(x.matmul(w))).compile(executor)) {
            program.set("x", new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1});
            program.set("w", new float[] {1, 2, 3, 10, 20, 30, 100, 200, 300, 1000, 2000, 3000});
            program.run();
            assertThat(state.value().floats()).containsExactly(2, 4, 6, 14, 25, 36, 107, 208, 309, 1010, 2011, 3012, 1124, 2236, 3348);
        }
    }

    /** Sizes below a tile, odd ones, several blocks of the inner size, one row, one column, batches; bit-equal for any number of threads. */
    @ParameterizedTest
    @CsvSource({"1,7,9,5", "1,1,33,20", "1,300,1,20", "1,2,700,31", "1,64,64,64", "1,130,70,600", "1,257,2100,40", "3,17,33,9", "6,1,5,4", "2,100,40,1100"})
    void fusedEqualsTheReference(int batch, int m, int n, int k) {
        Tensor a = values(1, batch, m, k);
        Tensor b = values(2, batch, n, k);
        Tensor residual = values(3, batch, m, n);
        Tensor bias = values(4, n);
        Tensor column = values(5, batch, m, 1).broadcastTo(Shape.of(batch, m, n));
        Tensor y = Tensor.of(new ContractionOp.MatMul(a, b, false, true), 0).add(bias).geluErf().mul(column).add(residual);
        float[] expected = run(y, new ReferenceExecutor(), false);
        float[] one = run(y, Executors.open("cpu", 1), true);
        float[] three = run(y, Executors.open("cpu", 3), true);
        assertThat(three).containsExactly(one);
        for (int i = 0; i < expected.length; i++) assertThat(one[i]).as("element %d", i).isCloseTo(expected[i], within(2e-5f * Math.max(1, Math.abs(expected[i])) * Math.max(1, k / 100f)));
    }

    private static Tensor values(int salt, int... sizes) {
        Shape shape = Shape.of(sizes);
        float[] values = new float[shape.count()];
        for (int i = 0; i < values.length; i++) values[i] = (float) Math.sin(salt + i * 12.9898);
        return Tensor.of(shape, values);
    }

    private static float[] run(Tensor y, Executor executor, boolean fused) {
        try (executor; Program program = Program.builder().output("y", y).compile(executor)) {
            assertThat(program.plan().steps().stream().filter(s -> s instanceof Step.Product).count()).isEqualTo(fused ? 1 : 0);
            program.run();
            return program.read("y").floats();
        }
    }
}
