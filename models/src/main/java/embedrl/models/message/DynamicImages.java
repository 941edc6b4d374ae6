package embedrl.models.message;

import embedrl.models.image.ImagePreprocessing;
import embedrl.models.image.PatchRows;
import embedrl.models.image.PatchSettings;
import embedrl.models.image.RgbImage;
import embedrl.models.image.SmartResize;
import embedrl.models.image.VideoPreprocessing;
import embedrl.models.image.VideoSampling;
import embedrl.models.input.VisualInput;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Image preparation of Qwen3-VL: each picture keeps about its aspect and its size within limits, both sides rounded to whole visual tokens; the limits of a
 * video count the pixels of all its frames. Source: Qwen3-VL, smart resize.
 */
public record DynamicImages(ImagePreprocessing images, VideoPreprocessing videos) implements ImageEncoder {
    private static final int EMBED_RL_FRAMES = 16;

    public DynamicImages {
        if (!images.patches().equals(videos.patches()))
            throw new IllegalArgumentException("images: pictures and videos must have the same patches, got " + images.patches() + " and " + videos.patches());
    }

    /** The limits of Embed-RL for a model with these patches: 128 to 768 visual tokens for a picture, 128 to 300 for a frame of a video. */
    public static DynamicImages embedRl(PatchSettings patches) {
        long token = (long) patches.factor() * patches.factor();
        return new DynamicImages(new ImagePreprocessing(new SmartResize(patches.factor(), 128 * token, 768 * token), patches),
                new VideoPreprocessing(VideoSampling.ofFrames(EMBED_RL_FRAMES), new SmartResize(patches.factor(), 128 * token, EMBED_RL_FRAMES * 300 * token), 300, patches));
    }

    /** The same with another limit on the pixels of one picture. */
    public DynamicImages withMaxPixels(long maxPixels) {
        SmartResize resize = images.resize();
        if (resize == null) return this;
        return new DynamicImages(new ImagePreprocessing(new SmartResize(resize.factor(), Math.min(resize.minPixels(), maxPixels), maxPixels), images.patches()), videos);
    }

    @Override
    public VideoSampling sampling() {
        return videos.sampling() == null ? VideoSampling.QWEN3_VL : videos.sampling();
    }

    @Override
    public VisualInput subject(BufferedImage image) {
        return inputs(images.rows(RgbImage.of(image))).getFirst();
    }

    @Override
    public VisualInput evidence(BufferedImage image) {
        return subject(image);
    }

    @Override
    public List<VisualInput> video(List<BufferedImage> frames) {
        List<RgbImage> pixels = new ArrayList<>(frames.stream().map(RgbImage::of).toList());
        while (pixels.size() < framesPerPatch()) pixels.add(pixels.getLast());
        return inputs(videos.rows(pixels));
    }

    @Override
    public int framesPerPatch() {
        return images.patches().temporalPatchSize();
    }

    private static List<VisualInput> inputs(PatchRows rows) {
        return VisualInput.video(rows.grid().frames(), rows.grid().rows(), rows.grid().columns(), rows.values());
    }
}
