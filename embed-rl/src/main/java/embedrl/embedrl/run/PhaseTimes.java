package embedrl.embedrl.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Measures how long each phase takes; a phase that comes again adds up. */
public final class PhaseTimes implements RunListener {
    private final LongSupplier nanoseconds;
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private long began;

    /** Measures with a clock, such as {@code System::nanoTime}. */
    public PhaseTimes(LongSupplier nanoseconds) {
        this.nanoseconds = nanoseconds;
    }

    @Override
    public void onPhase(String phase, long steps) {
        began = nanoseconds.getAsLong();
    }

    @Override
    public void onPhaseEnd(String phase) {
        seconds.merge(phase, (nanoseconds.getAsLong() - began) / 1e9, Double::sum);
    }

    /** Seconds by phase, in the order of their first end. */
    public Map<String, Double> seconds() {
        return new LinkedHashMap<>(seconds);
    }
}
