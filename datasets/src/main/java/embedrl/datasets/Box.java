package embedrl.datasets;

/**
 * Is a rectangle on the relative grid 0…1000 of an image: x to the right, y down, independent of the image's size in pixels.
 *
 * @param x1 left edge, in [0, 1000]
 * @param y1 top edge, in [0, 1000]
 * @param x2 right edge, greater than x1
 * @param y2 bottom edge, greater than y1
 */
public record Box(int x1, int y1, int x2, int y2) {
    /** The number of grid units along each side of an image. */
    public static final int GRID = 1000;

    public Box {
        if (x1 < 0 || y1 < 0 || x2 > GRID || y2 > GRID || x1 >= x2 || y1 >= y2) {
            throw new IllegalArgumentException("box: edges must be ordered and inside 0…" + GRID + ", got [" + x1 + ", " + y1 + ", " + x2 + ", " + y2 + "]");
        }
    }

    /** Returns the share of the image that the box covers, in (0, 1]. */
    public double share() {
        return (double) (x2 - x1) * (y2 - y1) / ((double) GRID * GRID);
    }
}
