package embedrl.models.message;

import embedrl.models.image.BicubicResize;
import embedrl.models.image.ImageSize;
import embedrl.models.image.PatchRows;
import embedrl.models.image.PatchSettings;
import embedrl.models.image.RgbImage;
import embedrl.models.input.VisualInput;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Image preparation of the compact models: subjects become large × large pixels and evidence small × small, whatever their sides; a subject that is
 * itself at most small pixels wide and high stays small. Two grids mean few programs. Patches of an image are kept as long as the image is.
 */
public final class TwoSizeImages implements ImageEncoder {
    private final int large;
    private final int small;
    private final PatchSettings settings;
    private final Map<BufferedImage, VisualInput> subjects = Collections.synchronizedMap(new WeakHashMap<>());

    /** Sides in pixels; both multiples of patch size · merge size. */
    public TwoSizeImages(int large, int small, PatchSettings settings) {
        if (large % settings.factor() != 0 || small % settings.factor() != 0)
            throw new IllegalArgumentException("images: sides must be multiples of " + settings.factor() + ", got " + large + " and " + small);
        this.large = large;
        this.small = small;
        this.settings = settings;
    }

    /** For {@link embedrl.models.qwen3vl.Qwen3VlConfig#compact}: 64 pixels (16 visual tokens) and 32 pixels (4). */
    public static TwoSizeImages compact() {
        return new TwoSizeImages(64, 32, new PatchSettings(8, 2, 2, 0.5f, 0.5f));
    }

    @Override
    public VisualInput subject(BufferedImage image) {
        return subjects.computeIfAbsent(image, i -> encode(i, Math.max(i.getWidth(), i.getHeight()) <= small ? small : large));
    }

    @Override
    public VisualInput evidence(BufferedImage image) {
        return encode(image, small);
    }

    @Override
    public List<VisualInput> video(List<BufferedImage> frames) {
        ImageSize size = new ImageSize(large, large);
        PatchRows rows = PatchRows.ofVideo(frames.stream().map(frame -> BicubicResize.resize(RgbImage.of(frame), size)).toList(), settings);
        return VisualInput.video(rows.grid().frames(), rows.grid().rows(), rows.grid().columns(), rows.values());
    }

    @Override
    public int framesPerPatch() {
        return settings.temporalPatchSize();
    }

    private VisualInput encode(BufferedImage image, int side) {
        PatchRows rows = PatchRows.of(BicubicResize.resize(RgbImage.of(image), new ImageSize(side, side)), settings);
        return new VisualInput(rows.grid().rows(), rows.grid().columns(), rows.values());
    }
}
