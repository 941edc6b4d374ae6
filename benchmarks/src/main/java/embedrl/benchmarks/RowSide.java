package embedrl.benchmarks;

import java.util.HashMap;
import java.util.Map;

/** One side's operations on rows, in gigabytes a second. */
abstract class RowSide implements Side {
    private final boolean quick;
    private final Map<RowCase, Runnable> calls = new HashMap<>();

    RowSide(boolean quick) {
        this.quick = quick;
    }

    /** Operands in memory, and the call that is timed. */
    abstract Runnable call(RowCase c);

    /** The result of a call, computed anew; for cases that are compared with PyTorch. */
    abstract float[] result(RowCase c);

    private double rate(String workload, long nanoseconds) {
        RowCase c = RowCase.named(workload);
        return CallTimer.rate(calls.computeIfAbsent(c, this::call), c.bytes(), nanoseconds);
    }

    @Override
    public Map<String, Object> warm(String workload) {
        RowCase c = RowCase.named(workload);
        double value = CallTimer.warm(calls.computeIfAbsent(c, this::call), c.bytes(), quick ? 500_000_000L : 3_000_000_000L);
        return c.peer().equals("pytorch") ? Map.of("value", value, "elements", GemmSide.shown(result(c))) : Map.of("value", value);
    }

    @Override
    public Map<String, Object> round(String workload) {
        return Map.of("value", rate(workload, quick ? 100_000_000L : 500_000_000L));
    }
}
