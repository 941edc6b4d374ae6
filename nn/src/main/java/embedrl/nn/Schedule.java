package embedrl.nn;

import embedrl.tensor.TensorException;

/** Learning rate of each step; steps count from 1. */
@FunctionalInterface
public interface Schedule {
    float at(long step);

    static Schedule constant(float learningRate) {
        return _ -> learningRate;
    }

    /** Rises as peak · t/warmup, then stays. */
    static Schedule warmup(float peak, long warmup) {
        return step -> step < warmup ? (float) (peak * (double) step / warmup) : peak;
    }

    /**
     * Rises as peak · t/warmup, then falls as peak · ½(1 + cos(π · (t − warmup)/(total − warmup))), 0 from step {@code total} on.
     * Source: Embed-RL, contrastive stage.
     */
    static Schedule warmupCosine(float peak, long warmup, long total) {
        if (warmup < 0 || total <= warmup) throw new TensorException("schedule: needs 0 ≤ warm-up < total steps, got " + warmup + " and " + total);
        return step -> {
            if (step < warmup) return (float) (peak * (double) step / warmup);
            if (step >= total) return 0;
            return (float) (peak * 0.5 * (1 + Math.cos(Math.PI * (step - warmup) / (total - warmup))));
        };
    }
}
