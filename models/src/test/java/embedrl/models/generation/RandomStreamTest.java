package embedrl.models.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
    /** The known answers that the authors of Philox publish with their library. */
    @Test
    void agreesWithThePublishedAnswers() {
        assertThat(RandomStream.block(0, 0, 0, 0, 0, 0)).isEqualTo(0xe169c58d_6627e8d5L);
        assertThat(RandomStream.block(-1, -1, -1, -1, -1, -1)).isEqualTo(0x41c83b0e_408f276dL);
        assertThat(RandomStream.block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0))
                .isEqualTo(0x94fdcceb_d16cfe09L);
    }

    @Test
    void everyArgumentMatters() {
        Set<Long> seen = new HashSet<>();
        long[] values = {0, 1, 2, -1, 1L << 32, 1L << 63};
        for (long seed : values) {
            for (long sequence : values) {
                for (long position : values) {
                    assertThat(seen.add(new RandomStream(seed, sequence).bits(position))).isTrue();
                }
            }
        }
    }

    @Test
    void isUniformAndIndependentAcrossStreams() {
        int draws = 100_000;
        double sum = 0;
        double squares = 0;
        double cross = 0;
        int[] bins = new int[16];
        RandomStream a = new RandomStream(1, 0);
        RandomStream b = new RandomStream(1, 1);
        for (int i = 0; i < draws; i++) {
            double u = a.uniform(i);
            assertThat(u >= 0 && u < 1).isTrue();
            sum += u;
            squares += u * u;
            cross += (u - 0.5) * (b.uniform(i) - 0.5);
            bins[(int) (u * 16)]++;
        }
        assertThat(sum / draws).isEqualTo(0.5, within(0.005));
        assertThat(squares / draws).isEqualTo(1 / 3.0, within(0.005));
        assertThat(cross / draws).isEqualTo(0, within(0.002));
        double chiSquare = 0;
        for (int bin : bins) {
            chiSquare += Math.pow(bin - draws / 16.0, 2) / (draws / 16.0);
        }
        // 15 degrees of freedom: 37.7 is passed once in a thousand.
        assertThat(chiSquare).isLessThan(37.7);
    }
}
