package embedrl.models.image;

import java.util.ArrayList;
import java.util.List;

/**
 * What is done to the frames of a video before the vision tower sees them: sampling, sizes, filter, scaling, patches.
 *
 * @param sampling       which frames are taken; null where all are
 * @param resize         the limits of all frames together; null where frames must have a fitting size already
 * @param tokensPerFrame the most visual tokens of one frame; null where only the total is limited
 * @param patches        patches and normalization
 */
public record VideoPreprocessing(VideoSampling sampling, SmartResize resize, Integer tokensPerFrame, PatchSettings patches) {
    /** What Qwen3-VL's own files state. */
    public static final VideoPreprocessing QWEN3_VL = new VideoPreprocessing(VideoSampling.QWEN3_VL, new SmartResize(32, 4096, 25_165_824), null,
            PatchSettings.QWEN3_VL);

    /** Checks that both speak of the same grid. */
    public VideoPreprocessing {
        if (resize != null && resize.factor() != patches.factor()) {
            throw new IllegalArgumentException("video preprocessing: sizes are multiples of " + resize.factor() + ", patches × merge make " + patches.factor());
        }
        if (tokensPerFrame != null && tokensPerFrame < 1) {
            throw new IllegalArgumentException("video preprocessing: a frame needs a token, got " + tokensPerFrame);
        }
    }

    /** The frames to take, as indices in rising order. */
    public int[] pick(int total, double fps) {
        return sampling == null ? FramePick.even(total, total) : sampling.pick(total, fps);
    }

    /** The target size of frames. */
    public ImageSize size(int frames, ImageSize size) {
        if (resize == null) {
            return size;
        }
        SmartResize rule = tokensPerFrame == null ? resize : resize.cappedPerFrame(frames, tokensPerFrame);
        return rule.ofVideo(frames, patches.temporalPatchSize(), size);
    }

    /** The patch rows of the frames taken, all of one size. */
    public PatchRows rows(List<RgbImage> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("video preprocessing: a video needs a frame, got none");
        }
        ImageSize target = size(frames.size(), frames.getFirst().size());
        var resized = new ArrayList<RgbImage>(frames.size());
        for (RgbImage frame : frames) {
            // A frame that is taken twice is resized once.
            boolean again = !resized.isEmpty() && frames.get(resized.size() - 1) == frame;
            resized.add(again ? resized.getLast() : BicubicResize.resize(frame, target));
        }
        return PatchRows.ofVideo(resized, patches);
    }
}
