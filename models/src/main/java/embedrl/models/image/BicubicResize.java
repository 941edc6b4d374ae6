package embedrl.models.image;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Resizes an image with the antialiased bicubic filter of the reference processor, bit for bit.
 *
 * <p>First across the rows, then down the columns; each pass rounds to 8 bits and clips, and a pass over a side that keeps its size
 * is left out. Blocks of rows of a large image are spread over the cores; they share nothing, so that the result is the same for any number.
 */
public final class BicubicResize {
    private static final int BLOCK = 32;               // rows of a task
    private static final int WORTH_SHARING = 1 << 17;  // pixels times weights, some 100 µs: waking other threads for less takes longer than the work

    private BicubicResize() {}

    /** The image at another size; the image itself where the size is its own. */
    public static RgbImage resize(RgbImage image, ImageSize size) {
        int height = image.size().height();
        int[] pixels = image.pixels();
        if (size.width() != image.size().width()) {
            pixels = across(pixels, height, image.size().width(), size.width());
        }
        if (size.height() != height) {
            pixels = down(pixels, height, size.width(), size.height());
        }
        return pixels == image.pixels() ? image : new RgbImage(size, pixels);
    }

    private static int[] across(int[] source, int height, int from, int to) {
        ResizeFilter filter = new ResizeFilter(from, to);
        int[] target = new int[height * to];
        inBlocks(height, to * filter.weights[0].length, (begin, end) -> {
            for (int y = begin; y < end; y++) {
                acrossRow(source, y * from, filter, target, y * to, to);
            }
        });
        return target;
    }

    private static void acrossRow(int[] source, int row, ResizeFilter filter, int[] target, int targetRow, int to) {
        int bits = filter.fractionBits;
        int half = 1 << bits - 1;
        for (int x = 0; x < to; x++) {
            int[] weights = filter.weights[x];
            int at = row + filter.first[x];
            int red = half;
            int green = half;
            int blue = half;
            for (int k = 0; k < weights.length; k++) {
                int pixel = source[at + k];
                red += weights[k] * (pixel >> 16 & 255);
                green += weights[k] * (pixel >> 8 & 255);
                blue += weights[k] * (pixel & 255);
            }
            target[targetRow + x] = clip(red >> bits) << 16 | clip(green >> bits) << 8 | clip(blue >> bits);
        }
    }

    private static int[] down(int[] source, int from, int width, int to) {
        ResizeFilter filter = new ResizeFilter(from, to);
        int[] target = new int[to * width];
        inBlocks(to, width * filter.weights[0].length, (begin, end) -> downRows(source, width, filter, target, begin, end));
        return target;
    }

    private static void downRows(int[] source, int width, ResizeFilter filter, int[] target, int begin, int end) {
        int bits = filter.fractionBits;
        int[] red = new int[width];
        int[] green = new int[width];
        int[] blue = new int[width];
        for (int y = begin; y < end; y++) {
            Arrays.fill(red, 1 << bits - 1);
            Arrays.fill(green, 1 << bits - 1);
            Arrays.fill(blue, 1 << bits - 1);
            int[] weights = filter.weights[y];
            for (int k = 0; k < weights.length; k++) {
                int weight = weights[k];
                int row = (filter.first[y] + k) * width;
                for (int x = 0; x < width; x++) {
                    int pixel = source[row + x];
                    red[x] += weight * (pixel >> 16 & 255);
                    green[x] += weight * (pixel >> 8 & 255);
                    blue[x] += weight * (pixel & 255);
                }
            }
            for (int x = 0; x < width; x++) {
                target[y * width + x] = clip(red[x] >> bits) << 16 | clip(green[x] >> bits) << 8 | clip(blue[x] >> bits);
            }
        }
    }

    private interface Rows {
        void work(int begin, int end);
    }

    private static void inBlocks(int rows, long workOfRow, Rows work) {
        if (rows * workOfRow < WORTH_SHARING) work.work(0, rows);
        else IntStream.range(0, (rows + BLOCK - 1) / BLOCK).parallel().forEach(block -> work.work(block * BLOCK, Math.min(rows, (block + 1) * BLOCK)));
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
