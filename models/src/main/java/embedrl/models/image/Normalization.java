package embedrl.models.image;

import java.util.Arrays;
import java.util.List;

/**
 * How 8-bit channel values become the numbers that a vision tower reads: (v · rescale − mean) / std, channel by channel.
 *
 * @param rescale what values are multiplied by first, 1 where they are not rescaled
 * @param mean    subtracted, for red, green and blue
 * @param std     what the difference is divided by, for red, green and blue
 */
public record Normalization(double rescale, List<Double> mean, List<Double> std) {
    /** The usual factor, from 0 … 255 to 0 … 1. */
    public static final double BYTE = 1 / 255.0;

    /** Checks the ranges. */
    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != 3 || std.size() != 3) {
            throw new IllegalArgumentException("normalization: needs a mean and a std for each of 3 channels, got " + mean + " and " + std);
        }
        if (!(rescale > 0) || std.stream().anyMatch(value -> !(value > 0))) {
            throw new IllegalArgumentException("normalization: rescale and std must be above 0, got " + rescale + " and " + std);
        }
    }

    /** The same for all channels, from values in 0 … 255 that are brought to 0 … 1 first. */
    public static Normalization uniform(double mean, double std) {
        return new Normalization(BYTE, List.of(mean, mean, mean), List.of(std, std, std));
    }

    /** The result for each channel and each 8-bit value, [3][256]; the scaling is folded into mean and std in float32, as the reference does. */
    float[][] table() {
        float[][] table = new float[3][256];
        float inverse = (float) (1 / rescale);
        for (int channel = 0; channel < 3; channel++) {
            float shift = mean.get(channel).floatValue() * inverse;
            float scale = std.get(channel).floatValue() * inverse;
            for (int v = 0; v < 256; v++) {
                table[channel][v] = (v - shift) / scale;
            }
        }
        return table;
    }

    @Override
    public String toString() {
        return "rescale " + rescale + ", mean " + Arrays.toString(mean.toArray()) + ", std " + Arrays.toString(std.toArray());
    }
}
