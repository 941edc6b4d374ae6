package embedrl.examples.parity;

import java.util.Objects;

/**
 * One comparison of a case.
 *
 * @param name      what was compared, such as the tensor's name
 * @param error     how far it is off, in the measure of the tolerance; NaN where a value is NaN
 * @param limit     largest error that passes
 * @param tolerance as the case states it
 * @param detail    the values that differ, where they say more than the error; else empty
 */
public record Check(String name, double error, double limit, Tolerance tolerance, String detail) {

    private static final int DETAIL_LENGTH = 300;

    public boolean ok() {
        return error <= limit;
    }

    /** The error as a share of the limit, for finding the worst check of a case: infinite where nothing but 0 passes or a value is NaN. */
    public double excess() {
        if (Double.isNaN(error)) {
            return Double.POSITIVE_INFINITY;
        }
        return error == 0 ? 0 : error / limit;
    }

    /** Compares numbers one by one. Equal infinities agree; NaN never passes, not even against NaN. */
    public static Check numbers(String name, double[] actual, double[] expected, Tolerance tolerance) {
        if (actual.length != expected.length) {
            throw new IllegalArgumentException(name + ": expected " + expected.length + " values, got " + actual.length);
        }
        double largestError = 0;
        double largestActual = 0;
        double largestExpected = 0;
        int worst = 0;
        for (int i = 0; i < actual.length; i++) {
            double error = error(actual[i], expected[i]);
            if (Double.isNaN(error) || error > largestError) {
                worst = i;
            }
            largestError = Math.max(largestError, error);   // NaN stays NaN
            largestActual = Math.max(largestActual, Math.abs(actual[i]));
            if (Double.isFinite(expected[i])) {   // an infinite reference must not make every other error relative to it
                largestExpected = Math.max(largestExpected, Math.abs(expected[i]));
            }
        }
        String detail = actual.length == 0 || largestError == 0 ? "" : "[" + worst + "]: expected " + expected[worst] + ", got " + actual[worst];
        return switch (tolerance) {
            case Tolerance.Exact _ -> new Check(name, largestError, 0, tolerance, detail);
            case Tolerance.Absolute absolute -> new Check(name, largestError, absolute.value(), tolerance, detail);
            case Tolerance.RelativeMax relative -> largestExpected == 0
                    ? new Check(name, largestActual, Tolerance.ZERO_LIMIT, tolerance, detail)
                    : new Check(name, largestError / largestExpected, relative.value(), tolerance, detail);
        };
    }

    /** Compares one number. */
    public static Check number(String name, double actual, double expected, Tolerance tolerance) {
        return numbers(name, new double[] {actual}, new double[] {expected}, tolerance);
    }

    /** Compares anything by {@link Object#equals}; only the exact tolerance makes sense. */
    public static Check equal(String name, Object actual, Object expected, Tolerance tolerance) {
        if (!(tolerance instanceof Tolerance.Exact)) {
            throw new IllegalArgumentException(name + ": values that are not numbers need the tolerance exact, got " + tolerance);
        }
        boolean same = Objects.equals(actual, expected);
        String detail = same ? "" : "expected " + expected + ", got " + actual;
        return new Check(name, same ? 0 : 1, 0, tolerance, detail.length() > DETAIL_LENGTH ? detail.substring(0, DETAIL_LENGTH) + " …" : detail);
    }

    private static double error(double actual, double expected) {
        if (Double.isNaN(actual) || Double.isNaN(expected)) {
            return Double.NaN;
        }
        return actual == expected ? 0 : Math.abs(actual - expected);
    }
}
