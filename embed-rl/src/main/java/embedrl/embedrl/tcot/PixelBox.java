package embedrl.embedrl.tcot;

import java.util.Optional;

/**
 * A rectangle of pixels inside a picture.
 *
 * @param x      left edge, pixels from the left
 * @param y      upper edge, pixels from the top
 * @param width  pixels
 * @param height pixels
 */
public record PixelBox(int x, int y, int width, int height) {

    public PixelBox {
        if (x < 0 || y < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException("pixel box: corner must be 0 or more and sides 1 or more, got x " + x + ", y " + y
                    + ", width " + width + ", height " + height);
        }
    }

    /**
     * The pixels of a box given on the relative grid, or nothing if the box is not worth a crop.
     *
     * <p>Each coordinate becomes {@code trunc(v · size / grid)}, clamped to the picture. Nothing comes back for a box that is not
     * four finite numbers, is empty or reversed, has a side below the minimum, is too elongated, or covers almost the whole picture.
     *
     * @param corners x1, y1, x2, y2 on the grid; values outside it are clamped
     */
    public static Optional<PixelBox> of(double[] corners, Visual.Picture picture, TCotOptions options) {
        if (corners.length != 4) {
            return Optional.empty();
        }
        for (double corner : corners) {
            if (!Double.isFinite(corner)) {
                return Optional.empty();
            }
        }
        int x1 = pixel(corners[0], picture.width(), options.grid());
        int y1 = pixel(corners[1], picture.height(), options.grid());
        int x2 = pixel(corners[2], picture.width(), options.grid());
        int y2 = pixel(corners[3], picture.height(), options.grid());
        if (x1 >= x2 || y1 >= y2) {
            return Optional.empty();
        }
        var box = new PixelBox(x1, y1, x2 - x1, y2 - y1);
        return box.isUseful(picture, options) ? Optional.of(box) : Optional.empty();
    }

    private static int pixel(double coordinate, int size, int grid) {
        double truncated = coordinate * size / grid;   // the cast truncates toward zero and saturates
        return Math.clamp((long) truncated, 0, size);
    }

    private boolean isUseful(Visual.Picture picture, TCotOptions options) {
        int shorter = Math.min(width, height);
        int longer = Math.max(width, height);
        double coverage = (double) ((long) width * height) / ((long) picture.width() * picture.height());
        return shorter >= options.minCrop()
                && longer <= options.maxAspect() * shorter
                && coverage <= options.maxCoverage();
    }
}
