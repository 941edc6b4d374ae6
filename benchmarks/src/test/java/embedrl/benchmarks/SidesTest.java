package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SidesTest {
    @Test
    void bothSidesTrainTheSameModel() throws PeerMissing {
        OurTraining ours = new OurTraining(2, true);
        TorchTraining theirs = new TorchTraining(Torch.open(2), true);
        float first = ours.step();
        assertThat(first).as("loss with the same weights").isCloseTo(theirs.step(), within(1e-3f));
        assertThat(ours.step()).as("loss after one update").isCloseTo(theirs.step(), within(1e-3f)).isLessThan(first);
    }

    @Test
    void gemmCasesAreNamedOnce() {
        assertThat(GemmCase.ALL.stream().map(GemmCase::name)).doesNotHaveDuplicates();
        for (GemmCase c : GemmCase.ALL) assertThat(GemmCase.named(c.name())).isSameAs(c);
        assertThat(GemmCase.named("64 x (128x64x128)").flops()).isEqualTo(2.0 * 64 * 128 * 64 * 128);
    }

    @Test
    void peakMemoryIsAtLeastTheHeapInUse() throws IOException {
        long peak = PeakMemory.bytes();
        assertThat(peak == 0 || peak > 10_000_000).isTrue();
    }
}
