package embedrl.models.image;

/**
 * The size an image is resized to: both sides multiples of a factor, the number of pixels within limits, the aspect about kept.
 *
 * <p>Embed-RL, visual pre-processing: sides are rounded to the nearest multiple, ties to even; a result outside the limits is replaced by
 * the sides scaled by β = √(pixels / limit) and rounded down, or up where there are too few pixels.
 *
 * @param factor    what both sides are multiples of: patch size × merge size
 * @param minPixels the fewest pixels
 * @param maxPixels the most pixels
 */
public record SmartResize(int factor, long minPixels, long maxPixels) {
    /** The most that the longer side may measure, in shorter sides. */
    public static final int MAX_ASPECT = 200;

    /** The limits of images: 128 to 768 visual tokens of 32 × 32 pixels. */
    public static final SmartResize IMAGE = new SmartResize(32, 128 * 32 * 32, 768 * 32 * 32);

    /** The limits of one video frame: 128 to 300 visual tokens. */
    public static final SmartResize VIDEO_FRAME = new SmartResize(32, 128 * 32 * 32, 300 * 32 * 32);

    /** Checks that the limits leave room. */
    public SmartResize {
        if (factor < 1 || minPixels < 0 || maxPixels < Math.max(minPixels, (long) factor * factor)) {
            throw new IllegalArgumentException("smart resize: needs factor ≥ 1 and max ≥ min and max ≥ factor², got factor " + factor
                    + ", min " + minPixels + ", max " + maxPixels);
        }
    }

    /** The size for a single image. */
    public ImageSize of(ImageSize size) {
        return of(1, 1, size.height(), size.width(), size);
    }

    /** The size of the frames of a video whose patches hold 2 frames: see {@link #ofVideo(int, int, ImageSize)}. */
    public ImageSize ofVideo(int frames, ImageSize size) {
        return ofVideo(frames, 2, size);
    }

    /**
     * The size of the frames of a video, where the limits count the pixels of all frames.
     *
     * <p>As the reference does, frames with a side below the factor are enlarged to it first, and the number of patches in time is rounded, ties
     * to even.
     *
     * @param frames         how many frames there are, at least as many as a patch holds
     * @param temporalFactor how many frames a patch holds
     * @param size           the size of each
     */
    public ImageSize ofVideo(int frames, int temporalFactor, ImageSize size) {
        if (frames < temporalFactor) {
            throw new IllegalArgumentException("smart resize: a video has at least " + temporalFactor + " frames, got " + frames);
        }
        int height = size.height();
        int width = size.width();
        if (height < factor || width < factor) {
            double scale = Math.max((double) factor / height, (double) factor / width);
            height = (int) (height * scale);
            width = (int) (width * scale);
        }
        return of(frames, temporalFactor * (long) Math.rint((double) frames / temporalFactor), height, width, size);
    }

    /**
     * The same rule for a video whose frames have a limit of their own: no frame exceeds its tokens, and none is pressed below 1.05 times
     * the minimum, even where the total is passed.
     *
     * @param frames         how many frames there are
     * @param tokensPerFrame the most tokens of factor × factor pixels that one frame may have
     */
    public SmartResize cappedPerFrame(int frames, int tokensPerFrame) {
        long share = Math.min((long) tokensPerFrame * factor * factor, maxPixels / frames);
        return new SmartResize(factor, minPixels, Math.max(share, (long) (minPixels * 1.05)) * frames);
    }

    private ImageSize of(int frames, long countedFrames, int height, int width, ImageSize given) {
        double aspect = (double) Math.max(height, width) / Math.min(height, width);
        if (aspect > MAX_ASPECT) {
            throw new IllegalArgumentException("smart resize: the longer side may be at most " + MAX_ASPECT + " times the shorter, got "
                    + given + " (" + aspect + ")");
        }
        long h = (long) Math.rint((double) height / factor) * factor;
        long w = (long) Math.rint((double) width / factor) * factor;
        // A side that rounds to 0 makes the product 0, which is below any minimum.
        long pixels = countedFrames * h * w;
        double total = (double) frames * height * width;
        if (pixels > maxPixels) {
            double beta = Math.sqrt(total / maxPixels);
            h = (long) Math.floor(height / beta / factor) * factor;
            w = (long) Math.floor(width / beta / factor) * factor;
        } else if (pixels < minPixels) {
            double beta = Math.sqrt(minPixels / total);
            h = (long) Math.ceil(height * beta / factor) * factor;
            w = (long) Math.ceil(width * beta / factor) * factor;
        }
        return new ImageSize((int) Math.max(factor, h), (int) Math.max(factor, w));
    }
}
