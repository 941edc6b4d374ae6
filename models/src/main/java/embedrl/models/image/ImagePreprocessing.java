package embedrl.models.image;

/**
 * What is done to a picture before the vision tower sees it: sizes, filter, scaling, patches.
 *
 * @param resize    the target size; null where pictures must have a fitting size already
 * @param patches   patches and normalization
 */
public record ImagePreprocessing(SmartResize resize, PatchSettings patches) {
    /** What Qwen3-VL's own files state: 64 to 16,384 visual tokens. */
    public static final ImagePreprocessing QWEN3_VL = new ImagePreprocessing(new SmartResize(32, 65_536, 16_777_216), PatchSettings.QWEN3_VL);

    /** Checks that both speak of the same grid. */
    public ImagePreprocessing {
        if (resize != null && resize.factor() != patches.factor()) {
            throw new IllegalArgumentException("image preprocessing: sizes are multiples of " + resize.factor() + ", patches × merge make " + patches.factor());
        }
    }

    /** The picture at its target size. */
    public RgbImage resized(RgbImage image) {
        return resize == null ? image : BicubicResize.resize(image, resize.of(image.size()));
    }

    /** The patch rows of a picture. */
    public PatchRows rows(RgbImage image) {
        return PatchRows.of(resized(image), patches);
    }
}
