package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderTest {
    @Test
    void sortsFromTheLargestAndKeepsThePositionsOfEqualValues() {
        assertThat(Order.descending(new float[] {1, 3, 2, 3, -1})).containsExactly(1, 3, 2, 0, 4);
        assertThat(Order.descending(new float[0])).isEmpty();
    }

    @Test
    void ordersInfinitiesAndTreatsBothZerosAsEqual() {
        float[] values = {-0f, Float.NEGATIVE_INFINITY, 0f, Float.POSITIVE_INFINITY, Float.MIN_VALUE, -Float.MIN_VALUE};
        assertThat(Order.descending(values)).containsExactly(3, 4, 0, 2, 5, 1);
    }

    @Test
    void topIsTheBeginningOfTheWholeOrder() {
        Seed seed = Seed.of(3);
        for (int n : new int[] {1, 2, 7, 64, 1000}) {
            float[] values = new float[n];
            for (int i = 0; i < n; i++) values[i] = seed.split(n).below(20, i) - 10;   // many ties
            int[] expected = IntStream.range(0, n).boxed().sorted((a, b) -> values[a] != values[b] ? Float.compare(values[b], values[a]) : a - b)
                    .mapToInt(Integer::intValue).toArray();
            assertThat(Order.descending(values)).containsExactly(expected);
            for (int k = 0; k <= n; k += Math.max(1, n / 7)) assertThat(Order.top(values, k)).containsExactly(Arrays.copyOf(expected, k));
        }
    }

    @Test
    void refusesNanAndSizesThatDoNotFit() {
        assertThatThrownBy(() -> Order.top(new float[] {1, Float.NaN}, 1)).hasMessage("top: values must not be NaN, got NaN at position 1");
        assertThatThrownBy(() -> Order.top(new float[] {1, 2}, 3)).hasMessage("top: k must lie in 0..2, got 3");
        assertThatThrownBy(() -> Order.top(new float[] {1, 2}, -1)).hasMessage("top: k must lie in 0..2, got -1");
    }
}
