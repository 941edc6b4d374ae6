package embedrl.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.BinaryKind;
import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.UnaryKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** NaN, infinities, signed zeros, subnormal and huge numbers: PyTorch's answers on the reference, the reference's on every executor. */
class SpecialValuesTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final float[] VALUES = {0, -0f, 1, -1, 0.5f, -0.5f, 2, -2, 3, 9.3f, -9.3f, 40, -40, 88.6f, 88.9f, -87.5f, -103.5f, -110, 1000, -1000, 8388609, -8388609,
        1e-20f, -1e-20f, Float.MIN_VALUE, Float.MIN_NORMAL, 1e20f, -1e20f, Float.MAX_VALUE, -Float.MAX_VALUE, INFINITY, -INFINITY, Float.NaN};

    @ParameterizedTest
    @EnumSource
    void unaryFunctions(UnaryKind kind) {
        Tensor x = Tensor.of(Shape.of(VALUES.length), VALUES);
        // What stands for these two in PyTorch is NaN at infinities.
        double[] torch = kind == UnaryKind.GELU_TANH || kind == UnaryKind.GELU_ERF_DERIVATIVE ? null : torch(() -> ElementwiseSamples.unary(kind, Torch.array(HostTensor.of(Shape.of(VALUES.length), VALUES))));
        if (kind == UnaryKind.SIGN) torch[VALUES.length - 1] = Double.NaN;   // PyTorch says 0, which would hide a NaN
        check(kind.name(), x.unary(kind), torch);
    }

    @ParameterizedTest
    @EnumSource
    void binaryFunctions(BinaryKind kind) {
        int n = VALUES.length;
        float[] a = new float[n * n];
        float[] b = new float[n * n];
        for (int i = 0; i < a.length; i++) {
            a[i] = VALUES[i / n];
            b[i] = VALUES[i % n];
        }
        HostTensor left = HostTensor.of(Shape.of(n * n), a);
        HostTensor right = HostTensor.of(Shape.of(n * n), b);
        check(kind.name(), Tensor.constant(left).binary(kind, Tensor.constant(right)), torch(() -> ElementwiseSamples.binary(kind, Torch.array(left), Torch.array(right))));
    }

    private static double[] torch(java.util.function.Supplier<ai.djl.ndarray.NDArray> value) {
        double[] doubles = value.get().toDoubleArray();
        for (int i = 0; i < doubles.length; i++) doubles[i] = (float) doubles[i];
        return doubles;
    }

    private static void check(String what, Tensor y, double[] torch) {
        double[] reference = Closeness.doubles(y.eval(Devices.REFERENCE));
        if (torch != null) Closeness.check(what + " on reference", reference, torch, 2e-7, 1e-3);
        for (Executor executor : Devices.fast()) Closeness.check(what + " on " + executor.name(), Closeness.doubles(y.eval(executor)), reference, 2e-6, 0.1);
    }

    @Test
    void theBranchThatIsNotSelectedDoesNotLeak() {
        Tensor condition = Tensor.of(Shape.of(4), 1, 0, Float.NaN, -0f);
        Tensor y = condition.select(Tensor.of(Shape.of(4), 1, Float.NaN, 3, Float.NaN), Tensor.of(Shape.of(4), Float.NaN, 2, Float.NaN, 4));
        for (Executor executor : all()) assertThat(y.eval(executor).floats()).as(executor.name()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void rowsWithInfinities() {
        Tensor x = Tensor.of(new float[][] {{-INFINITY, 0, -INFINITY}, {-1e30f, 5, -1e30f}, {1, Float.NaN, 2}, {-INFINITY, -INFINITY, -INFINITY}});
        for (Executor executor : all()) {
            float[] softmax = x.softmax().eval(executor).floats();
            assertThat(softmax).as(executor.name()).startsWith(0, 1, 0, 0, 1, 0, Float.NaN, Float.NaN, Float.NaN);
            float[] sums = x.logSumExp().eval(executor).floats();
            assertThat(sums).as(executor.name()).containsExactly(0, 5, Float.NaN, -INFINITY);
            assertThat(x.max(-1).eval(executor).floats()).as(executor.name()).containsExactly(0, 5, Float.NaN, -INFINITY);
            assertThat(x.max(0).eval(executor).floats()).as(executor.name()).containsExactly(1, Float.NaN, 2);
            assertThat(x.argMax(-1).eval(executor).ints()).as(executor.name()).containsExactly(1, 1, 1, 0);
            assertThat(x.argMax(0).eval(executor).ints()).as(executor.name()).containsExactly(2, 2, 2);
            assertThat(Tensor.of(new float[][] {{1, INFINITY, 2}}).draw(Tensor.of(Shape.of(1), 0.9f)).eval(executor).ints()).as(executor.name()).containsExactly(0);
            assertThat(x.draw(Tensor.of(Shape.of(4), 0.999f, 0, 0.5f, 0.5f)).eval(executor).ints()).as(executor.name()).containsExactly(1, 1, 0, 0);
            assertThat(x.sum(-1).eval(executor).floats()).as(executor.name()).containsExactly(-INFINITY, -2e30f, Float.NaN, -INFINITY);
        }
    }

    @Test
    void productsWithNaNAndInfinity() {
        Tensor a = Tensor.of(new float[][] {{1, INFINITY}, {Float.NaN, 0}, {2, 3}});
        Tensor b = Tensor.of(new float[][] {{1, 2}, {1, 0}});
        for (Executor executor : all())
            assertThat(a.matmul(b).eval(executor).floats()).as(executor.name()).containsExactly(INFINITY, Float.NaN, Float.NaN, Float.NaN, 5, 4);
    }

    private static List<Executor> all() {
        List<Executor> all = new ArrayList<>(Devices.fast());
        all.add(Devices.REFERENCE);
        return all;
    }
}
