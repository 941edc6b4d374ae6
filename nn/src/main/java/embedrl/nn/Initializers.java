package embedrl.nn;

import embedrl.tensor.Seed;
import java.util.Arrays;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;

/** The usual first values of parameters. Each number depends on the seed and its position alone, so filling by several threads changes nothing. */
public final class Initializers {
    private static final int CHUNK = 1 << 16;

    private Initializers() {
    }

    /** Normal numbers with mean 0 and a standard deviation. */
    public static Initializer normal(double standardDeviation, Seed seed) {
        return values -> fill(values, i -> standardDeviation * seed.normal(i));
    }

    /** Uniform numbers in −bound..bound. */
    public static Initializer uniform(double bound, Seed seed) {
        return values -> fill(values, i -> bound * (2 * seed.uniform(i) - 1));
    }

    /** Kaiming-uniform with negative slope √5, the first values of linear layers and LoRA's A: uniform in ±1/√fanIn. Source: He et al. 2015. */
    public static Initializer kaimingUniform(int fanIn, Seed seed) {
        return uniform(1 / Math.sqrt(fanIn), seed);
    }

    public static Initializer zeros() {
        return values -> Arrays.fill(values, 0);
    }

    public static Initializer ones() {
        return values -> Arrays.fill(values, 1);
    }

    private static void fill(float[] values, LongToDoubleFunction at) {
        IntStream chunks = IntStream.range(0, (values.length + CHUNK - 1) / CHUNK);
        (values.length > CHUNK ? chunks.parallel() : chunks).forEach(chunk -> {
            int end = (int) Math.min(values.length, (chunk + 1L) * CHUNK);
            for (int i = chunk * CHUNK; i < end; i++) values[i] = (float) at.applyAsDouble(i);
        });
    }
}
