package embedrl.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.RowOp;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What automatic differentiation does beyond the single rules: paths, sums, seeds, ties, second derivatives, errors. */
class GradientRulesTest {
    private final Tensor x = Tensor.of(Shape.of(3), 1, 2, -3);

    private static float[] eval(Tensor tensor) {
        return tensor.eval(Devices.REFERENCE).floats();
    }

    @Test
    void pathsAddUp() {
        Tensor y = x.mul(x).add(x).add(x.mul(3)).sum();   // x² + 4x
        assertThat(eval(Gradients.of(y, x))).containsExactly(6, 8, -2);
    }

    @Test
    void aTensorWithoutPathGetsZeros() {
        Tensor other = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);
        List<Tensor> gradients = Gradients.of(x.sum(), List.of(other, x));
        assertThat(gradients.get(0).shape()).isEqualTo(Shape.of(2, 2));
        assertThat(eval(gradients.get(0))).containsExactly(0, 0, 0, 0);
        assertThat(eval(gradients.get(1))).containsExactly(1, 1, 1);
    }

    @Test
    void theLossItselfHasGradientOne() {
        Tensor loss = x.sum();
        assertThat(eval(Gradients.of(loss, loss))).containsExactly(1);
    }

    @Test
    void intermediateTensorsAndLeavesAtOnce() {
        Tensor h = x.square();
        List<Tensor> gradients = Gradients.of(h.mul(h).sum(), List.of(h, x));
        assertThat(eval(gradients.get(0))).containsExactly(2, 8, 18);
        assertThat(eval(gradients.get(1))).containsExactly(4, 32, -108);
    }

    @Test
    void variablesAndInputsAreLeavesToo() {
        Variable v = Variable.of("v", HostTensor.of(Shape.of(2), 3f, 5f));
        assertThat(eval(Gradients.of(v.tensor().mul(v.tensor()).sum(), v.tensor()))).containsExactly(6, 10);
        Variable half = Variable.zeros("half", new TensorType(DType.BFLOAT16, Shape.of(2)));
        Tensor gradient = Gradients.of(half.tensor().cast(DType.FLOAT32).mul(2).sum(), half.tensor());
        assertThat(gradient.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(eval(gradient)).containsExactly(2, 2);
    }

    @Test
    void severalOutputsWithGradientsOfTheirOwn() {
        Tensor a = x.mul(2);
        Tensor b = x.square();
        Tensor gradient = Gradients.of(List.of(a, b), List.of(Tensor.of(Shape.of(3), 1, 0, 10), Tensor.of(Shape.of(3), 0, 1, 1)), List.of(x)).getFirst();
        assertThat(eval(gradient)).containsExactly(2, 4, 20 - 6);
    }

    @Test
    void detachStopsAPath() {
        assertThat(eval(Gradients.of(x.mul(x.detach()).sum(), x))).containsExactly(1, 2, -3);
    }

    @Test
    void tiesShareTheGradient() {
        Tensor m = Tensor.of(new float[][] {{1, 5, 5}, {2, 2, 2}});
        assertThat(eval(Gradients.of(m.max(1).sum(), m))).containsExactly(0, 0.5f, 0.5f, 1f / 3, 1f / 3, 1f / 3);
        Tensor a = Tensor.of(Shape.of(3), 1, 2, 3);
        Tensor b = Tensor.of(Shape.of(3), 1, 3, 2);
        assertThat(eval(Gradients.of(a.max(b).sum(), a))).containsExactly(0.5f, 0, 1);
        assertThat(eval(Gradients.of(a.min(b).sum(), b))).containsExactly(0.5f, 0, 1);
    }

    @Test
    void kinksHaveGradientZero() {
        Tensor zero = Tensor.of(Shape.of(1), 0);
        assertThat(eval(Gradients.of(zero.relu().sum(), zero))).containsExactly(0);
        assertThat(eval(Gradients.of(zero.abs().sum(), zero))).containsExactly(0);
        assertThat(eval(Gradients.of(Tensor.of(Shape.of(3), -2, 0.5f, 9).clamp(0, 1).sum(), zero))).containsExactly(0);
        Tensor wide = Tensor.of(Shape.of(3), -2, 0.5f, 9);
        assertThat(eval(Gradients.of(wide.clamp(0, 1).sum(), wide))).containsExactly(0, 1, 0);
    }

    /** x = 0 has the powers' limits, not NaN. */
    @Test
    void powersAtZero() {
        Tensor zero = Tensor.of(Shape.of(1), 0);
        assertThat(eval(Gradients.of(zero.pow(2).sum(), zero))).containsExactly(0);
        assertThat(eval(Gradients.of(zero.pow(1).sum(), zero))).containsExactly(1);
        assertThat(eval(Gradients.of(zero.pow(0).sum(), zero))).containsExactly(0);
    }

    /** Below the limit of the norm, normalizing is a multiplication by 10¹². */
    @Test
    void aZeroRowHasAFiniteGradient() {
        Tensor rows = Tensor.of(new float[][] {{0, 0}, {3, 4}});
        float[] gradient = eval(Gradients.of(rows.l2Normalize().mul(Tensor.of(Shape.of(2), 1, 2)).sum(), rows));
        assertThat(gradient[0]).isCloseTo(1e12f, within(1e6f));
        assertThat(gradient[1]).isCloseTo(2e12f, within(1e6f));
        assertThat(gradient[2]).isCloseTo(-0.064f, within(1e-6f));   // (w − (w·u) u) / 5 with u = (0.6, 0.8), w = (1, 2)
        assertThat(gradient[3]).isCloseTo(0.048f, within(1e-6f));
    }

    /** A gradient is a graph: its gradient is the second derivative. */
    @Test
    void secondDerivatives() {
        Tensor cube = x.mul(x).mul(x).sum();
        assertThat(eval(Gradients.of(Gradients.of(cube, x).sum(), x))).containsExactly(6, 12, -18);
        Tensor s = Gradients.of(Gradients.of(x.sigmoid().sum(), x).sum(), x);
        for (int i = 0; i < 3; i++) {
            double p = 1 / (1 + Math.exp(-eval(x)[i]));
            assertThat((double) eval(s)[i]).isCloseTo(p * (1 - p) * (1 - 2 * p), within(1e-7));
        }
    }

    @Test
    void theLossMustBeAScalar() {
        assertThatThrownBy(() -> Gradients.of(x, x)).hasMessage("gradients: the loss must be a scalar, got [3]; reduce it with sum() or mean()");
        assertThatThrownBy(() -> Gradients.of(List.of(x), List.of(), List.of(x))).hasMessage("gradients: 1 outputs need as many output gradients, got 0");
        assertThatThrownBy(() -> Gradients.of(List.of(x), List.of(Tensor.scalar(1)), List.of(x)))
                .hasMessage("gradients: the gradient of constant → FLOAT32[3] must have its shape, got []");
    }

    @Test
    void resultsWithoutARuleSayWhatToDo() {
        Tensor rows = x.reshape(1, 3);
        List<Tensor> norm = Tensor.results(new RowOp.RmsNorm(rows, Tensor.of(Shape.of(3), 1, 1, 1), 1e-5f));
        assertThatThrownBy(() -> Gradients.of(norm.get(1).sum(), x))
                .hasMessage("gradients: result 1 of rms_norm has no gradient; compute it from its parts instead");
        Tensor cos = Tensor.of(Shape.of(1, 1, 1), 1);
        Tensor turned = Tensor.zeros(Shape.of(1, 1, 1, 2)).rotary(cos, cos);
        assertThatThrownBy(() -> Gradients.of(turned.sum(), cos)).hasMessage("gradients: rotary has no gradient with respect to constant → FLOAT32[1, 1, 1]");
        assertThat(eval(Gradients.of(Tensor.uniform(Shape.of(3), Tensor.ofInts(Shape.of(2), 1, 2), 0).mul(x).sum(), x))).hasSize(3);
    }

    /** 2,000 operations deep: no recursion. */
    @Test
    void deepGraphs() {
        Tensor y = x;
        for (int i = 0; i < 2000; i++) y = y.mul(1.0001f).detach().add(y.mul(0.5f)).sub(y.mul(0.5f).detach());
        assertThat(eval(Gradients.of(y.sum(), x))).hasSize(3);
    }
}
