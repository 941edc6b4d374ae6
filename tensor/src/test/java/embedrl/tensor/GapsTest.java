package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GapsTest {
    private final Gaps gaps = new Gaps();

    @Test
    void neighborsBecomeOne() {
        gaps.free(0, 4);
        gaps.free(8, 4);
        assertThat(gaps.byOffset()).hasToString("{0=4, 8=4}");
        gaps.free(4, 4);
        assertThat(gaps.byOffset()).hasToString("{0=12}");
    }

    @Test
    void theRestOfAGapStays() {
        gaps.free(10, 6);
        gaps.take(10, 2);
        assertThat(gaps.byOffset()).hasToString("{12=4}");
        gaps.take(12, 4);
        assertThat(gaps.byOffset()).isEmpty();
    }

    @Test
    void memoryGrowsFromItsLastGap() {
        assertThat(gaps.takeLast(20)).as("no gap at all").isEqualTo(20);
        gaps.free(4, 4);
        assertThat(gaps.takeLast(20)).as("a gap elsewhere").isEqualTo(20);
        gaps.free(16, 4);
        assertThat(gaps.takeLast(20)).isEqualTo(16);
        assertThat(gaps.byOffset()).hasToString("{4=4}");
    }
}
