package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** In-place updates of variables: everything in a program sees the values before it, whatever is written where. */
class UpdatesTest {
    private final Executor reference = new ReferenceExecutor();

    private static Variable variable(String name, float... values) {
        return Variable.of(name, HostTensor.of(Shape.of(values.length), values));
    }

    /** Random updates of up to four variables that read each other, run twice, against assignments of values computed one by one. */
    @Test
    void randomUpdatesSeeOldValuesOnly() {
        int refused = 0;
        int inPlace = 0;
        for (int number = 0; number < 400; number++) {
            RandomGraphs graphs = new RandomGraphs(9000 + number, true);
            List<Variable> variables = new ArrayList<>();
            for (int i = 0; i < 4; i++) variables.add(filled("v" + i, graphs, i % 2 == 0 ? Shape.of(5, 7) : Shape.of(5, 5)));
            for (Variable v : variables) graphs.offer(v.tensor());
            Map<String, Tensor> outputs = graphs.outputs(6);
            Map<Variable, Tensor> updates = new LinkedHashMap<>();
            for (Variable v : variables) if (graphs.draw(4) > 0) updates.put(v, newValue(graphs, v, variables));
            outputs.values().removeIf(o -> Plan.root(o).op() instanceof LeafOp.Stored);
            if (updates.isEmpty()) continue;
            Program program;
            try {
                Program.Builder builder = Program.builder();
                outputs.forEach(builder::output);
                updates.forEach(builder::update);
                program = builder.compile(reference);
            } catch (TensorException e) {
                assertThat(e).hasMessageContaining("in a circle");
                refused++;
                continue;
            }
            graphs.set(program);
            for (int run = 0; run < 2; run++) {
                List<Tensor> roots = new ArrayList<>(outputs.values());
                roots.addAll(updates.values());
                Map<Tensor, HostTensor> expected = RandomGraphs.oneByOne(roots, reference, graphs.floats(), graphs.ints());
                Map<Variable, float[]> after = new LinkedHashMap<>();
                for (Variable v : variables) after.put(v, updates.containsKey(v) ? expected.get(updates.get(v)).floats() : v.value().floats());
                program.run();
                for (var e : after.entrySet())
                    assertThat(e.getKey().value().floats()).as("program %d, run %d, %s", number, run, e.getKey().name()).containsExactly(e.getValue());
                for (var e : outputs.entrySet())
                    assertThat(program.read(e.getKey()).floats()).as("program %d, run %d, %s", number, run, e.getKey()).containsExactly(expected.get(e.getValue()).floats());
            }
            inPlace += (int) updates.size() - (int) program.plan().steps().stream().filter(s -> s instanceof Step.Store).count();
        }
        assertThat(inPlace).as("updates computed in place").isGreaterThan(300);
        assertThat(refused).as("programs refused for a circle").isBetween(1, 200);
    }

    private static Variable filled(String name, RandomGraphs graphs, Shape shape) {
        float[] values = new float[shape.count()];
        for (int i = 0; i < values.length; i++) values[i] = graphs.value();
        return Variable.of(name, HostTensor.of(shape, values));
    }

    /** A new value of the variable's shape: of itself, of others, through products, broadcasts, norms or a copy. */
    private static Tensor newValue(RandomGraphs graphs, Variable v, List<Variable> variables) {
        Tensor own = v.tensor();
        List<Tensor> alike = variables.stream().filter(o -> o.shape().equals(v.shape())).map(Variable::tensor).toList();
        Tensor other = alike.get(graphs.draw(alike.size()));
        return switch (graphs.draw(9)) {
            case 0 -> own.mul(0.5f).add(other.tanh());
            case 1 -> own.add(other.sum(0));                                   // reads a variable as a broadcast row
            case 2 -> other.sub(own.sum(-1).reshape(5, 1));
            case 3 -> other;
            case 4 -> own.softmax();                                           // reads and writes itself by one kernel
            case 5 -> own.slice(0, 0, 1).broadcastTo(own.shape()).add(own);
            case 6 -> variables.get(1).tensor().matmul(variables.get(0).tensor()).size(1) == own.size(1)
                    ? variables.get(1).tensor().matmul(variables.get(0).tensor()) : own.matmul(variables.get(3).tensor());
            case 7 -> Tensor.concat(0, other.slice(0, 2, 5), own.slice(0, 0, 2));
            default -> Tensor.full(own.shape(), graphs.value());
        };
    }

    @Test
    void adamWWritesThreeVariablesInPlace() {
        Variable p = variable("p", 1, 2);
        Variable m = variable("m", 0, 0);
        Variable v = variable("v", 0, 0);
        List<Tensor> results = Tensor.results(new UpdateOp.AdamW(p.tensor(), p.tensor().mul(2), m.tensor(), v.tensor(), Tensor.scalar(0.1f), Tensor.scalar(1),
                Tensor.scalar(1), 0.9f, 0.999f, 1e-8f, 0));
        Program program = Program.builder().output("loss", p.tensor().square().sum()).update(p, results.get(0)).update(m, results.get(1)).update(v, results.get(2))
                .compile(reference);
        assertThat(program.plan().steps()).noneMatch(s -> s instanceof Step.Store);
        program.run();
        assertThat(program.item("loss")).isEqualTo(5);
        assertThat(p.value().floats()).containsExactly(0.9f, 1.9f);
        assertThat(m.value().floats()[1]).isEqualTo(0.4f, org.assertj.core.api.Assertions.within(1e-7f));
    }

    @Test
    void cacheRowsAreWrittenInPlace() {
        Variable cache = Variable.zeros("cache", TensorType.float32(1, 4, 2));
        Tensor values = Tensor.input("values", DType.FLOAT32, 1, 1, 2);
        Tensor start = Tensor.input("start", DType.INT32, 1);
        Tensor written = Tensor.of(new IndexOp.WriteRows(cache.tensor(), values, start), 0);
        Program program = Program.builder().output("sum", written.sum()).update(cache, written).compile(reference);
        assertThat(program.plan().steps()).noneMatch(s -> s instanceof Step.Store);
        assertThat(program.plan().arenaElements()).containsEntry(DType.FLOAT32, 16);   // the sum alone
        program.set("values", new float[] {1, 2}).set("start", new int[] {1}).run();
        program.set("values", new float[] {3, 4}).set("start", new int[] {3}).run();
        assertThat(program.item("sum")).isEqualTo(10);
        assertThat(cache.value().floats()).containsExactly(0, 0, 1, 2, 0, 0, 3, 4);
    }

    @Test
    void oneValueForTwoVariables() {
        Variable a = variable("a", 1, 2);
        Variable b = variable("b", 3, 4);
        Tensor sum = a.tensor().add(b.tensor());
        Program.builder().update(a, sum).update(b, sum).compile(reference).run();
        assertThat(a.value().floats()).containsExactly(4, 6);
        assertThat(b.value().floats()).containsExactly(4, 6);
    }

    @Test
    void aVariableTakesOverAnInputAReshapeOrItself() {
        Variable a = variable("a", 1, 2, 3, 4);
        Variable b = Variable.of("b", HostTensor.of(Shape.of(2, 2), 5, 6, 7, 8));
        Tensor input = Tensor.input("x", DType.FLOAT32, 4);
        Program program = Program.builder().update(a, input).update(b, a.tensor().reshape(2, 2)).compile(reference);
        program.set("x", new float[] {9, 9, 9, 9}).run();
        assertThat(b.value().floats()).containsExactly(1, 2, 3, 4);
        assertThat(a.value().floats()).containsExactly(9, 9, 9, 9);
        Program.builder().update(a, a.tensor()).compile(reference).run();
        assertThat(a.value().floats()).containsExactly(9, 9, 9, 9);
    }

    @Test
    void halfWidthVariables() {
        Variable half = Variable.zeros("half", new TensorType(DType.BFLOAT16, Shape.of(3)));
        Tensor wide = half.tensor().cast(DType.FLOAT32);
        Program program = Program.builder().output("before", wide.mul(1)).update(half, wide.add(1.001f).cast(DType.BFLOAT16)).compile(reference);
        program.run();
        program.run();
        assertThat(program.read("before").floats()).containsExactly(1, 1, 1);
        assertThat(half.value().floats()).containsExactly(2, 2, 2);
    }

    @Test
    void anUpdatedVariableIsNoOutput() {
        Variable a = variable("a", 1, 2);
        assertThatThrownBy(() -> Program.builder().output("old", a.tensor().reshape(2, 1)).update(a, a.tensor().add(1)).compile(reference))
                .hasMessage("program: output 'old' is variable 'a', which the program updates; output its new value, or a copy made with mul(1)");
        Program program = Program.builder().output("old", a.tensor().mul(1)).output("new", a.tensor().add(1)).update(a, a.tensor().add(1)).compile(reference);
        program.run();
        assertThat(program.read("old").floats()).containsExactly(1, 2);
        assertThat(program.read("new").floats()).containsExactly(2, 3);
        assertThat(a.value().floats()).containsExactly(2, 3);
    }
}
