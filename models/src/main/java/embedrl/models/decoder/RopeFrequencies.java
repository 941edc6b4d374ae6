package embedrl.models.decoder;

import embedrl.nn.RotaryAngles;
import java.util.Arrays;
import java.util.List;

/** How the rotary frequencies of a decoder follow from its base; config.json says so in {@code rope_parameters} or {@code rope_scaling}. */
public sealed interface RopeFrequencies {
    /** Base of the frequencies. */
    double theta();

    /** Radians per position of the d/2 pairs of a head of width d. */
    double[] of(int headDim);

    /** What cosines and sines are multiplied by. */
    default double magnitude() {
        return 1;
    }

    /** Angles of the positions on one axis, for heads of width d. */
    default RotaryAngles angles(int[] positions, int headDim) {
        return RotaryAngles.of(positions, of(headDim)).times(magnitude());
    }

    /** theta^(−2k/d) for pair k. Source: RoFormer. */
    record Plain(double theta) implements RopeFrequencies {
        public Plain {
            checkPositive("rope_theta", theta);
        }

        @Override
        public double[] of(int headDim) {
            return RotaryAngles.frequencies(headDim, theta);
        }
    }

    /**
     * Plain frequencies of which the slow ones are divided by a factor: wavelengths above original / low are divided, those below original / high stay,
     * and between them the frequency is mixed linearly in original / wavelength. Source: Llama 3.1.
     *
     * @param factor   what slow frequencies are divided by
     * @param low      low_freq_factor
     * @param high     high_freq_factor, above low
     * @param original original_max_position_embeddings, tokens
     */
    record Llama3(double theta, double factor, double low, double high, double original) implements RopeFrequencies {
        public Llama3 {
            checkPositive("rope_theta", theta);
            checkPositive("factor", factor);
            checkPositive("low_freq_factor", low);
            checkPositive("original_max_position_embeddings", original);
            if (!(high > low) || Double.isInfinite(high))
                throw new IllegalArgumentException("rope llama3: high_freq_factor must be above low_freq_factor, got " + high + " and " + low);
        }

        @Override
        public double[] of(int headDim) {
            double[] frequencies = RotaryAngles.frequencies(headDim, theta);
            for (int k = 0; k < frequencies.length; k++) {
                double turns = original * frequencies[k] / (2 * Math.PI);            // how often the pair turns in the original context
                double kept = Math.clamp((turns - low) / (high - low), 0, 1);
                frequencies[k] = kept * frequencies[k] + (1 - kept) * frequencies[k] / factor;
            }
            return frequencies;
        }
    }

    /**
     * Plain frequencies divided by a factor. Source: Chen et al. 2023, position interpolation.
     *
     * @param factor what all frequencies are divided by
     */
    record Linear(double theta, double factor) implements RopeFrequencies {
        public Linear {
            checkPositive("rope_theta", theta);
            checkPositive("factor", factor);
        }

        @Override
        public double[] of(int headDim) {
            return Arrays.stream(RotaryAngles.frequencies(headDim, theta)).map(frequency -> frequency / factor).toArray();
        }
    }

    /**
     * Plain frequencies of which the slow ones are divided by a factor, with a linear ramp over the pairs between those that turn fast and slow times in the
     * original context. Source: Peng et al. 2023, YaRN.
     *
     * @param factor    what slow frequencies are divided by
     * @param original  original_max_position_embeddings, tokens
     * @param fast      beta_fast: turns above which a pair stays
     * @param slow      beta_slow: turns below which a pair is divided
     * @param truncated whether the ramp begins and ends at whole pairs
     * @param magnitude attention_factor
     */
    record Yarn(double theta, double factor, double original, double fast, double slow, boolean truncated, double magnitude) implements RopeFrequencies {
        public Yarn {
            checkPositive("rope_theta", theta);
            checkPositive("factor", factor);
            checkPositive("original_max_position_embeddings", original);
            checkPositive("beta_fast", fast);
            checkPositive("beta_slow", slow);
            checkPositive("attention_factor", magnitude);
            if (theta == 1) throw new IllegalArgumentException("rope yarn: rope_theta must not be 1");
        }

        /** The magnitude where a file states none: 0.1 · ln factor + 1. */
        static double magnitude(double factor, double mscale) {
            return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
        }

        @Override
        public double[] of(int headDim) {
            double first = pair(fast, headDim);
            double last = pair(slow, headDim);
            double low = Math.max(truncated ? Math.floor(first) : first, 0);
            double high = Math.min(truncated ? Math.ceil(last) : last, headDim - 1);
            double width = low == high ? 0.001 : high - low;
            double[] frequencies = RotaryAngles.frequencies(headDim, theta);
            for (int k = 0; k < frequencies.length; k++) {
                double divided = Math.clamp((k - low) / width, 0, 1);
                frequencies[k] = divided * frequencies[k] / factor + (1 - divided) * frequencies[k];
            }
            return frequencies;
        }

        /** The pair, not a whole number, that turns so often in the original context. */
        private double pair(double turns, int headDim) {
            return headDim * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
        }
    }

    /**
     * Plain frequencies with a divisor for each pair, as GGUF files store them.
     *
     * @param divisors of the d/2 pairs
     */
    record Divided(double theta, List<Float> divisors) implements RopeFrequencies {
        public Divided {
            checkPositive("rope_theta", theta);
            divisors = List.copyOf(divisors);
            divisors.forEach(divisor -> checkPositive("frequency divisor", divisor));
        }

        @Override
        public double[] of(int headDim) {
            double[] frequencies = RotaryAngles.frequencies(headDim, theta);
            if (frequencies.length != divisors.size())
                throw new IllegalArgumentException("rope: a head of width " + headDim + " has " + frequencies.length + " pairs, and there are " + divisors.size() + " divisors");
            for (int k = 0; k < frequencies.length; k++) frequencies[k] /= divisors.get(k);
            return frequencies;
        }
    }

    private static void checkPositive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) throw new IllegalArgumentException("rope: " + name + " must be above 0 and finite, got " + value);
    }
}
