package embedrl.benchmarks;

import embedrl.nn.WeightType;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Whether a peer's logits are ours, before it is timed: the length of the difference by the length of ours, over all logits that were shown. */
final class DecodeAgreement {
    private DecodeAgreement() {
    }

    /**
     * How far apart logits may be; those of unrelated models are 1.4 apart. Peers round what enters a product to bfloat16 or 8 bits where the weights are narrow,
     * and Jlama rounds weights to blocks of its own.
     */
    static double allowed(WeightType weights) {
        return switch (weights) {
            case FLOAT32 -> 2e-3;
            case FLOAT16, BFLOAT16 -> 0.05;
            case Q8_0 -> 0.1;
            case Q4_0, Q4_1, AS_IS -> 0.5;
        };
    }

    /** The distance of two lists of logits; NaN where one has no number or their lengths differ. */
    static double distance(JsonNode ours, JsonNode theirs) {
        double difference = ours.size() == theirs.size() ? 0 : Double.NaN;
        double length = 0;
        for (int i = 0; i < ours.size(); i++) {
            double a = ours.get(i).asDouble(Double.NaN);
            double d = a - (i < theirs.size() ? theirs.get(i).asDouble(Double.NaN) : Double.NaN);
            difference += d * d;
            length += a * a;
        }
        return Math.sqrt(difference / length);
    }

    /** What is wrong with a peer's logits. */
    static Optional<String> difference(WeightType weights, double distance) {
        return distance <= allowed(weights) ? Optional.empty()
                : Optional.of(String.format(Locale.ROOT, "its logits differ, by %.3g of their length; allowed is %.3g", distance, allowed(weights)));
    }
}
