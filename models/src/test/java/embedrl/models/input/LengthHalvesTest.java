package embedrl.models.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LengthHalvesTest {
    private static List<Sequence> ofLengths(int... lengths) {
        return Arrays.stream(lengths).mapToObj(length -> new Sequence(new int[length], 9, List.of())).toList();
    }

    @Test
    void smallBatchesStayWholeAndAreSortedByLength() {
        assertThat(LengthHalves.of(ofLengths(5, 3, 9, 3, 1))).containsExactly(List.of(4, 1, 3, 0, 2));
        assertThat(LengthHalves.of(ofLengths(new int[15]))).hasSize(1);
        assertThat(LengthHalves.of(List.of())).containsExactly(List.of());
    }

    /** The shorter part is a multiple of 8, so that its layout has no unused rows. */
    @ParameterizedTest
    @CsvSource({"16, 8", "17, 8", "31, 8", "32, 16", "47, 16", "100, 48"})
    void largeBatchesAreDividedInTheMiddle(int count, int shorter) {
        int[] lengths = IntStream.range(0, count).map(i -> 1 + i * 37 % count).toArray();
        List<List<Integer>> parts = LengthHalves.of(ofLengths(lengths));
        assertThat(parts).hasSize(2);
        assertThat(parts.getFirst()).hasSize(shorter);
        List<Integer> all = parts.stream().flatMap(List::stream).toList();
        assertThat(all).hasSize(count).doesNotHaveDuplicates().allMatch(i -> i >= 0 && i < count);
        assertThat(all.stream().map(i -> lengths[i]).toList()).isSorted();
    }
}
