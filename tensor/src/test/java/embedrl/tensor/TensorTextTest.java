package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TensorTextTest {
    private static String text(Shape shape, float... values) {
        return TensorText.format(HostTensor.of(shape, values));
    }

    @Test
    void numbers() {
        assertThat(text(Shape.of(8), 1, -2.5f, 1e-4f, 1e6f, 123456.7f, Float.NaN, Float.POSITIVE_INFINITY, -0f).replaceAll("\\s", ""))
                .isEqualTo("[1.0,-2.50000,1.0000e-04,...,NaN,Infinity,-0.0]");
        assertThat(text(Shape.of(2), 1e6f, 1.23456789f)).isEqualTo("[1.0000e+06, 1.23457]");
        assertThat(text(Shape.SCALAR, 3)).isEqualTo("3.0");
        assertThat(TensorText.format(HostTensor.ofInts(Shape.of(2), -1, 1_000_000))).isEqualTo("[-1, 1000000]");
    }

    @Test
    void nestedAxesAreIndented() {
        assertThat(text(Shape.of(2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8)).isEqualTo("[[[1.0, 2.0],\n  [3.0, 4.0]],\n [[5.0, 6.0],\n  [7.0, 8.0]]]");
    }

    @Test
    void longAxesShowTheirEnds() {
        float[] values = new float[100];
        for (int i = 0; i < values.length; i++) values[i] = i;
        assertThat(text(Shape.of(7), java.util.Arrays.copyOf(values, 7))).isEqualTo("[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]");
        assertThat(text(Shape.of(8), java.util.Arrays.copyOf(values, 8))).isEqualTo("[0.0, 1.0, 2.0, ..., 5.0, 6.0, 7.0]");
        assertThat(text(Shape.of(50, 2), values)).isEqualTo("[[0.0, 1.0],\n [2.0, 3.0],\n [4.0, 5.0],\n ...,\n [94.0, 95.0],\n [96.0, 97.0],\n [98.0, 99.0]]");
    }

    @Test
    void emptyAxes() {
        assertThat(text(Shape.of(0))).isEqualTo("[]");
        assertThat(text(Shape.of(2, 0))).isEqualTo("[[],\n []]");
        assertThat(HostTensor.of(Shape.of(0, 3))).hasToString("FLOAT32[0, 3] []");
    }
}
