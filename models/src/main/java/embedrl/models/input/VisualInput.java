package embedrl.models.input;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One image of a sequence, or one frame pair of a video, cut into patches.
 *
 * @param rows    patch rows of the grid, before merging
 * @param columns patch columns of the grid
 * @param patches flattened patches [rows · columns, patch width] in merge-block order; shared, not copied: do not change them
 */
public record VisualInput(int rows, int columns, float[] patches) {
    public VisualInput {
        if (rows < 1 || columns < 1 || patches.length % (rows * columns) != 0)
            throw new IllegalArgumentException("visual input: " + patches.length + " numbers do not make a grid of " + rows + " × " + columns + " patches");
    }

    /**
     * The frame pairs of a video, each an input of its own: the model attends within a frame pair and gives each the positions of an image.
     *
     * @param pairs   frame pairs
     * @param patches [pairs · rows · columns, patch width], frame pair after frame pair
     */
    public static List<VisualInput> video(int pairs, int rows, int columns, float[] patches) {
        if (pairs < 1 || patches.length % pairs != 0)
            throw new IllegalArgumentException("video: " + patches.length + " numbers do not make " + pairs + " frame pairs");
        int length = patches.length / pairs;
        List<VisualInput> inputs = new ArrayList<>();
        for (int i = 0; i < pairs; i++) inputs.add(new VisualInput(rows, columns, Arrays.copyOfRange(patches, i * length, (i + 1) * length)));
        return inputs;
    }
}
