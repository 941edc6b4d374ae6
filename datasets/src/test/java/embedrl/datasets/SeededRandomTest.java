package embedrl.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeededRandomTest {
    @Test
    void outputsAreTheSplitMixSequenceOfTheKey() {
        SplittableRandom oracle = new SplittableRandom(SeededRandom.mix(42 + 0x9E3779B97F4A7C15L));
        SeededRandom random = new SeededRandom(42);
        for (int i = 0; i < 100; i++) {
            assertThat(random.next()).isEqualTo(oracle.nextLong());
        }
    }

    @Test
    void streamsDependOnSeedNameAndIndex() {
        Set<Long> first = new HashSet<>();
        for (long seed = 0; seed < 10; seed++) {
            for (String name : List.of("a", "b", "ab", "ba", "")) {
                for (long index = 0; index < 100; index++) {
                    first.add(SeededRandom.of(seed, name, index).next());
                }
            }
        }
        assertThat(first).hasSize(10 * 5 * 100);
        assertThat(SeededRandom.of(3, "a", 7).next()).isEqualTo(SeededRandom.of(3, "a", 7).next());
    }

    @Test
    void belowIsUniformAndInRange() {
        SeededRandom random = new SeededRandom(1);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) {
            counts[(int) random.below(7)]++;
        }
        // Standard deviation of a count is sqrt(70000 · 1/7 · 6/7) = 93.
        for (int count : counts) {
            assertThat(count).isCloseTo(10_000, within(450));
        }
        assertThat(random.below(1)).isZero();
        assertThat(random.below(Long.MAX_VALUE)).isBetween(0L, Long.MAX_VALUE - 1);
        assertThatIllegalArgumentException().isThrownBy(() -> random.below(0)).withMessageContaining("must be positive, got 0");
    }

    @Test
    void unitAndBetweenStayInRange() {
        SeededRandom random = new SeededRandom(2);
        double sum = 0;
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            double unit = random.unit();
            assertThat(unit).isBetween(0.0, Math.nextDown(1.0));
            sum += unit;
            seen.add(random.between(-2, 2));
        }
        assertThat(sum / 10_000).isCloseTo(0.5, within(0.015));
        assertThat(seen).containsExactlyInAnyOrder(-2, -1, 0, 1, 2);
    }

    @Test
    void shuffleKeepsTheElementsAndSplitDoesNotMoveTheStream() {
        List<Integer> list = new ArrayList<>(IntStream.range(0, 50).boxed().toList());
        SeededRandom random = new SeededRandom(5);
        random.shuffle(list);
        assertThat(list).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 50).boxed().toList()).isNotEqualTo(IntStream.range(0, 50).boxed().toList());
        SeededRandom a = new SeededRandom(9);
        SeededRandom b = new SeededRandom(9);
        SeededRandom split = a.split("x");
        assertThat(a.next()).isEqualTo(b.next()).isNotEqualTo(split.next());
    }
}
