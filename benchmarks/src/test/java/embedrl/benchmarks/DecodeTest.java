package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.benchmarks.kernels.Limits;
import org.junit.jupiter.api.Test;

class DecodeTest {
    @Test
    void casesAreFoundByTheirUniqueNames() {
        assertThat(DecodeCase.all()).extracting(DecodeCase::name).doesNotHaveDuplicates().contains("135M bfloat16, batch 16", "product 1x16384x4096 q8_0");
        for (DecodeCase c : DecodeCase.all()) assertThat(DecodeCase.named(c.name())).isEqualTo(c);
        assertThatThrownBy(() -> DecodeCase.named("7B")).hasMessage("decode: no case '7B'");
    }

    @Test
    void theLimitsDoTheWorkThatTheyClaim() {
        float[] x = new float[4096];
        for (int i = 0; i < x.length; i++) x[i] = i;
        assertThat(Limits.sum(x, 1024, 2048)).isEqualTo((1024 + 3071) * 1024f);
        // c ← 0.999 c + 0.001 has the limit 1, from 0.001 and from 0.999 in half of the chains each
        int lanes = (int) (Limits.flops(1) / 20);
        assertThat(Limits.multiply(20_000)).isCloseTo(10f * lanes, within(0.05f * lanes));
        assertThat(Limits.multiply(0)).isCloseTo(lanes * 5 * (0.001f + 0.999f), within(0.01f));
    }
}
