package embedrl.embedrl.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {

    @Test
    void intervalOfAMeanAgreesWithTheNormalOneOnManyValues() {
        var random = new Random(1);
        double[] values = IntStream.range(0, 2000).mapToDouble(_ -> 3 + 2 * random.nextGaussian()).toArray();
        double mean = IntStream.range(0, 2000).mapToDouble(i -> values[i]).average().orElseThrow();
        double deviation = Math.sqrt(IntStream.range(0, 2000).mapToDouble(i -> (values[i] - mean) * (values[i] - mean)).sum() / 1999);
        double half = new NormalDistribution().inverseCumulativeProbability(0.975) * deviation / Math.sqrt(2000);

        PairedBootstrap.Interval interval = new PairedBootstrap(4000, 0.95, 7).mean(values);
        assertThat(interval.mean()).isCloseTo(mean, within(1e-12));
        assertThat(interval.low()).isCloseTo(mean - half, within(0.1 * half));
        assertThat(interval.high()).isCloseTo(mean + half, within(0.1 * half));
    }

    @Test
    void nominalCoverageIsKept() {
        int covered = 0;
        int trials = 400;
        var random = new Random(2);
        for (int trial = 0; trial < trials; trial++) {
            double[] values = IntStream.range(0, 100).mapToDouble(_ -> random.nextGaussian()).toArray();
            PairedBootstrap.Interval interval = new PairedBootstrap(400, 0.9, trial).mean(values);
            covered += interval.low() <= 0 && 0 <= interval.high() ? 1 : 0;
        }
        assertThat(covered / (double) trials).isBetween(0.84, 0.95);
    }

    @Test
    void pairingRemovesWhatBothSystemsShare() {
        var random = new Random(3);
        double[] difficulty = IntStream.range(0, 300).mapToDouble(_ -> 10 * random.nextGaussian()).toArray();
        double[] worse = IntStream.range(0, 300).mapToDouble(i -> difficulty[i] + 0.1 * random.nextGaussian()).toArray();
        double[] better = IntStream.range(0, 300).mapToDouble(i -> difficulty[i] + 0.2 + 0.1 * random.nextGaussian()).toArray();
        PairedBootstrap.Interval difference = PairedBootstrap.of(1).difference(better, worse);
        assertThat(difference.excludesZero()).isTrue();
        assertThat(difference.mean()).isCloseTo(0.2, within(0.03));
        assertThat(difference.high() - difference.low()).isLessThan(0.05);
        assertThat(PairedBootstrap.of(1).difference(worse, worse)).isEqualTo(new PairedBootstrap.Interval(0, 0, 0));
        assertThat(PairedBootstrap.of(1).difference(worse, worse).excludesZero()).isFalse();
    }

    @Test
    void equalSeedsGiveEqualIntervals() {
        double[] values = {0, 1, 1, 0, 1};
        assertThat(PairedBootstrap.of(5).mean(values)).isEqualTo(PairedBootstrap.of(5).mean(values));
    }

    @Test
    void misuseIsRefused() {
        assertThatThrownBy(() -> PairedBootstrap.of(1).difference(new double[2], new double[3])).hasMessageContaining("same queries, got 2 and 3");
        assertThatThrownBy(() -> PairedBootstrap.of(1).mean(new double[0])).hasMessageContaining("at least one");
        assertThatThrownBy(() -> new PairedBootstrap(0, 0.95, 1)).hasMessageContaining("resamples");
    }
}
