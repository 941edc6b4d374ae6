package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Statistics of {@link Seed} and of the run-time uniform numbers: uniform, normal, and unrelated between parts, streams, seeds and neighbors. */
class RandomNumbersTest {
    private static final int COUNT = 200_000;
    private static final int BINS = 256;

    /** Chi-squared over equal bins; with 255 degrees of freedom 99.99 % of fair sources lie between 177 and 347. */
    private static void uniform(String what, IntToDoubleFunction source) {
        int[] bins = new int[BINS];
        double sum = 0;
        double neighbors = 0;
        double before = 0.5;
        for (int i = 0; i < COUNT; i++) {
            double u = source.applyAsDouble(i);
            assertThat(u >= 0 && u < 1).as(what).isTrue();
            bins[(int) (u * BINS)]++;
            sum += u;
            neighbors += (u - 0.5) * (before - 0.5);
            before = u;
        }
        double chi = 0;
        for (int n : bins) chi += Math.pow(n - (double) COUNT / BINS, 2) / ((double) COUNT / BINS);
        assertThat(chi).as(what + ": chi-squared").isBetween(177.0, 347.0);
        assertThat(sum / COUNT).as(what + ": mean").isCloseTo(0.5, within(0.003));
        assertThat(12 * neighbors / COUNT).as(what + ": correlation of neighbors").isCloseTo(0, within(0.01));
    }

    private static double correlation(IntToDoubleFunction a, IntToDoubleFunction b) {
        double sum = 0;
        for (int i = 0; i < COUNT; i++) sum += (a.applyAsDouble(i) - 0.5) * (b.applyAsDouble(i) - 0.5);
        return 12 * sum / COUNT;
    }

    @Test
    void seedsAreUniform() {
        for (long value : new long[] {0, 1, -1, 42, 1L << 40}) uniform("seed " + value, i -> Seed.of(value).uniform(i));
        uniform("positions far out", i -> Seed.of(5).uniform(1_000_000_000_000L + i));
        uniform("numbered parts", i -> Seed.of(5).split(i).uniform(0));
        uniform("named parts", i -> Seed.of(5).split("layer." + i).uniform(0));
    }

    @Test
    void partsAreUnrelated() {
        Seed seed = Seed.of(7);
        assertThat(correlation(seed::uniform, seed.split("a")::uniform)).isCloseTo(0, within(0.01));
        assertThat(correlation(seed.split("a")::uniform, seed.split("b")::uniform)).isCloseTo(0, within(0.01));
        assertThat(correlation(seed.split(0)::uniform, seed.split(1)::uniform)).isCloseTo(0, within(0.01));
        assertThat(correlation(Seed.of(1)::uniform, Seed.of(2)::uniform)).isCloseTo(0, within(0.01));
        Set<Seed> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(seen.add(seed.split(i))).isTrue();
            assertThat(seen.add(seed.split("p" + i))).isTrue();
        }
        assertThat(seed.split("ab")).isNotEqualTo(seed.split("ba"));
        assertThat(seed.split("a").split("b")).isNotEqualTo(seed.split("b").split("a"));
        assertThat(seed.split("a")).isEqualTo(Seed.of(7).split("a"));
    }

    @Test
    void normalNumbers() {
        double[] moments = new double[5];
        int beyond = 0;
        for (int i = 0; i < COUNT; i++) {
            double z = Seed.of(3).normal(i);
            for (int k = 1; k < moments.length; k++) moments[k] += Math.pow(z, k) / COUNT;
            if (Math.abs(z) > 1.959964) beyond++;
        }
        assertThat(moments[1]).isCloseTo(0, within(0.01));
        assertThat(moments[2]).isCloseTo(1, within(0.02));
        assertThat(moments[3]).isCloseTo(0, within(0.05));
        assertThat(moments[4]).isCloseTo(3, within(0.1));
        assertThat((double) beyond / COUNT).isCloseTo(0.05, within(0.002));
    }

    @Test
    void boundedIntegers() {
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) counts[Seed.of(9).below(7, i)]++;
        for (int n : counts) assertThat(n).isBetween(9_600, 10_400);
        assertThat(Seed.of(9).below(1, 5)).isZero();
    }

    @Test
    void runTimeNumbersAreUniform() {
        for (int[] words : new int[][] {{0, 0}, {1, 0}, {0, 1}, {-1, -1}, Seed.of(4).words()})
            for (int stream : new int[] {0, 1, 77}) uniform("uniform", i -> ElementwiseOp.Uniform.at(words[0], words[1], stream, i));
        uniform("first number of each stream", i -> ElementwiseOp.Uniform.at(1, 2, i, 0));
        uniform("first number of each seed", i -> ElementwiseOp.Uniform.at(i, 0, 0, 0));
        assertThat(correlation(i -> ElementwiseOp.Uniform.at(1, 2, 0, i), i -> ElementwiseOp.Uniform.at(1, 2, 1, i))).isCloseTo(0, within(0.01));
        assertThat(correlation(i -> ElementwiseOp.Uniform.at(1, 2, 0, i), i -> ElementwiseOp.Uniform.at(2, 2, 0, i))).isCloseTo(0, within(0.01));
        assertThat(correlation(i -> ElementwiseOp.Uniform.at(1, 2, 0, i), i -> ElementwiseOp.Uniform.at(1, 3, 0, i))).isCloseTo(0, within(0.01));
    }

    @Test
    void theOperationFollowsItsDefinition() {
        Tensor seed = Tensor.input("seed", DType.INT32, 2);
        for (String device : Devices.names()) {
            try (Executor executor = Executors.open(device, 2); Program program = Program.builder().output("u", Tensor.uniform(Shape.of(3, 333), seed, 5)).compile(executor)) {
                int[] words = Seed.of(1).words();
                program.set("seed", words).run();
                float[] first = program.read("u").floats();
                for (int i = 0; i < first.length; i++) assertThat(first[i]).isEqualTo(ElementwiseOp.Uniform.at(words[0], words[1], 5, i));
                program.set("seed", Seed.of(2).words()).run();
                assertThat(program.read("u").floats()).isNotEqualTo(first);
            }
        }
    }
}
