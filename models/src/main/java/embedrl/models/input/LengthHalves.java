package embedrl.models.input;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Divides the sequences of a batch into a shorter and a longer half that are packed apart, so that short texts are not padded to the length of sequences
 * with images. Small batches stay whole.
 */
public final class LengthHalves {
    private static final int SMALLEST_HALF = 8;

    private LengthHalves() {
    }

    /** Indices of each part, ascending by length (equal ones by index): two parts, or one where a half would be too small to be worth it. */
    public static List<List<Integer>> of(List<Sequence> sequences) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, sequences.size()).boxed().toList());
        order.sort(Comparator.comparingInt(i -> sequences.get(i).length()));
        int half = order.size() / 2 / SMALLEST_HALF * SMALLEST_HALF;
        return half == 0 ? List.of(List.copyOf(order)) : List.of(List.copyOf(order.subList(0, half)), List.copyOf(order.subList(half, order.size())));
    }
}
