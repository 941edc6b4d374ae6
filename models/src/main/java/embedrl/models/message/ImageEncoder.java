package embedrl.models.message;

import embedrl.models.image.VideoSampling;
import embedrl.models.input.VisualInput;
import java.awt.image.BufferedImage;
import java.util.List;

/** Cuts an image into the patches that a vision tower reads. */
public interface ImageEncoder {
    /** An image that is the subject of a message. */
    VisualInput subject(BufferedImage image);

    /** A crop or key frame added as evidence. */
    VisualInput evidence(BufferedImage image);

    /** A video's frames: one input for each group of {@link #framesPerPatch} frames, the last frame repeated to fill the last group. */
    List<VisualInput> video(List<BufferedImage> frames);

    /** Which frames of a video are to be taken. */
    default VideoSampling sampling() {
        return VideoSampling.QWEN3_VL;
    }

    /** Frames that one patch holds, 2 in Qwen3-VL. */
    int framesPerPatch();
}
