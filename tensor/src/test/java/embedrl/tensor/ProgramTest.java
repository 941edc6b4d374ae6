package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Programs: what planning merges and drops, and the messages of their misuse. */
class ProgramTest {
    private final Executor reference = new ReferenceExecutor();
    private final Tensor x = Tensor.input("x", DType.FLOAT32, 2, 3);

    private Program compile(Map<String, Tensor> outputs) {
        Program.Builder builder = Program.builder();
        outputs.forEach(builder::output);
        return builder.compile(reference);
    }

    @Test
    void equalExpressionsAreComputedOnce() {
        Tensor a = x.transpose().matmul(x);
        Tensor b = Tensor.input("x", DType.FLOAT32, 2, 3).transpose().matmul(Tensor.input("x", DType.FLOAT32, 2, 3));
        Program program = compile(Map.of("a", a, "b", b.mul(1)));
        assertThat(program.plan().steps()).hasSize(3);   // permute, matmul, mul
        Tensor seed = Tensor.ofInts(Shape.of(2), 1, 2);
        assertThat(compile(Map.of("u", Tensor.uniform(Shape.of(4), seed, 0), "v", Tensor.uniform(Shape.of(4), seed, 0))).plan().steps()).hasSize(1);
        assertThat(compile(Map.of("u", Tensor.uniform(Shape.of(4), seed, 0), "v", Tensor.uniform(Shape.of(4), seed, 1))).plan().steps()).hasSize(2);
    }

    @Test
    void unusedOperationsAndInputsAreDropped() {
        x.exp().sum();
        Tensor unused = Tensor.input("unused", DType.FLOAT32, 5);
        Tensor norm = Tensor.of(new RowOp.LayerNorm(x, Tensor.full(Shape.of(3), 1), Tensor.zeros(Shape.of(3)), 1e-5f), 0);
        Program program = compile(Map.of("y", norm));
        assertThat(program.has("x")).isTrue();
        assertThat(program.has("unused")).isFalse();
        assertThat(program.plan().inputs()).containsOnlyKeys("x");
        assertThatThrownBy(() -> program.set("unused", new float[5])).hasMessage("program: there is no input 'unused'; the inputs are [x]");
        assertThat(unused.shape()).isEqualTo(Shape.of(5));
    }

    @Test
    void inputsAreCheckedByNameTypeAndLength() {
        Program program = compile(Map.of("y", x.add(1)));
        assertThatThrownBy(() -> program.set("z", 1f)).hasMessage("program: there is no input 'z'; the inputs are [x]");
        assertThatThrownBy(() -> program.set("x", new float[5])).hasMessage("program: input 'x' is FLOAT32[2, 3] (6 values), got 5 values of FLOAT32");
        assertThatThrownBy(() -> program.set("x", new int[6])).hasMessage("program: input 'x' is FLOAT32[2, 3] (6 values), got 6 values of INT32");
        assertThatThrownBy(program::run).hasMessage("program: input 'x' was never set");
        assertThatThrownBy(() -> program.read("y")).hasMessage("program: run() comes before reading 'y'");
        program.set("x", new float[6]).run();
        assertThatThrownBy(() -> program.read("z")).hasMessage("program: there is no output 'z'; the outputs are [y]");
        assertThatThrownBy(() -> program.read("y", new float[5])).hasMessageContaining("does not fit into 5 elements");
        assertThatThrownBy(() -> program.item("y")).hasMessage("item: needs a tensor with one element, got [2, 3]");
    }

    @Test
    void inputsKeepTheirValuesAndAreCopied() {
        Program program = compile(Map.of("y", x.mul(2)));
        float[] values = {1, 2, 3, 4, 5, 6};
        program.set("x", values);
        values[0] = 100;
        program.run();
        program.run();
        assertThat(program.read("y").floats()).containsExactly(2, 4, 6, 8, 10, 12);
    }

    /** A run that fails leaves nothing to be read. */
    @Test
    void aFailedRunHasNoResults() {
        Tensor ids = Tensor.input("ids", DType.INT32, 1);
        Program program = compile(Map.of("y", Tensor.of(new float[][] {{1}, {2}}).gather(ids)));
        program.set("ids", new int[] {2});
        assertThatThrownBy(program::run).hasMessage("gather: index 2 is outside of 0..1");
        assertThatThrownBy(() -> program.read("y")).hasMessage("program: run() comes before reading 'y'");
        program.set("ids", new int[] {1}).run();
        assertThat(program.item("y")).isEqualTo(2);
    }

    @Test
    void namesAndUpdatesAreUnique() {
        Variable v = Variable.zeros("v", TensorType.float32(2));
        assertThatThrownBy(() -> Program.builder().output("y", x).output("y", x.neg())).hasMessage("program: two outputs are named 'y'");
        assertThatThrownBy(() -> Program.builder().update(v, v.tensor().add(1)).update(v, v.tensor())).hasMessage("program: variable 'v' is updated twice");
        assertThatThrownBy(() -> Program.builder().update(v, x)).hasMessage("program: variable 'v' has type FLOAT32[2], its new value FLOAT32[2, 3]");
        assertThatThrownBy(() -> Program.builder().compile(reference)).hasMessage("program: needs at least one output or update");
        assertThatThrownBy(() -> compile(Map.of("a", x, "b", Tensor.input("x", DType.FLOAT32, 6))))
                .hasMessageStartingWith("program: two inputs are named 'x', FLOAT32[").hasMessageContaining(" and FLOAT32[");
    }

    @Test
    void outputsThatAreLeavesOrShareAValue() {
        Tensor y = x.add(1);
        Program program = compile(Map.of("input", x, "reshaped", x.reshape(6), "y", y, "again", y, "flat", y.reshape(6), "three", Tensor.scalar(3),
                "constant", Tensor.of(Shape.of(2), 7, 8)));
        program.set("x", new float[] {1, 2, 3, 4, 5, 6}).run();
        assertThat(program.read("input").floats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(program.read("reshaped").shape()).isEqualTo(Shape.of(6));
        assertThat(program.read("again").floats()).isEqualTo(program.read("y").floats());
        assertThat(program.read("flat").shape()).isEqualTo(Shape.of(6));
        assertThat(program.item("three")).isEqualTo(3);
        assertThat(program.read("constant").floats()).containsExactly(7, 8);
        float[] into = new float[6];
        program.read("y", into);
        assertThat(into).containsExactly(2, 3, 4, 5, 6, 7);
    }

    @Test
    void chainsBreakAtOtherReadersAndLimits() {
        Tensor h = x.exp();
        assertThat(compile(Map.of("y", h.add(1).mul(h))).plan().steps()).hasSize(1);
        assertThat(compile(Map.of("y", h.add(1), "z", h.sum())).plan().steps()).hasSize(3);   // exp is read by a chain and a sum
        assertThat(compile(Map.of("y", h.neg(), "h", h)).plan().steps()).hasSize(2);          // an output stays in memory
        Plan shared = compile(Map.of("y", h.add(1), "z", h.mul(2))).plan();
        assertThat(shared.steps()).hasSize(3).allSatisfy(step ->   // exp is computed once, not in both chains
                assertThat(((Step.Chain) step).code().stream().filter(i -> !(i instanceof Step.Instruction.Load))).hasSize(1));
        Tensor longChain = x;
        for (int i = 0; i < 100; i++) longChain = longChain.add(x.mul(i));
        assertThat(compile(Map.of("y", longChain)).plan().steps()).hasSizeBetween(2, 20).allSatisfy(step ->
                assertThat(((Step.Chain) step).operands()).hasSizeLessThanOrEqualTo(Fusion.MAXIMUM_OPERANDS));
    }

    @Test
    void explainsItsCost() {
        Tensor w = Tensor.of(Shape.of(4, 3), new float[12]);
        Program program = compile(Map.of("y", x.matmulTransposed(w).add(1).relu(), "z", x.softmax()));
        assertThat(Cost.of(program.plan().steps().stream().filter(s -> s instanceof Step.Single(ContractionOp.MatMul _, _, _)).findFirst().orElseThrow()))
                .isEqualTo(new Cost(2 * 2 * 4 * 3, 4 * (6 + 12 + 8)));
        assertThat(program.explain()).contains("Program on reference: 3 steps").contains("matmul").contains("softmax").contains("elementwise (fused)")
                .contains("1 chains of 2 fused operations").contains("24 FLOP").contains("48 FLOP");   // numbers of the chain are no operations
    }

    /** Deep graphs are walked without recursion. */
    @Test
    void deepGraphs() {
        Tensor y = Tensor.input("y", DType.FLOAT32);
        for (int i = 0; i < 20_000; i++) y = i % 100 == 0 ? y.sum() : y.add(1);
        assertThat(Graph.order(java.util.List.of(y))).hasSizeGreaterThan(20_000);
        Program program = compile(Map.of("y", y));
        program.set("y", 0f).run();
        assertThat(program.item("y")).isEqualTo(19_800);
    }
}
