package embedrl.embedrl.run;

import java.util.List;
import java.util.Map;

/** Hears what a training or an evaluation does; everything that is printed or logged goes through it. */
public interface RunListener {

    /** Hears nothing. */
    RunListener NONE = new RunListener() { };

    /**
     * A phase begins.
     *
     * @param phase its name, such as {@code warmup}
     * @param steps how many steps it will take, or 0 where nobody knows
     */
    default void onPhase(String phase, long steps) {
    }

    /**
     * A step of the phase is done.
     *
     * @param step    counted from 1
     * @param metrics values by name, such as {@code loss} or {@code reward/format}; not modified
     */
    default void onStep(String phase, long step, Map<String, Double> metrics) {
    }

    /** A rollout was generated and rewarded. */
    default void onCompletion(Completion completion) {
    }

    /** The phase is over. */
    default void onPhaseEnd(String phase) {
    }

    /** Tells several listeners, in their order. */
    static RunListener all(List<? extends RunListener> listeners) {
        List<RunListener> all = List.copyOf(listeners);
        return new RunListener() {
            @Override
            public void onPhase(String phase, long steps) {
                all.forEach(listener -> listener.onPhase(phase, steps));
            }

            @Override
            public void onStep(String phase, long step, Map<String, Double> metrics) {
                all.forEach(listener -> listener.onStep(phase, step, metrics));
            }

            @Override
            public void onCompletion(Completion completion) {
                all.forEach(listener -> listener.onCompletion(completion));
            }

            @Override
            public void onPhaseEnd(String phase) {
                all.forEach(listener -> listener.onPhaseEnd(phase));
            }
        };
    }
}
