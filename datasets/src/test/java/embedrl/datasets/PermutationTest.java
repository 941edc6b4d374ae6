package embedrl.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PermutationTest {
    @Test
    void everyNumberComesOnce() {
        for (long size : LongStream.concat(LongStream.rangeClosed(1, 130), LongStream.of(1000, 4096, 65_537)).toArray()) {
            Permutation permutation = new Permutation(size, 17);
            boolean[] seen = new boolean[(int) size];
            for (long i = 0; i < size; i++) {
                int image = (int) permutation.at(i);
                assertThat(seen[image]).as("size %d, image %d", size, image).isFalse();
                seen[image] = true;
            }
        }
    }

    @Test
    void eachPlaceIsUniformOverKeys() {
        int[][] counts = new int[5][5];
        int keys = 20_000;
        SeededRandom random = new SeededRandom(1);
        for (int k = 0; k < keys; k++) {
            Permutation permutation = new Permutation(5, random.next());
            for (int i = 0; i < 5; i++) {
                counts[i][(int) permutation.at(i)]++;
            }
        }
        for (int[] row : counts) {
            // Standard deviation of a count is 57.
            for (int count : row) {
                assertThat(count).isCloseTo(keys / 5, within(280));
            }
        }
    }

    @Test
    void hugeSizesNeedNoMemory() {
        long size = 3_000_000_000_000L;
        Permutation permutation = new Permutation(size, 3);
        assertThat(LongStream.range(0, 1000).map(permutation::at).distinct().count()).isEqualTo(1000);
        assertThat(LongStream.range(0, 1000).map(permutation::at).average().orElseThrow() / size).isCloseTo(0.5, within(0.05));
    }

    @Test
    void refusesWhatItCannotPermute() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Permutation(0, 1)).withMessageContaining("at least 1, got 0");
        assertThatThrownBy(() -> new Permutation(4, 1).at(4)).isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("0…3, got 4");
    }
}
