package embedrl.benchmarks;

import java.util.Map;

/** A library's matrix products: times the case that the workload names. */
abstract class GemmSide implements Side {
    private final boolean quick;

    GemmSide(boolean quick) {
        this.quick = quick;
    }

    /** GFLOP/s of a case over at least this time. */
    abstract double rate(GemmCase c, long nanoseconds);

    @Override
    public Map<String, Object> warm(String workload) {
        return Map.of("value", rate(GemmCase.named(workload), quick ? 100_000_000L : 500_000_000L));
    }

    @Override
    public final Map<String, Object> round(String workload) {
        return Map.of("value", rate(GemmCase.named(workload), quick ? 50_000_000L : 400_000_000L));
    }
}
