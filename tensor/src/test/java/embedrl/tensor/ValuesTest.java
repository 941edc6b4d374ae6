package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Shapes, host values, variables and tensors as values. */
class ValuesTest {
    @Test
    void shapes() {
        Shape shape = Shape.of(2, 3, 4);
        assertThat(shape.count()).isEqualTo(24);
        assertThat(shape.size(-1)).isEqualTo(4);
        assertThat(shape.rows()).isEqualTo(6);
        assertThat(shape.columns()).isEqualTo(4);
        assertThat(shape.strides()).containsExactly(12, 4, 1);
        assertThat(shape.with(1, 9)).isEqualTo(Shape.of(2, 9, 4));
        assertThat(shape.without(0, 2)).isEqualTo(Shape.of(4));
        assertThat(shape.range(1, 3)).isEqualTo(Shape.of(3, 4));
        assertThat(shape.append(5, 6)).isEqualTo(Shape.of(2, 3, 4, 5, 6)).hasSameHashCodeAs(Shape.of(2, 3, 4, 5, 6));
        assertThat(Shape.SCALAR.count()).isEqualTo(1);
        assertThat(Shape.SCALAR.rows()).isEqualTo(1);
        assertThat(Shape.SCALAR.columns()).isEqualTo(1);
        assertThat(Shape.of(0, 5).count()).isZero();
        int[] sizes = {2, 3};
        Shape copied = Shape.of(sizes);
        sizes[0] = 9;
        copied.sizes()[1] = 9;
        assertThat(copied).hasToString("[2, 3]");
        assertThat(Shape.broadcast("x", Shape.of(5, 1, 7), Shape.of(3, 1))).isEqualTo(Shape.of(5, 3, 7));
        assertThat(Shape.broadcast("x", Shape.SCALAR, Shape.of(0, 2))).isEqualTo(Shape.of(0, 2));
        assertThat(Shape.broadcast("x", Shape.of(1, 2), Shape.of(0, 2))).isEqualTo(Shape.of(0, 2));
    }

    @Test
    void hostTensorsNeverChange() {
        float[] values = {1, 2};
        HostTensor tensor = HostTensor.of(Shape.of(2), values);
        values[0] = 9;
        tensor.floats()[1] = 9;
        assertThat(tensor.floats()).containsExactly(1, 2);
        Variable variable = Variable.of("v", tensor);
        Buffer stored = variable.buffer();
        stored.floats()[stored.offset()] = 5;
        assertThat(tensor.floats()).containsExactly(1, 2);
        HostTensor snapshot = variable.value();
        variable.assign(HostTensor.of(Shape.of(2), 7, 8));
        assertThat(snapshot.floats()).containsExactly(5, 2);
        assertThat(variable.value().floats()).containsExactly(7, 8);
        assertThat(HostTensor.ofInts(Shape.SCALAR, 4).item()).isEqualTo(4);
    }

    @Test
    void tensorsAreEqualByOperationAndResult() {
        Tensor x = Tensor.zeros(Shape.of(2, 3));
        List<Tensor> results = Tensor.results(new RowOp.RmsNorm(x, Tensor.zeros(Shape.of(3)), 1));
        assertThat(Tensor.of(results.get(0).op(), 1)).isEqualTo(results.get(1)).hasSameHashCodeAs(results.get(1)).isNotEqualTo(results.get(0));
        assertThat(x.exp()).isNotEqualTo(x.exp());
        assertThat(x.exp().op()).isEqualTo(x.exp().op());
        assertThat(x.softmax()).hasToString("softmax → FLOAT32[2, 3]");
        assertThat(x.reshape(3, -1).shape()).isEqualTo(Shape.of(3, 2));
        assertThat(x.reshape(2, 3)).isSameAs(x);
        assertThat(x.cast(DType.FLOAT32)).isSameAs(x);
        assertThat(Tensor.scalar(2).broadcastTo(Shape.of(4)).op()).isEqualTo(new LeafOp.Fill(2, Shape.of(4)));
    }

    @Test
    void operationNames() {
        assertThat(new RowOp.LogSumExp(Tensor.zeros(Shape.of(2))).name()).isEqualTo("log_sum_exp");
        assertThat(Tensor.zeros(Shape.of(2)).geluTanh().op().name()).isEqualTo("gelu_tanh");
        assertThat(Tensor.zeros(Shape.of(2)).less(1).op().name()).isEqualTo("less");
    }

    @Test
    void helpersRecordWhatTheySay() {
        Executor reference = new ReferenceExecutor();
        Tensor x = Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
        assertThat(x.mean().eval(reference).item()).isEqualTo(3.5f);
        assertThat(x.mean(0).eval(reference).floats()).containsExactly(2.5f, 3.5f, 4.5f);
        assertThat(x.sumRows().eval(reference)).hasToString("FLOAT32[2, 1] [[6.0],\n [15.0]]");
        assertThat(x.clamp(2, 5).eval(reference).floats()).containsExactly(2, 2, 3, 4, 5, 5);
        assertThat(x.pow(2).eval(reference).floats()).containsExactly(1, 4, 9, 16, 25, 36);
        assertThat(x.transpose().eval(reference).floats()).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(Tensor.of(new float[][] {{3, 4}, {0, 0}}).l2Normalize().eval(reference).floats()).containsExactly(0.6f, 0.8f, 0, 0);
        assertThat(Tensor.normal(Shape.of(3), Seed.of(1)).eval(reference).floats()).isEqualTo(Tensor.normal(Shape.of(3), Seed.of(1)).eval(reference).floats());
    }
}
