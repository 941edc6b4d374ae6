package embedrl.tensor.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.tensor.ContractionOp;
import embedrl.tensor.HostTensor;
import embedrl.tensor.ReferenceExecutor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Step;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.Test;

/** Elements of large products, checked one by one. Needs no device. */
class ProductSampleTest {
    private static HostTensor values(String name, int... sizes) {
        return Tensor.normal(Shape.of(sizes), Seed.of(2).split(name)).eval(new ReferenceExecutor());
    }

    private static FirstRunCheck.Sample sample(HostTensor a, HostTensor b, boolean transposeA, boolean transposeB) {
        Tensor left = Tensor.constant(a);
        Tensor right = Tensor.constant(b);
        var product = new ContractionOp.MatMul(left, right, transposeA, transposeB);
        Step step = new Step.Single(product, List.of(), List.of(Tensor.of(product, 0)));
        return new FirstRunCheck.Sample(step, Map.of(left, a, right, b), List.of(Kernel.MATMUL), true);
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
        assertThatCode(() -> ProductSample.compare(sample, result(sample), "d")).doesNotThrowAnyException();
    }

    @Test
    void aWrongCornerIsFound() {
        FirstRunCheck.Sample sample = sample(values("a", 50, 6), values("b", 6, 40), false, false);
        float[] wrong = result(sample).floats().clone();
        wrong[wrong.length - 1] += 0.01f;
        assertThatThrownBy(() -> ProductSample.compare(sample, HostTensor.of(Shape.of(50, 40), wrong), "OPENCL test")).isInstanceOf(TensorException.class)
                .hasMessageContaining("OPENCL test gives wrong numbers").hasMessageContaining("matmul").hasMessageContaining("element 1999").hasMessageContaining("sampled");
    }

    @Test
    void aRunThatDoesNotAccumulateIsFound() {
        FirstRunCheck.Sample sample = sample(values("a", 50, 6), values("b", 6, 40), false, false);
        assertThatThrownBy(() -> ProductSample.compare(sample, HostTensor.of(Shape.of(50, 40), new float[2000]), "d")).hasMessageContaining("one of 1 sampled");
    }
}
