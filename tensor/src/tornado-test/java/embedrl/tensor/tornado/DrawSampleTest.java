package embedrl.tensor.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.tensor.HostTensor;
import embedrl.tensor.ReferenceExecutor;
import embedrl.tensor.RowOp;
import embedrl.tensor.Shape;
import embedrl.tensor.Step;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Drawn columns, checked by the distribution. Needs no device. */
class DrawSampleTest {
    /** Probabilities 1/2, 0, 1/4, 1/4 in both rows. */
    private static final float[] LOGITS = {(float) Math.log(2), Float.NEGATIVE_INFINITY, 0, 0};

    private static FirstRunCheck.Sample sample(float first, float second) {
        HostTensor logits = Tensor.of(new float[][] {LOGITS, LOGITS}).eval(new ReferenceExecutor());
        HostTensor uniform = HostTensor.of(Shape.of(2), first, second);
        var draw = new RowOp.Draw(Tensor.constant(logits), Tensor.constant(uniform));
        return new FirstRunCheck.Sample(new Step.Single(draw, draw.inputs(), List.of(Tensor.of(draw, 0))), Map.of(draw.logits(), logits, draw.uniform(), uniform), List.of(Kernel.DRAW), false);
    }

    private static HostTensor columns(int first, int second) {
        return HostTensor.ofInts(Shape.of(2), first, second);
    }

    private static void accepts(FirstRunCheck.Sample sample, int first, int second) {
        assertThat(DrawSample.covers(sample.step())).isTrue();
        assertThatCode(() -> DrawSample.compare(sample, columns(first, second), "d")).doesNotThrowAnyException();
    }

    private static void refuses(FirstRunCheck.Sample sample, int first, int second, String message) {
        assertThatThrownBy(() -> DrawSample.compare(sample, columns(first, second), "d")).isInstanceOf(TensorException.class).hasMessageContaining(message);
    }

    @Test
    void rightColumnsPassAndWrongOnesAreNamed() {
        FirstRunCheck.Sample sample = sample(0.3f, 0.9f);
        accepts(sample, 0, 3);
        refuses(sample, 1, 3, "element 0 of INT32[2] is 1.0, expected 0.0");
        refuses(sample, 0, 2, "element 1 of INT32[2] is 2.0, expected 3.0");
        refuses(sample, 0, 4, "is 4.0, expected 3.0");
    }

    @Test
    void bothNeighborsOfASumPassButNoColumnWithoutAProbability() {
        FirstRunCheck.Sample sample = sample(0.5f, 0.75f);
        accepts(sample, 2, 3);
        accepts(sample, 0, 2);
        refuses(sample, 1, 3, "element 0 of INT32[2] is 1.0");
        refuses(sample, 3, 3, "element 0 of INT32[2] is 3.0");
    }

    @Test
    void aRowThatIsNoDistributionGivesColumnZero() {
        HostTensor logits = HostTensor.of(Shape.of(1, 2), Float.NaN, 1);
        HostTensor uniform = HostTensor.of(Shape.of(1), 0.5f);
        var draw = new RowOp.Draw(Tensor.constant(logits), Tensor.constant(uniform));
        var sample = new FirstRunCheck.Sample(new Step.Single(draw, draw.inputs(), List.of(Tensor.of(draw, 0))), Map.of(draw.logits(), logits, draw.uniform(), uniform), List.of(Kernel.DRAW), false);
        assertThatCode(() -> DrawSample.compare(sample, HostTensor.ofInts(Shape.of(1), 0), "d")).doesNotThrowAnyException();
        assertThatThrownBy(() -> DrawSample.compare(sample, HostTensor.ofInts(Shape.of(1), 1), "d")).hasMessageContaining("is 1.0, expected 0.0");
    }
}
