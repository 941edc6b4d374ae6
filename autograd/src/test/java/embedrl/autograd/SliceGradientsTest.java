package embedrl.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.Graph;
import embedrl.tensor.MovementOp;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class SliceGradientsTest {
    private final Tensor x = Tensor.of(new float[][] {{1, 2, 3, 4}, {5, 6, 7, 8}});

    private static long pads(Tensor gradient) {
        return Graph.order(List.of(gradient)).stream().filter(op -> op instanceof MovementOp.Pad).count();
    }

    private static float[] eval(Tensor tensor) {
        return tensor.eval(Devices.REFERENCE).floats();
    }

    /** In any order, along any axis, also with an empty slice between. */
    @Test
    void slicesThatMakeUpTheWholeAreJoined() {
        Tensor y = x.slice(1, 3, 4).sum().add(x.slice(1, 0, 1).mul(2).sum()).add(x.slice(1, 1, 1).sum()).add(x.slice(1, 1, 3).square().sum());
        Tensor gradient = Gradients.of(y, x);
        assertThat(eval(gradient)).containsExactly(2, 4, 6, 1, 2, 12, 14, 1);
        assertThat(pads(gradient)).isZero();
        Tensor rows = Gradients.of(x.slice(0, 1, 2).mul(3).sum().add(x.slice(0, 0, 1).sum()), x);
        assertThat(eval(rows)).containsExactly(1, 1, 1, 1, 3, 3, 3, 3);
        assertThat(pads(rows)).isZero();
    }

    @Test
    void aSliceOfEverythingPassesItsGradientOn() {
        Tensor gradient = Gradients.of(x.slice(1, 0, 4).square().sum(), x);
        assertThat(eval(gradient)).containsExactly(2, 4, 6, 8, 10, 12, 14, 16);
        assertThat(pads(gradient)).isZero();
    }

    @Test
    void gapsOverlapsAndDifferentAxesAreAdded() {
        assertThat(eval(Gradients.of(x.slice(1, 0, 1).sum().add(x.slice(1, 2, 4).sum()), x))).containsExactly(1, 0, 1, 1, 1, 0, 1, 1);
        assertThat(eval(Gradients.of(x.slice(1, 0, 3).sum().add(x.slice(1, 2, 4).sum()), x))).containsExactly(1, 1, 2, 1, 1, 1, 2, 1);
        assertThat(eval(Gradients.of(x.slice(1, 0, 2).sum().add(x.slice(0, 1, 2).sum()), x))).containsExactly(1, 1, 0, 0, 2, 2, 1, 1);
        assertThat(eval(Gradients.of(x.slice(1, 0, 2).sum().add(x.slice(1, 0, 2).sum()), x))).containsExactly(2, 2, 0, 0, 2, 2, 0, 0);
    }

    @Test
    void otherReadersOfTheWholeAddTheirs() {
        Tensor y = x.slice(1, 0, 2).sum().add(x.slice(1, 2, 4).mul(2).sum()).add(x.square().sum());
        assertThat(eval(Gradients.of(y, x))).containsExactly(3, 5, 8, 10, 11, 13, 16, 18);
    }

    /** The joined gradient goes on to what the sliced tensor was made of. */
    @Test
    void secondDerivatives() {
        Tensor h = x.square();
        Tensor first = Gradients.of(h.slice(1, 0, 2).square().sum().add(h.slice(1, 2, 4).sum()), x);       // 4x³ | 2x
        assertThat(eval(first)).containsExactly(4, 32, 6, 8, 500, 864, 14, 16);
        assertThat(eval(Gradients.of(first.sum(), x))).containsExactly(12, 48, 2, 2, 300, 432, 2, 2);
        assertThat(h.shape()).isEqualTo(Shape.of(2, 4));
    }
}
