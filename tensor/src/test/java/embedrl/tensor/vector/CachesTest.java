package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachesTest {
    private static long parse(String text) {
        return Caches.parse(text, 1L << 20, 256L << 10, 4L << 20);
    }

    @ParameterizedTest
    @CsvSource({"512K, 524288", "'1024K\n', 1048576", "2048K, 2097152", "2M, 2097152", "16K, 262144", "64M, 4194304"})
    void sizesAreReadAndKeptWithinBounds(String text, long bytes) {
        assertThat(parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"''", "K", "large", "12", "1.5M", "99999999999999999999K"})
    void whatIsNoSizeGivesTheUsualOne(String text) {
        assertThat(parse(text)).isEqualTo(1L << 20);
    }

    @Test
    void thisMachineHasThem() {
        assertThat(Caches.second()).isBetween(256L << 10, 4L << 20);
        assertThat(Caches.third()).isBetween(1L << 20, 1L << 30);
    }
}
