package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Read this first: what a tensor and a program are, in a few lines each. */
class TinyTest {
    private final Executor reference = new ReferenceExecutor();

    @Test
    void recordsAndComputes() {
        var x = Tensor.of(new float[][] {{1, 2}, {3, 4}});
        var y = x.mul(x).add(1).sum();
        assertThat(y.shape()).isEqualTo(Shape.SCALAR);
        assertThat(y.eval(reference).item()).isEqualTo(34);
    }

    @Test
    void fusesAChainIntoOneStep() {
        var x = Tensor.input("x", DType.FLOAT32, 2, 3);
        var bias = Tensor.of(Shape.of(3), 1, 2, 3);
        var scale = Tensor.of(Shape.of(2, 1), 10, 100);
        var y = x.add(bias).mul(scale).relu();
        var program = Program.builder().output("y", y).compile(reference);
        assertThat(program.plan().steps()).hasSize(1);
        program.set("x", new float[] {0, 0, 0, -5, 1, 1}).run();
        assertThat(program.read("y").floats()).containsExactly(10, 20, 30, 0, 300, 400);
        program.set("x", new float[] {1, 1, 1, 1, 1, 1}).run();
        assertThat(program.read("y").floats()).containsExactly(20, 30, 40, 200, 300, 400);
    }

    @Test
    void mergesEqualSubexpressions() {
        var x = Tensor.input("x", DType.FLOAT32, 4);
        var program = Program.builder().output("a", x.exp()).output("b", x.exp()).compile(reference);
        assertThat(program.plan().steps()).hasSize(1);
    }

    @Test
    void updatesVariablesAfterAllReadersOfTheOldValue() {
        var counter = Variable.of("counter", HostTensor.of(Shape.SCALAR, 1f));
        var old = counter.tensor();
        var program = Program.builder().output("square", old.mul(old)).update(counter, old.add(1)).compile(reference);
        program.run();
        assertThat(program.item("square")).isEqualTo(1);
        assertThat(counter.value().item()).isEqualTo(2);
        program.run();
        assertThat(program.item("square")).isEqualTo(4);
        assertThat(counter.value().item()).isEqualTo(3);
    }

    @Test
    void swapsOfVariablesAreRefusedAndCopiesWork() {
        var a = Variable.of("a", HostTensor.of(Shape.of(2), 1f, 2f));
        var b = Variable.of("b", HostTensor.of(Shape.of(2), 3f, 4f));
        assertThatThrownBy(() -> Program.builder().update(a, b.tensor()).update(b, a.tensor()).compile(reference)).hasMessageContaining("circle");
        Program.builder().update(a, b.tensor()).update(b, b.tensor().mul(2)).compile(reference).run();
        assertThat(a.value().floats()).containsExactly(3, 4);
        assertThat(b.value().floats()).containsExactly(6, 8);
    }

    @Test
    void errorsNameTheOperationAndBothShapes() {
        var a = Tensor.zeros(Shape.of(4, 16, 64));
        assertThatThrownBy(() -> a.matmul(Tensor.zeros(Shape.of(48, 64))))
                .hasMessage("matmul: inner sizes must agree, got [4, 16, 64] and [48, 64] (64 ≠ 48); the right operand looks transposed: use matmulTransposed");
        assertThatThrownBy(() -> a.add(Tensor.zeros(Shape.of(3)))).hasMessageContaining("add: shapes must be equal or stretch from 1, got [4, 16, 64] and [3]");
    }

    @Test
    void printsLikeNumpy() {
        assertThat(Tensor.of(new float[][] {{1, 2.5f}, {3, 4}}).eval(reference)).hasToString("FLOAT32[2, 2] [[1.0, 2.50000],\n [3.0, 4.0]]");
    }
}
