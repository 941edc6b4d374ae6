package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of one left operand that begin together. */
class ProductJoiningTest {
    private static final int K = 64;

    private final Tensor x = Tensor.input("x", DType.FLOAT32, 3, K);
    private final SplittableRandom random = new SplittableRandom(4);

    private static List<Step> steps(Map<String, Tensor> outputs) {
        return Planner.plan(outputs, Map.of(), true).steps();
    }

    private static Tensor weight(int n) {
        return Variable.zeros("w" + n, TensorType.float32(n, K)).tensor();
    }

    private static Map<String, Tensor> outputs(Tensor... values) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (Tensor value : values) outputs.put("y" + outputs.size(), value);
        return outputs;
    }

    @Test
    void queriesKeysAndValuesBeginTogether() {
        Tensor q = x.matmulTransposed(weight(40)).relu();
        Tensor k = x.matmulTransposed(weight(24));
        Tensor v = x.matmulTransposed(weight(24)).add(Tensor.input("b", DType.FLOAT32, 24));
        assertThat(steps(outputs(q.sum(), k, v))).first().isInstanceOfSatisfying(Step.Joined.class, joined -> {
            assertThat(joined.products()).hasSize(3);
            assertThat(joined.writes()).containsExactly(q, k, v);
            assertThat(joined.reads()).startsWith(x).hasSize(5);
            assertThat(Cost.of(joined).flops()).isEqualTo(2L * 3 * K * (40 + 24 + 24) + 3 * 40 + 3 * 24);
        });
        assertThat(Planner.plan(outputs(q, k, v), Map.of(), false).steps()).noneMatch(step -> step instanceof Step.Joined);
    }

    /** The chain of the second reads the first one element by element. */
    @Test
    void gateAndUpBeginTogether() {
        Tensor gate = x.matmulTransposed(weight(40));
        Tensor y = gate.silu().mul(x.matmulTransposed(weight(40)));
        assertThat(steps(outputs(y))).singleElement().isInstanceOfSatisfying(Step.Joined.class, joined -> {
            assertThat(joined.writes()).containsExactly(gate, y);
            assertThat(joined.reads()).hasSize(3).doesNotContain(gate);
        });
    }

    @Test
    void whatNeedsAllOfAnotherComesAfterIt() {
        Tensor first = x.matmulTransposed(weight(40));
        Tensor second = x.matmulTransposed(weight(40));
        assertThat(steps(outputs(second.mul(first.sum())))).as("a sum").noneMatch(step -> step instanceof Step.Joined);
        Tensor row = Tensor.input("r", DType.FLOAT32, 1, K);
        Tensor scale = row.matmulTransposed(weight(40));
        assertThat(steps(outputs(row.matmulTransposed(weight(40)).mul(scale.reshape(40).slice(0, 0, 1))))).as("one element").noneMatch(step -> step instanceof Step.Joined);
        Tensor square = Tensor.input("s", DType.FLOAT32, 40, K);
        Tensor wide = square.matmulTransposed(weight(1));
        assertThat(steps(outputs(square.matmulTransposed(weight(40)).mul(wide)))).as("a column for all columns").noneMatch(step -> step instanceof Step.Joined);
    }

    @Test
    void onlyShortProductsOfWeights() {
        Tensor many = Tensor.input("m", DType.FLOAT32, ProductJoining.FEW, K);
        assertThat(steps(outputs(many.matmulTransposed(weight(40)), many.matmulTransposed(weight(8))))).as("long enough alone").hasSize(2);
        Tensor v = Tensor.input("v", DType.FLOAT32, 40, K);
        assertThat(steps(outputs(x.matmulTransposed(weight(40)), x.matmulTransposed(v)))).as("no weight").hasSize(2);
        Tensor other = Tensor.input("o", DType.FLOAT32, 3, K);
        assertThat(steps(outputs(x.matmulTransposed(weight(40)), other.matmulTransposed(weight(8))))).as("another left operand").hasSize(2);
    }

    /** What the second product's chain reads comes from the first, through a sum: the third joins the second. */
    @Test
    void aGroupBeginsWhereItsFirstProductDoes() {
        Tensor between = x.matmulTransposed(weight(40)).sum(0).reshape(1, 40);
        Tensor y = x.matmulTransposed(weight(40)).mul(between);
        Tensor z = x.matmulTransposed(weight(8));
        List<Step> steps = steps(outputs(y, z));
        assertThat(steps).hasSize(3);
        assertThat(steps.getLast()).isInstanceOfSatisfying(Step.Joined.class, joined -> assertThat(joined.writes()).containsExactlyInAnyOrder(y, z));
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, FLOAT32", "BFLOAT16, BFLOAT16", "FLOAT16, FLOAT16", "Q8_0, Q8_0", "Q4_0, Q4_0", "Q4_1, Q4_1", "Q4_0, Q8_0", "FLOAT32, BFLOAT16"})
    void theSameNumbersAsOneByOne(DType type, DType other) {
        try (Executor reference = Executors.open("reference", 1); Executor one = Executors.open("cpu", 1); Executor three = Executors.open("cpu", 3)) {
            for (int m : new int[] {1, 2, 5, 16, 64}) {
                int k = type == DType.FLOAT32 && other == DType.FLOAT32 ? 70 : 1088;
                Tensor input = Tensor.input("x", DType.FLOAT32, m, k);
                Tensor gate = input.matmulTransposed(weight(type, 136, k));
                Tensor y = gate.silu().mul(input.matmulTransposed(weight(other, 136, k)));
                Tensor q = input.matmulTransposed(weight(type, 72, k)).add(Tensor.of(Shape.of(72), values(72)));
                Tensor v = input.matmulTransposed(weight(other, 33, k));
                float[] x = values(m * k);
                List<float[]> expected = run(reference, outputs(y, gate, q, v), x);
                List<float[]> actual = run(one, outputs(y, gate, q, v), x);
                for (int i = 0; i < expected.size(); i++)
                    for (int j = 0; j < expected.get(i).length; j++)
                        assertThat(actual.get(i)[j]).as("%s, m %d, output %d, element %d", type, m, i, j).isCloseTo(expected.get(i)[j], within(2e-4f * (1 + Math.abs(expected.get(i)[j]))));
                assertThat(run(three, outputs(y, gate, q, v), x)).usingRecursiveComparison().isEqualTo(actual);
            }
        }
    }

    private Tensor weight(DType type, int n, int k) {
        Variable weight = Variable.zeros("w", new TensorType(type, Shape.of(n, k)));
        weight.assign(HostTensor.copyOf(Conversions.convert(HostTensor.of(Shape.of(n, k), values(n * k)).toBuffer(), type)));
        return weight.tensor();
    }

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian() / 8;
        return values;
    }

    private static List<float[]> run(Executor executor, Map<String, Tensor> outputs, float[] x) {
        Program.Builder builder = Program.builder();
        outputs.forEach(builder::output);
        try (Program program = builder.compile(executor)) {
            program.set("x", x).run();
            List<float[]> results = new ArrayList<>();
            for (String name : outputs.keySet()) results.add(program.read(name).floats());
            return results;
        }
    }
}
