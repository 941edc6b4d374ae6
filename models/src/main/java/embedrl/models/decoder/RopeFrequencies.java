package embedrl.models.decoder;

import embedrl.nn.RotaryAngles;

/** How the rotary frequencies of a decoder follow from its base, as {@code rope_parameters} or {@code rope_scaling} say. */
public sealed interface RopeFrequencies {
    /** Base of the frequencies. */
    double theta();

    /** Radians per position of the d/2 pairs of a head of width d. */
    double[] of(int headDim);

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

    private static void checkPositive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) throw new IllegalArgumentException("rope: " + name + " must be above 0 and finite, got " + value);
    }
}
