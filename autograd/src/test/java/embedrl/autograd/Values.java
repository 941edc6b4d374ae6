package embedrl.autograd;

import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;

/** Seeded input values in the domains that the samples need. Finite differences move inputs by up to 1/32, which the domains leave room for. */
final class Values {
    private Values() {
    }

    /** A value for each position. */
    @FunctionalInterface
    interface At {
        double value(Seed seed, int i);
    }

    static HostTensor fill(String name, At at, int... sizes) {
        Seed seed = Seed.of(20260601).split(name);
        Shape shape = Shape.of(sizes);
        float[] values = new float[shape.count()];
        for (int i = 0; i < values.length; i++) values[i] = (float) at.value(seed, i);
        return HostTensor.of(shape, values);
    }

    static HostTensor normal(String name, int... sizes) {
        return fill(name, Seed::normal, sizes);
    }

    static HostTensor uniform(String name, double low, double high, int... sizes) {
        return fill(name, (seed, i) -> low + (high - low) * seed.uniform(i), sizes);
    }

    /** At least 0.2 away from 0, both signs. */
    static HostTensor awayFromZero(String name, int... sizes) {
        return fill(name, (seed, i) -> (seed.uniform(2 * i) < 0.5 ? -1 : 1) * (0.2 + 2.5 * seed.uniform(2 * i + 1)), sizes);
    }

    /** At least 0.1 away from every integer. */
    static HostTensor betweenIntegers(String name, int... sizes) {
        return fill(name, (seed, i) -> seed.below(9, 2 * i) - 4 + 0.1 + 0.8 * seed.uniform(2 * i + 1), sizes);
    }

    /** Values that differ by at least 0.1 from each other, in a shuffled order. */
    static HostTensor distinct(String name, int... sizes) {
        Shape shape = Shape.of(sizes);
        int[] order = new int[shape.count()];
        Seed seed = Seed.of(7).split(name);
        for (int i = 0; i < order.length; i++) {
            int j = seed.below(i + 1, i);
            order[i] = order[j];
            order[j] = i;
        }
        return fill(name, (_, i) -> 0.1 * (order[i] - order.length / 2), sizes);
    }

    /** Multiples of 1/16 below 1.9 in size: they and their finite differences fit into both half types without rounding. */
    static HostTensor halves(String name, int... sizes) {
        return fill(name, (seed, i) -> (seed.below(61, i) - 30) / 16.0, sizes);
    }

    /** Each value of another tensor plus or minus 0.2 to 1.2. */
    static HostTensor apartFrom(HostTensor other, String name) {
        float[] base = other.floats();
        HostTensor distance = fill(name, (seed, i) -> (seed.uniform(2 * i) < 0.5 ? -1 : 1) * (0.2 + seed.uniform(2 * i + 1)), other.shape().sizes());
        float[] moved = distance.floats();
        for (int i = 0; i < moved.length; i++) moved[i] += base[i];
        return HostTensor.of(other.shape(), moved);
    }

    /** Integers from low (inclusive) to high (exclusive). */
    static HostTensor ints(String name, int low, int high, int... sizes) {
        Seed seed = Seed.of(11).split(name);
        Shape shape = Shape.of(sizes);
        int[] values = new int[shape.count()];
        for (int i = 0; i < values.length; i++) values[i] = low + seed.below(high - low, i);
        return HostTensor.ofInts(shape, values);
    }
}
