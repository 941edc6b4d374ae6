package embedrl.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;

/** Compares arrays element by element: |actual − expected| ≤ tolerance · max(|expected|, floor); NaN and infinities must be equal. */
final class Closeness {
    private Closeness() {
    }

    static void check(String what, double[] actual, double[] expected, double tolerance, double floor) {
        assertThat(actual).as(what + ": number of elements").hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            if (Double.compare(actual[i], expected[i]) == 0) continue;
            double allowed = tolerance * Math.max(Math.abs(expected[i]), floor) + Float.MIN_NORMAL;
            if (!(Math.abs(actual[i] - expected[i]) <= allowed) || Double.isInfinite(expected[i]))
                fail("%s: element %d is %s, expected %s within %.2e", what, i, actual[i], expected[i], allowed);
        }
    }

    /** The largest finite size in an array. */
    static double largest(double[] values) {
        double largest = 0;
        for (double value : values) if (Double.isFinite(value)) largest = Math.max(largest, Math.abs(value));
        return largest;
    }

    /** One number against another, within an absolute tolerance. */
    static void check(String what, double actual, double expected, double allowed) {
        if (!(Math.abs(actual - expected) <= allowed)) fail("%s: %s, expected %s within %.2e", what, actual, expected, allowed);
    }

    static double[] doubles(HostTensor values) {
        if (values.type().dtype() == DType.INT32) return java.util.Arrays.stream(values.ints()).asDoubleStream().toArray();
        return doubles(values.floats());
    }

    static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) doubles[i] = values[i];
        return doubles;
    }
}
