package embedrl.models.input;

/**
 * One image of a sequence, cut into patches.
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
}
