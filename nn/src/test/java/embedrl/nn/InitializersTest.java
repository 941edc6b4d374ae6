package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.Seed;
import org.junit.jupiter.api.Test;

class InitializersTest {
    private static float[] filled(Initializer initializer, int count) {
        float[] values = new float[count];
        initializer.fill(values);
        return values;
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) sum += value;
        return sum / values.length;
    }

    private static double deviation(float[] values) {
        double mean = mean(values);
        double sum = 0;
        for (float value : values) sum += (value - mean) * (value - mean);
        return Math.sqrt(sum / values.length);
    }

    @Test
    void normalNumbersHaveTheAskedDeviation() {
        float[] values = filled(Initializers.normal(0.02, Seed.of(7)), 200_000);
        assertThat(mean(values)).isBetween(-3e-4, 3e-4);
        assertThat(deviation(values)).isBetween(0.0198, 0.0202);
    }

    @Test
    void aNumberDependsOnItsPositionAndNotOnTheLength() {
        float[] longer = filled(Initializers.normal(1, Seed.of(7)), 100_000);
        float[] shorter = filled(Initializers.normal(1, Seed.of(7)), 70_000);
        assertThat(java.util.Arrays.copyOf(longer, 70_000)).containsExactly(shorter);
        assertThat(filled(Initializers.normal(1, Seed.of(8)), 4)).isNotEqualTo(java.util.Arrays.copyOf(longer, 4));
    }

    @Test
    void uniformNumbersFillTheirRange() {
        float[] values = filled(Initializers.kaimingUniform(16, Seed.of(1)), 50_000);
        for (float value : values) assertThat(value).isBetween(-0.25f, 0.25f);
        assertThat(mean(values)).isBetween(-2e-3, 2e-3);
        assertThat(deviation(values)).isBetween(0.25 / Math.sqrt(3) * 0.99, 0.25 / Math.sqrt(3) * 1.01);
    }

    @Test
    void constantsAreConstant() {
        assertThat(filled(Initializers.ones(), 3)).containsExactly(1, 1, 1);
        assertThat(filled(Initializers.zeros(), 3)).containsExactly(0, 0, 0);
    }
}
