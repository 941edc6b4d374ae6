package embedrl.embedrl.eval;

import java.util.Set;
import java.util.stream.IntStream;

/** Orders candidates by score, with a stated rule for equal scores (MMEB-V2, ranking). */
public final class Ranking {

    private Ranking() {
    }

    /**
     * Positions of the scores from the highest to the lowest; equal scores keep their order.
     *
     * @throws IllegalArgumentException if a score is NaN
     */
    public static int[] stable(double[] scores) {
        return order(scores, Set.of());
    }

    /** {@link #stable(double[])} for float scores. */
    public static int[] stable(float[] scores) {
        return stable(widened(scores));
    }

    /** As {@link #stable(double[])}, but among equal scores the positives come last: what is left when every tie counts as a miss. */
    public static int[] pessimistic(double[] scores, Set<Integer> positives) {
        return order(scores, positives);
    }

    /** {@link #pessimistic(double[], Set)} for float scores. */
    public static int[] pessimistic(float[] scores, Set<Integer> positives) {
        return order(widened(scores), positives);
    }

    private static int[] order(double[] scores, Set<Integer> last) {
        for (int i = 0; i < scores.length; i++) {
            if (Double.isNaN(scores[i])) {
                throw new IllegalArgumentException("ranking: scores must not be NaN, got NaN at position " + i);
            }
        }
        return IntStream.range(0, scores.length).boxed()
                .sorted((a, b) -> {
                    // + 0.0 makes the two zeros equal
                    int byScore = Double.compare(scores[b] + 0.0, scores[a] + 0.0);
                    return byScore != 0 ? byScore : Boolean.compare(last.contains(a), last.contains(b));
                })
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double[] widened(float[] scores) {
        return IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).toArray();
    }
}
