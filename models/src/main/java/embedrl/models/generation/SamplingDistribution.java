package embedrl.models.generation;

import embedrl.tensor.UnaryKind;
import embedrl.tensor.vector.VectorMath;
import java.util.Arrays;

/**
 * Turns one row of logits into the distribution of the next token, and draws from it.
 *
 * <p>The order of steps, the ties at each boundary and the use of float32 follow the reference implementation: top-k keeps
 * everything that equals the k-th best; top-p sorts ascending, equal logits by index, and removes the longest prefix whose
 * cumulative probability is at most 1 − top_p, so of equal tokens the higher indices stay; one token always stays.
 *
 * <p>An object holds the buffers of one row and is reused for row after row; it serves one thread at a time.
 */
public final class SamplingDistribution {
    private static final int NOT_COUNTED = -1;

    private final int vocabulary;
    private final float[] scaled;
    private final float[] probabilities;
    private final long[] order;
    private float largest;
    private double logTotal;
    private double logKept;
    private int best;
    private float lowest; // smallest scaled logit that top-k leaves
    private int kept;

    /** Buffers for rows of that many logits. */
    public SamplingDistribution(int vocabulary) {
        if (vocabulary < 1) {
            throw new IllegalArgumentException("sampling: the vocabulary must have a token, got " + vocabulary);
        }
        this.vocabulary = vocabulary;
        this.scaled = new float[vocabulary];
        this.probabilities = new float[vocabulary];
        this.order = new long[vocabulary];
    }

    /**
     * Takes a row; everything else this object answers is about it.
     *
     * @param logits   holds the row; not modified
     * @param offset   where the row begins
     * @param settings temperature, top-k and top-p
     */
    public void set(float[] logits, int offset, SamplingSettings settings) {
        scale(logits, offset, (float) settings.temperature());
        double total = exponentials(Float.NEGATIVE_INFINITY);
        logTotal = Math.log(total);
        lowest = Float.NEGATIVE_INFINITY;
        if (settings.topK() != null && settings.topK() < vocabulary) {
            lowest = thresholdOfTopK(settings.topK());
            total = exponentials(lowest);
        }
        divide(total);
        if (settings.topP() != null) {
            removeBelowTopP(1 - settings.topP());
            renormalize();
        } else {
            logKept = Math.log(total);
            kept = NOT_COUNTED;
        }
    }

    /** How many tokens stay. */
    public int kept() {
        if (kept == NOT_COUNTED) {
            kept = 0;
            for (float value : scaled) {
                // A tiny probability can be 0 in float32 without the token having been removed.
                if (value >= lowest && value != Float.NEGATIVE_INFINITY) {
                    kept++;
                }
            }
        }
        return kept;
    }

    /** The probability of a token after every step; exactly 0 where it was removed. */
    public float probability(int token) {
        return probabilities[token];
    }

    /** Copies the probabilities of all tokens. */
    public void copyProbabilities(float[] target, int offset) {
        System.arraycopy(probabilities, 0, target, offset, vocabulary);
    }

    /** The log-probability of a token after temperature alone, as if nothing had been removed. */
    public float logProbability(int token) {
        return (float) (scaled[token] - largest - logTotal);
    }

    /** The log-probability of a token after every step; minus infinity where it was removed. */
    public float truncatedLogProbability(int token) {
        return probabilities[token] > 0 ? (float) (scaled[token] - largest - logKept) : Float.NEGATIVE_INFINITY;
    }

    /** The token of the largest logit, the first of equal ones: the greedy choice. */
    public int best() {
        return best;
    }

    /**
     * The token at a point of the cumulative distribution, tokens in the order of their indices.
     *
     * @param uniform a number in [0, 1)
     */
    public int sample(double uniform) {
        if (!(uniform >= 0 && uniform < 1)) {
            throw new IllegalArgumentException("sampling: a uniform draw lies in [0, 1), got " + uniform);
        }
        double cumulative = 0;
        int last = best;
        for (int token = 0; token < vocabulary; token++) {
            if (probabilities[token] > 0) {
                cumulative += probabilities[token];
                last = token;
                if (uniform < cumulative) {
                    return token;
                }
            }
        }
        // Rounding can leave the sum a little below 1.
        return last;
    }

    private void scale(float[] logits, int offset, float temperature) {
        if (offset < 0 || offset > logits.length - vocabulary) {
            throw new IllegalArgumentException("sampling: a row of " + vocabulary + " logits at " + offset
                    + " does not fit an array of " + logits.length);
        }
        float most = Float.NEGATIVE_INFINITY;
        for (int token = 0; token < vocabulary; token++) {
            scaled[token] = logits[offset + token] / temperature;
        }
        for (int token = 0; token < vocabulary; token++) {
            most = Math.max(most, scaled[token]);   // NaN where one is
        }
        if (Float.isNaN(most) || most == Float.POSITIVE_INFINITY) {
            throw unusable(logits, offset, temperature);
        }
        best = 0;
        while (scaled[best] != most) {
            best++;
        }
        largest = scaled[best];   // of two zeros the first one's sign
        if (largest == Float.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException("sampling: every logit is minus infinity, so no token can be drawn");
        }
    }

    private IllegalArgumentException unusable(float[] logits, int offset, float temperature) {
        int token = 0;
        while (!Float.isNaN(scaled[token]) && scaled[token] != Float.POSITIVE_INFINITY) {
            token++;
        }
        return new IllegalArgumentException("sampling: logit " + token + " is " + logits[offset + token]
                + " (" + scaled[token] + " after temperature " + temperature + "): it must be finite or minus infinity");
    }

    // exp(x − max) of every token at or above the threshold, 0 below it; returns the sum.
    private double exponentials(float threshold) {
        for (int token = 0; token < vocabulary; token++) {
            probabilities[token] = scaled[token] - largest;
        }
        if (threshold != Float.NEGATIVE_INFINITY) {
            for (int token = 0; token < vocabulary; token++) {
                if (scaled[token] < threshold) probabilities[token] = Float.NEGATIVE_INFINITY;
            }
        }
        VectorMath.unary(UnaryKind.EXP, probabilities, 0, probabilities, 0, vocabulary);
        double total = 0;
        for (int token = 0; token < vocabulary; token++) {
            total += probabilities[token];
        }
        return total;
    }

    private void divide(double total) {
        float divisor = (float) total;
        for (int token = 0; token < vocabulary; token++) {
            probabilities[token] /= divisor;
        }
    }

    private float thresholdOfTopK(int k) {
        for (int token = 0; token < vocabulary; token++) {
            order[token] = key(token);
        }
        select(vocabulary - k);
        return scaled[(int) order[vocabulary - k]];
    }

    // Tokens of p < mass / vocabulary sum to less than the mass, so all of them go and only the others need sorting. The best
    // stays a candidate even where rounding put every equal share below the bound.
    private void removeBelowTopP(double mass) {
        float limit = (float) mass;
        double bound = mass / vocabulary;
        double cumulative = 0;
        int candidates = 0;
        for (int token = 0; token < vocabulary; token++) {
            float probability = probabilities[token];
            if (probability > 0 && probability >= bound || scaled[token] == largest) {
                order[candidates++] = key(token);
            } else {
                cumulative += probability;
                probabilities[token] = 0;
            }
        }
        if (limit == 0) {
            return;
        }
        Arrays.sort(order, 0, candidates);
        for (int i = 0; i < candidates - 1; i++) {
            int token = (int) order[i];
            cumulative += probabilities[token];
            if ((float) cumulative > limit) {
                return;
            }
            probabilities[token] = 0;
        }
    }

    // Tokens that stay move to the front, so that their exponentials are computed together, and back: a token's place is never before its rank.
    private void renormalize() {
        kept = 0;
        for (int token = 0; token < vocabulary; token++) {
            if (probabilities[token] > 0) {
                probabilities[token] = 0;
                probabilities[kept] = scaled[token] - largest;
                order[kept++] = token;
            }
        }
        VectorMath.unary(UnaryKind.EXP, probabilities, 0, probabilities, 0, kept);
        double total = 0;
        for (int rank = kept - 1; rank >= 0; rank--) {
            float exponential = probabilities[rank];
            total += exponential;
            probabilities[rank] = 0;
            probabilities[(int) order[rank]] = exponential;
        }
        logKept = Math.log(total);
        divide(total);
    }

    // Sorts as the logit, then as the index: the sign bit is flipped so that negative floats order as integers do.
    private long key(int token) {
        // Adding 0 turns −0 into +0, which it equals.
        int bits = Float.floatToRawIntBits(scaled[token] + 0f);
        int ordered = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        return (long) ordered << 32 | token;
    }

    // Moves the key of that rank to its place (Hoare's selection, middle pivot); keys are distinct.
    private void select(int rank) {
        int low = 0;
        int high = vocabulary - 1;
        while (low < high) {
            long pivot = order[low + high >>> 1];
            int i = low;
            int j = high;
            while (i <= j) {
                while (order[i] < pivot) {
                    i++;
                }
                while (order[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    long swapped = order[i];
                    order[i++] = order[j];
                    order[j--] = swapped;
                }
            }
            if (rank <= j) {
                high = j;
            } else if (rank >= i) {
                low = i;
            } else {
                return;
            }
        }
    }
}
