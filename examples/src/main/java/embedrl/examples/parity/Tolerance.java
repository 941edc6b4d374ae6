package embedrl.examples.parity;

import tools.jackson.databind.JsonNode;

/** How far a value may lie from its reference. */
public sealed interface Tolerance {

    /** Where every reference value is 0, a relative error is undefined and the largest value may be this. */
    double ZERO_LIMIT = 1e-6;

    /** Equal. */
    record Exact() implements Tolerance {
        @Override
        public String toString() {
            return "exact";
        }
    }

    /** max |a − b| ≤ value. */
    record Absolute(double value) implements Tolerance {
        @Override
        public String toString() {
            return "absolute " + value;
        }
    }

    /** max |a − b| ≤ value · max |b|. */
    record RelativeMax(double value) implements Tolerance {
        @Override
        public String toString() {
            return "relative_max " + value;
        }
    }

    /** Reads {@code {"kind": …, "value": …}}; an unknown kind or a bound that is not finite and 0 or more is an error. */
    static Tolerance of(JsonNode json) {
        String kind = json.required("kind").stringValue();
        return switch (kind) {
            case "exact" -> new Exact();
            case "absolute" -> new Absolute(bound(json));
            case "relative_max" -> new RelativeMax(bound(json));
            default -> throw new IllegalArgumentException("tolerance: unknown kind '" + kind + "', use one of [exact, absolute, relative_max]");
        };
    }

    private static double bound(JsonNode json) {
        double value = json.required("value").doubleValue();
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("tolerance: value must be finite and 0 or more, got " + value);
        }
        return value;
    }
}
