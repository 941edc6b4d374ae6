package embedrl.models.input;

import java.util.stream.IntStream;

/**
 * Positions of a sequence on the three rotary axes (time, row, column). Text counts up on all three; an image stands still in time, its visual tokens
 * have row and column positions in the merged grid, and the counter then grows by the larger side. Source: Qwen3-VL, interleaved M-RoPE.
 *
 * @param time   position of each token
 * @param row    likewise
 * @param column likewise
 * @param next   position of a text token that would follow
 */
public record RopePositions(int[] time, int[] row, int[] column, int next) {
    /** Positions of a sequence; merge is the vision tower's spatial merge size. Throws when placeholders and images do not match. */
    public static RopePositions of(Sequence sequence, int merge) {
        int length = sequence.length();
        int[][] axes = new int[3][length];
        int counter = 0;
        int image = 0;
        for (int i = 0; i < length; ) {
            if (!sequence.isPlaceholder(i)) {
                for (int[] axis : axes) axis[i] = counter;
                counter++;
                i++;
                continue;
            }
            if (image == sequence.visuals().size()) throw mismatch(sequence, merge);
            VisualInput visual = sequence.visuals().get(image++);
            int rows = visual.rows() / merge;
            int columns = visual.columns() / merge;
            if (i + rows * columns > length) throw mismatch(sequence, merge);
            for (int r = 0; r < rows; r++)
                for (int c = 0; c < columns; c++, i++) {
                    if (!sequence.isPlaceholder(i)) throw mismatch(sequence, merge);
                    axes[0][i] = counter;
                    axes[1][i] = counter + r;
                    axes[2][i] = counter + c;
                }
            counter += Math.max(rows, columns);
        }
        if (image != sequence.visuals().size()) throw mismatch(sequence, merge);
        return new RopePositions(axes[0], axes[1], axes[2], counter);
    }

    private static IllegalArgumentException mismatch(Sequence sequence, int merge) {
        long placeholders = IntStream.range(0, sequence.length()).filter(sequence::isPlaceholder).count();
        int needed = sequence.visuals().stream().mapToInt(v -> v.rows() * v.columns() / (merge * merge)).sum();
        return new IllegalArgumentException("sequence: " + sequence.visuals().size() + " images give " + needed + " visual tokens (merge " + merge
                + "), but the text has " + placeholders + " image placeholders (in runs that must match)");
    }
}
