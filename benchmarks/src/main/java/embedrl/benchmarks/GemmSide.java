package embedrl.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A library's matrix products: times the case that the workload names, and shows elements of its result. */
abstract class GemmSide implements Side {
    /** How many elements of a result are compared. */
    static final int SHOWN = 97;

    private final boolean quick;

    GemmSide(boolean quick) {
        this.quick = quick;
    }

    /** Operands in the library's memory, and the call that is timed. */
    interface Product extends AutoCloseable {
        /** One call. */
        void run();

        /** How many times the case's product one call computes. */
        default int products() {
            return 1;
        }

        /** The result of the last call, row after row. */
        float[] result();

        @Override
        default void close() {
        }
    }

    /** Prepares a case; {@link UnsupportedOperationException} tells why the library has no such product. */
    abstract Product product(GemmCase c);

    /** How long a case warms up. */
    long warmNanoseconds() {
        return quick ? 100_000_000L : 500_000_000L;
    }

    @Override
    public final Map<String, Object> warm(String workload) {
        GemmCase c = GemmCase.named(workload);
        try (Product product = product(c)) {
            double value = CallTimer.warm(product::run, product.products() * c.flops(), warmNanoseconds());
            return Map.of("value", value, "elements", shown(product.result()));
        } catch (UnsupportedOperationException none) {
            return Map.of("unsupported", none.getMessage());
        }
    }

    @Override
    public final Map<String, Object> round(String workload) {
        GemmCase c = GemmCase.named(workload);
        try (Product product = product(c)) {
            return Map.of("value", rate(product, c, quick ? 50_000_000L : 400_000_000L));
        }
    }

    /** GFLOP/s of a case over at least this time. */
    static double rate(Product product, GemmCase c, long nanoseconds) {
        return CallTimer.rate(product::run, product.products() * c.flops(), nanoseconds);
    }

    /** Elements spread over a result, its first and its last among them. */
    static List<Float> shown(float[] result) {
        List<Float> elements = new ArrayList<>();
        for (int i = 0; i < SHOWN; i++) elements.add(result[(int) ((long) i * (result.length - 1) / (SHOWN - 1))]);
        return elements;
    }
}
