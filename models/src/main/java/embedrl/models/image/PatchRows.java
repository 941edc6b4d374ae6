package embedrl.models.image;

import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Patch rows of an image or a video, in the order that Qwen3-VL's vision tower reads.
 *
 * <p>A row is flattened (channel, frame, P, P). Inside a frame group the rows go block by block: block row, block column, row in the
 * block, column in the block, so that the m × m patches of one visual token are neighbors. A still image repeats its frame; a
 * video whose frames do not fill the last group repeats the last.
 *
 * @param values [patches, row length], row by row
 * @param grid   how many patches there are in time, down and across
 */
public record PatchRows(float[] values, VisionGrid grid) {
    /** Resizes an image by the rule and cuts it. */
    public static PatchRows of(BufferedImage image, SmartResize resize, PatchSettings settings) {
        RgbImage pixels = RgbImage.of(image);
        return of(BicubicResize.resize(pixels, resize.of(pixels.size())), settings);
    }

    /** Cuts an image whose sides are multiples of P · m. */
    public static PatchRows of(RgbImage image, PatchSettings settings) {
        return ofVideo(List.of(image), settings);
    }

    /** Cuts the frames of a video, all of one size, its sides multiples of P · m. */
    public static PatchRows ofVideo(List<RgbImage> frames, PatchSettings settings) {
        VisionGrid grid = grid(frames, settings);
        float[] values = new float[Math.multiplyExact(grid.patches(), settings.rowLength())];
        write(frames, settings, values, 0);
        return new PatchRows(values, grid);
    }

    /** The grid that frames make; an error where sizes differ or are no multiples of P · m. */
    public static VisionGrid grid(List<RgbImage> frames, PatchSettings settings) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("patches: a video needs a frame, got none");
        }
        ImageSize size = frames.getFirst().size();
        for (int i = 1; i < frames.size(); i++) {
            if (!frames.get(i).size().equals(size)) {
                throw new IllegalArgumentException("patches: all frames must have one size, frame 0 has " + size + ", frame " + i + " has "
                        + frames.get(i).size());
            }
        }
        if (size.height() % settings.factor() != 0 || size.width() % settings.factor() != 0) {
            throw new IllegalArgumentException("patches: both sides must be multiples of " + settings.factor() + " (patch "
                    + settings.patchSize() + " × merge " + settings.mergeSize() + "), got " + size + "; resize it first");
        }
        int groups = (frames.size() + settings.temporalPatchSize() - 1) / settings.temporalPatchSize();
        return new VisionGrid(groups, size.height() / settings.patchSize(), size.width() / settings.patchSize());
    }

    /**
     * Cuts frames into an array that is there already: how a batch is filled.
     *
     * @param frames   one image, or the frames of a video
     * @param settings sizes and normalization
     * @param target   takes the rows; its other values stay
     * @param offset   where the first row begins
     * @return where the row after the last begins
     */
    public static int write(List<RgbImage> frames, PatchSettings settings, float[] target, int offset) {
        VisionGrid grid = grid(frames, settings);
        int end = Math.addExact(offset, Math.multiplyExact(grid.patches(), settings.rowLength()));
        if (offset < 0 || end > target.length) {
            throw new IllegalArgumentException("patches: " + grid.patches() + " rows of " + settings.rowLength() + " at " + offset
                    + " do not fit an array of " + target.length);
        }
        float[][] normalized = settings.normalization().table();
        int merge = settings.mergeSize();
        int row = offset;
        for (int group = 0; group < grid.frames(); group++) {
            for (int blockY = 0; blockY < grid.rows(); blockY += merge) {
                for (int blockX = 0; blockX < grid.columns(); blockX += merge) {
                    for (int y = blockY; y < blockY + merge; y++) {
                        for (int x = blockX; x < blockX + merge; x++) {
                            writeRow(frames, group, y, x, settings, normalized, target, row);
                            row += settings.rowLength();
                        }
                    }
                }
            }
        }
        return end;
    }

    private static void writeRow(List<RgbImage> frames, int group, int patchY, int patchX, PatchSettings settings, float[][] normalized,
            float[] target, int row) {
        int side = settings.patchSize();
        int area = side * side;
        int channel = settings.temporalPatchSize() * area;
        float[] red = normalized[0];
        float[] green = normalized[1];
        float[] blue = normalized[2];
        for (int f = 0; f < settings.temporalPatchSize(); f++) {
            RgbImage frame = frames.get(Math.min(group * settings.temporalPatchSize() + f, frames.size() - 1));
            int[] pixels = frame.pixels();
            int width = frame.size().width();
            for (int y = 0; y < side; y++) {
                int from = (patchY * side + y) * width + patchX * side;
                int to = row + f * area + y * side;
                for (int x = 0; x < side; x++) {
                    int pixel = pixels[from + x];
                    target[to + x] = red[pixel >> 16 & 255];
                    target[to + channel + x] = green[pixel >> 8 & 255];
                    target[to + 2 * channel + x] = blue[pixel & 255];
                }
            }
        }
    }
}
