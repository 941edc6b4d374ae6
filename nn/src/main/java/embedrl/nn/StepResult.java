package embedrl.nn;

import java.util.Map;

/**
 * What one optimizer step reports.
 *
 * @param loss         before the update
 * @param gradientNorm global norm before clipping
 * @param metrics      further scalars by name
 */
public record StepResult(float loss, float gradientNorm, Map<String, Float> metrics) {
    public StepResult {
        metrics = Map.copyOf(metrics);
    }
}
