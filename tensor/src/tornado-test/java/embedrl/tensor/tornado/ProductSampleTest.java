package embedrl.tensor.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.tensor.ContractionOp;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.MovementOp;
import embedrl.tensor.ReferenceExecutor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Step;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Elements of large products, checked one by one. Needs no device. */
class ProductSampleTest {
    private static HostTensor values(String name, int... sizes) {
        return Tensor.normal(Shape.of(sizes), Seed.of(2).split(name)).eval(new ReferenceExecutor());
    }

    private static FirstRunCheck.Sample sample(HostTensor a, HostTensor b, boolean transposeA, boolean transposeB) {
        return sample(Tensor.constant(a), a, Tensor.constant(b), b, transposeA, transposeB);
    }

    /** A product of tensors, either of which may be a reshape of a constant. */
    private static FirstRunCheck.Sample sample(Tensor left, HostTensor a, Tensor right, HostTensor b, boolean transposeA, boolean transposeB) {
        var product = new ContractionOp.MatMul(left, right, transposeA, transposeB);
        List<Tensor> reads = List.of(root(left), root(right));
        Step step = new Step.Single(product, reads, List.of(Tensor.of(product, 0)));
        return new FirstRunCheck.Sample(step, Map.of(reads.get(0), a, reads.get(1), b), List.of(Kernel.MATMUL), true);
    }

    private static Tensor root(Tensor tensor) {
        return tensor.op() instanceof MovementOp.Reshape reshape ? reshape.x() : tensor;
    }

    private static HostTensor result(FirstRunCheck.Sample sample) {
        return sample.step().writes().getFirst().eval(new ReferenceExecutor());
    }

    @ParameterizedTest
    @CsvSource({"false,false,2", "true,false,2", "false,true,2", "true,true,2", "false,true,1"})
    void rightResultsPassInEveryLayout(boolean transposeA, boolean transposeB, int matrices) {
        HostTensor a = transposeA ? values("a", 2, 6, 9) : values("a", 2, 9, 6);
        HostTensor b = matrices == 1 ? transposeB ? values("b", 7, 6) : values("b", 6, 7) : transposeB ? values("b", 2, 7, 6) : values("b", 2, 6, 7);
        FirstRunCheck.Sample sample = sample(a, b, transposeA, transposeB);
        assertThat(ProductSample.covers(sample.step())).isTrue();
        assertThatCode(() -> ProductSample.compare(sample, result(sample), "d", false)).doesNotThrowAnyException();
    }

    @Test
    void operandsMayBeReshapes() {
        HostTensor a = values("a", 3, 4, 6);
        HostTensor b = values("b", 6, 2, 4);
        FirstRunCheck.Sample sample = sample(Tensor.constant(a).reshape(12, 6), a, Tensor.constant(b).reshape(6, 8), b, false, false);
        assertThatCode(() -> ProductSample.compare(sample, result(sample), "d", false)).doesNotThrowAnyException();
    }

    @Test
    void aWrongCornerIsFound() {
        FirstRunCheck.Sample sample = sample(values("a", 50, 6), values("b", 6, 40), false, false);
        float[] wrong = result(sample).floats().clone();
        wrong[wrong.length - 1] += 0.01f;
        assertThatThrownBy(() -> ProductSample.compare(sample, HostTensor.of(Shape.of(50, 40), wrong), "OPENCL test", false)).isInstanceOf(TensorException.class)
                .hasMessageContaining("OPENCL test gives wrong numbers").hasMessageContaining("matmul").hasMessageContaining("element 1999").hasMessageContaining("sampled");
    }

    @Test
    void aRunThatDoesNotAccumulateIsFound() {
        FirstRunCheck.Sample sample = sample(values("a", 50, 6), values("b", 6, 40), false, false);
        assertThatThrownBy(() -> ProductSample.compare(sample, HostTensor.of(Shape.of(50, 40), new float[2000]), "d", false)).hasMessageContaining("one of 1 sampled");
    }

    @Test
    void roundedInputsPassOnlyWhereTheyAreExpected() {
        HostTensor a = values("a", 20, 300);
        HostTensor b = values("b", 300, 20);
        FirstRunCheck.Sample sample = sample(a, b, false, false);
        HostTensor rounded = result(sample(rounded(a), rounded(b), false, false));
        assertThatCode(() -> ProductSample.compare(sample, rounded, "d", true)).doesNotThrowAnyException();
        assertThatThrownBy(() -> ProductSample.compare(sample, rounded, "d", false)).hasMessageContaining("gives wrong numbers");
        assertThatThrownBy(() -> ProductSample.compare(sample, HostTensor.of(Shape.of(20, 20), new float[400]), "d", true)).hasMessageContaining("gives wrong numbers");
    }

    private static HostTensor rounded(HostTensor values) {
        return Tensor.constant(values).cast(DType.BFLOAT16).cast(DType.FLOAT32).eval(new ReferenceExecutor());
    }
}
