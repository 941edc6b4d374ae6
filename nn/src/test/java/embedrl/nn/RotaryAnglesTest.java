package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import org.junit.jupiter.api.Test;

class RotaryAnglesTest {
    private static void assertAngles(RotaryAngles angles, double... radians) {
        assertThat(angles.cos()).hasSize(radians.length);
        for (int i = 0; i < radians.length; i++) {
            assertThat(angles.cos()[i]).isEqualTo((float) Math.cos(radians[i]));
            assertThat(angles.sin()[i]).isEqualTo((float) Math.sin(radians[i]));
        }
    }

    @Test
    void frequenciesFallGeometrically() {
        assertThat(RotaryAngles.frequencies(8, 10_000)).containsExactly(new double[] {1, 0.1, 0.01, 0.001}, within(1e-15));
        assertThatThrownBy(() -> RotaryAngles.frequencies(7, 10_000)).hasMessageContaining("even, got 7");
    }

    @Test
    void oneAxisMultipliesPositionAndFrequency() {
        assertAngles(RotaryAngles.of(new int[] {0, 3, 70_000}, new double[] {1, 0.5}), 0, 0, 3, 1.5, 70_000, 35_000);
    }

    @Test
    void threeAxesInterleaveBelowTheirSections() {
        double[] ones = {1, 1, 1, 1, 1, 1, 1, 1};
        int[] positions = {1, 10, /* height */ 2, 20, /* width */ 3, 30};
        assertAngles(RotaryAngles.interleaved(positions, ones, new int[] {4, 2, 2}),
                1, 2, 3, 1, 2, 3, 1, 1,
                10, 20, 30, 10, 20, 30, 10, 10);
        assertAngles(RotaryAngles.interleaved(positions, ones, new int[] {3, 3, 2}),
                1, 2, 3, 1, 2, 3, 1, 2,
                10, 20, 30, 10, 20, 30, 10, 20);
    }

    @Test
    void positionsThatComeBackTurnAsTheyDidBefore() {
        double[] frequencies = {1, 0.3};
        assertAngles(RotaryAngles.of(new int[] {5, 7, 5, -1, 7}, frequencies), 5, 5 * 0.3, 7, 7 * 0.3, 5, 5 * 0.3, -1, -0.3, 7, 7 * 0.3);
        int[] positions = {4, 4, 9, /* height */ 4, 9, 4, /* width */ 4, 4, 4};
        assertAngles(RotaryAngles.interleaved(positions, frequencies, new int[] {1, 1, 0}), 4, 4 * 0.3, 4, 9 * 0.3, 9, 4 * 0.3);
    }

    @Test
    void threeEqualAxesAreOneAxis() {
        double[] frequencies = RotaryAngles.frequencies(128, 5e6);
        int[] positions = {5, 9};
        RotaryAngles three = RotaryAngles.interleaved(new int[] {5, 9, 5, 9, 5, 9}, frequencies, new int[] {24, 20, 20});
        assertThat(three.cos()).containsExactly(RotaryAngles.of(positions, frequencies).cos());
        assertThat(three.sin()).containsExactly(RotaryAngles.of(positions, frequencies).sin());
    }

    @Test
    void sectionsBeyondTheHeadAreCutOff() {
        double[] ones = {1, 1, 1, 1};
        assertAngles(RotaryAngles.interleaved(new int[] {1, 2, 3}, ones, new int[] {24, 20, 20}), 1, 2, 3, 1);
        assertThatThrownBy(() -> RotaryAngles.interleaved(new int[3], new double[8], new int[] {4, 4})).hasMessageContaining("three numbers, got [4, 4]");
        assertThatThrownBy(() -> RotaryAngles.interleaved(new int[4], new double[8], new int[] {4, 2, 2})).hasMessageContaining("[3, N], got 4");
    }

    @Test
    void aGridTurnsHalfOfThePairsByRowAndHalfByColumn() {
        // width 8: two frequencies per axis, 1 and 10000^(-1/2) = 0.01
        assertAngles(RotaryAngles.grid(new int[] {0, 2}, new int[] {1, 3}, 8, 10_000), 0, 0, 1, 0.01, 2, 0.02, 3, 0.03);
        assertThatThrownBy(() -> RotaryAngles.grid(new int[1], new int[1], 6, 10_000)).hasMessageContaining("multiple of 4, got 6");
        assertThatThrownBy(() -> RotaryAngles.grid(new int[1], new int[2], 8, 10_000)).hasMessageContaining("got 1 and 2");
    }

    @Test
    void aSequenceHasTheSamePositionsInEachRow() {
        float[] row = RotaryAngles.of(new int[] {0, 1, 2}, RotaryAngles.frequencies(4, 100)).cos();
        Rotary sequence = Rotary.sequence(2, 3, 4, 100);
        float[] both = java.util.Arrays.copyOf(row, 12);
        System.arraycopy(row, 0, both, 6, 6);
        assertThat(sequence.cos().shape()).isEqualTo(Shape.of(2, 3, 2));
        assertThat(sequence.cos().eval().floats()).containsExactly(both);
        assertThat(sequence.sin().eval().floats()[2]).isEqualTo((float) Math.sin(1)).isEqualTo(sequence.sin().eval().floats()[8]);
    }

    @Test
    void scoresDependOnTheDistanceAlone() {
        Tensor q = Tensor.normal(Shape.of(1, 1, 1, 8), Seed.of(1));
        Tensor k = Tensor.normal(Shape.of(1, 1, 1, 8), Seed.of(2));
        assertThat(score(q, k, 3, 1)).isCloseTo(score(q, k, 103, 101), within(1e-4f)).isNotCloseTo(score(q, k, 3, 2), within(1e-2f));
    }

    private static float score(Tensor q, Tensor k, int queryPosition, int keyPosition) {
        return rotary(queryPosition).apply(q).mul(rotary(keyPosition).apply(k)).sum().eval().item();
    }

    private static Rotary rotary(int position) {
        RotaryAngles angles = RotaryAngles.of(new int[] {position}, RotaryAngles.frequencies(8, 10_000));
        return new Rotary(Tensor.of(Shape.of(1, 1, 4), angles.cos()), Tensor.of(Shape.of(1, 1, 4), angles.sin()));
    }
}
