package embedrl.models.message;

import embedrl.models.image.BicubicResize;
import embedrl.models.image.ImageSize;
import embedrl.models.image.PatchRows;
import embedrl.models.image.PatchSettings;
import embedrl.models.image.RgbImage;
import embedrl.models.image.SmartResize;
import embedrl.models.input.VisualInput;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Image preparation of Qwen3-VL: each picture keeps about its aspect and its size within limits, both sides rounded to whole visual tokens; the limits of a
 * video count the pixels of all its frames. Source: Qwen3-VL, smart resize.
 *
 * @param images   limits of one picture
 * @param videos   limits of a video's frames together
 * @param settings patches and normalization
 */
public record DynamicImages(SmartResize images, SmartResize videos, PatchSettings settings) implements ImageEncoder {
    /** The factors of both limits must be the side of a visual token. */
    public DynamicImages {
        if (images.factor() != settings.factor() || videos.factor() != settings.factor())
            throw new IllegalArgumentException("images: sides must be multiples of patch size · merge size = " + settings.factor() + ", the limits have the factors "
                    + images.factor() + " and " + videos.factor());
    }

    /** The limits of Embed-RL for a model with these patches: 128 to 768 visual tokens for a picture, and for all frame pairs of a video 128 to 300 each. */
    public static DynamicImages embedRl(PatchSettings settings) {
        long token = (long) settings.factor() * settings.factor();
        return new DynamicImages(new SmartResize(settings.factor(), 128 * token, 768 * token), new SmartResize(settings.factor(), 128 * token, 16 * 300 * token),
                settings);
    }

    @Override
    public VisualInput subject(BufferedImage image) {
        return input(PatchRows.of(image, images, settings));
    }

    @Override
    public VisualInput evidence(BufferedImage image) {
        return subject(image);
    }

    @Override
    public List<VisualInput> video(List<BufferedImage> frames) {
        List<RgbImage> pixels = frames.stream().map(RgbImage::of).toList();
        int counted = Math.max(frames.size(), settings.temporalPatchSize());
        ImageSize size = counted == 1 ? videos.of(pixels.getFirst().size()) : videos.ofVideo(counted, pixels.getFirst().size());
        PatchRows rows = PatchRows.ofVideo(pixels.stream().map(frame -> BicubicResize.resize(frame, size)).toList(), settings);
        return VisualInput.video(rows.grid().frames(), rows.grid().rows(), rows.grid().columns(), rows.values());
    }

    @Override
    public int framesPerPatch() {
        return settings.temporalPatchSize();
    }

    private static VisualInput input(PatchRows rows) {
        return new VisualInput(rows.grid().rows(), rows.grid().columns(), rows.values());
    }
}
