package embedrl.models.image;

/**
 * The grid of patches of an image or a video, before neighbors are merged.
 *
 * @param frames  patches in time: 1 for an image, one per pair of frames for a video
 * @param rows    patches from top to bottom
 * @param columns patches from left to right
 */
public record VisionGrid(int frames, int rows, int columns) {
    /** Checks that no side is empty. */
    public VisionGrid {
        if (frames < 1 || rows < 1 || columns < 1) {
            throw new IllegalArgumentException("vision grid: every side needs a patch, got [" + frames + ", " + rows + ", " + columns + "]");
        }
    }

    /** How many patches there are. */
    public int patches() {
        return Math.multiplyExact(frames, Math.multiplyExact(rows, columns));
    }

    /** How many tokens the merged patches make. */
    public int tokens(int mergeSize) {
        return patches() / (mergeSize * mergeSize);
    }

    /** The grid as [t, h, w]. */
    public int[] toArray() {
        return new int[] {frames, rows, columns};
    }
}
