package embedrl.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.ContractionOp.Attention;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.ReduceOp.Sum;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Axes of size 0: sums over nothing are 0, everything else is empty; forward and backward, on all executors. */
class EmptySizesTest {
    record Case(String name, Tensor x, Tensor y) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        Tensor rows = zeros(0, 5);
        Tensor columns = zeros(3, 0);
        Tensor ids = Tensor.ofInts(Shape.of(0));
        Tensor lengths = Tensor.ofInts(Shape.of(2), 0, 0);
        Map<String, Tensor[]> cases = new LinkedHashMap<>();
        cases.put("elementwise", new Tensor[] {rows, rows.exp().add(1)});
        cases.put("broadcast", new Tensor[] {rows, rows.mul(Tensor.of(Shape.of(5), 1, 2, 3, 4, 5))});
        cases.put("sum over an empty axis", new Tensor[] {rows, rows.sum(0)});
        cases.put("sum of empty rows", new Tensor[] {columns, columns.sum(-1)});
        cases.put("sum of all", new Tensor[] {columns, columns.sum()});
        cases.put("sum over no axis", new Tensor[] {rows, Tensor.of(new Sum(rows, 1, 1), 0)});
        cases.put("max over the other axis", new Tensor[] {rows, rows.max(1)});
        cases.put("matmul without rows", new Tensor[] {rows, rows.matmul(Tensor.zeros(Shape.of(5, 7)))});
        cases.put("matmul over nothing", new Tensor[] {columns, columns.matmul(Tensor.zeros(Shape.of(0, 7)))});
        cases.put("matmul without batches", new Tensor[] {zeros(0, 3, 5), zeros(0, 3, 5).matmul(zeros(0, 5, 2))});
        cases.put("softmax", new Tensor[] {rows, rows.softmax()});
        cases.put("rms_norm", new Tensor[] {rows, rows.rmsNorm(Tensor.full(Shape.of(5), 1), 1e-5f)});
        cases.put("layer_norm", new Tensor[] {rows, rows.layerNorm(Tensor.full(Shape.of(5), 1), zeros(5), 1e-5f)});
        cases.put("cross_entropy", new Tensor[] {rows, rows.crossEntropy(ids)});
        cases.put("draw", new Tensor[] {rows, rows.draw(zeros(0)).cast(DType.FLOAT32)});
        cases.put("concat with an empty part", new Tensor[] {rows, Tensor.concat(0, rows, Tensor.full(Shape.of(2, 5), 3))});
        cases.put("pad of nothing", new Tensor[] {rows, rows.pad(0, 1, 2)});
        cases.put("slice to nothing", new Tensor[] {zeros(3, 4), zeros(3, 4).slice(1, 2, 2)});
        cases.put("permute", new Tensor[] {columns, columns.transpose()});
        cases.put("gather of no ids", new Tensor[] {zeros(4, 5), zeros(4, 5).gather(ids)});
        cases.put("scatter of no rows", new Tensor[] {rows, rows.scatterAdd(ids, 4)});
        cases.put("cast", new Tensor[] {rows, rows.cast(DType.BFLOAT16)});
        Tensor q = zeros(2, 3, 2, 4);
        cases.put("attention over no keys", new Tensor[] {q, Tensor.of(new Attention(q, zeros(2, 0, 1, 4), zeros(2, 0, 1, 4), lengths, 1, false), 0)});
        Tensor none = zeros(2, 0, 2, 4);
        cases.put("attention of no queries", new Tensor[] {none, Tensor.of(new Attention(none, zeros(2, 3, 1, 4), zeros(2, 3, 1, 4), lengths, 1, true), 0)});
        return cases.entrySet().stream().map(e -> new Case(e.getKey(), e.getValue()[0], e.getValue()[1]));
    }

    private static Tensor zeros(int... sizes) {
        return Tensor.constant(HostTensor.of(Shape.of(sizes), new float[Shape.of(sizes).count()]));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void computesNothingOrZeros(Case test) {
        List<Executor> executors = new ArrayList<>(Devices.fast());
        executors.add(Devices.REFERENCE);
        for (Executor executor : executors) {
            HostTensor y = test.y().eval(executor);
            assertThat(y.type()).isEqualTo(test.y().type());
            for (float value : y.floats()) assertThat(value).isIn(0f, 3f);
            Tensor gradient = Gradients.of(List.of(test.y()), List.of(Tensor.full(test.y().shape(), 1)), List.of(test.x())).getFirst();
            assertThat(gradient.eval(executor).shape()).isEqualTo(test.x().shape());
        }
    }
}
