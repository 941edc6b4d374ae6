package embedrl.models.image;

/**
 * How many frames of a video are taken, and which: the rule of Qwen3-VL's processor.
 *
 * @param fps       the frames per second asked for; null where the number of frames is asked for instead
 * @param frames    the number of frames asked for; null where frames per second are asked for
 * @param minFrames the fewest, where the video has them; counts only with frames per second
 * @param maxFrames the most; counts only with frames per second
 */
public record VideoSampling(Double fps, Integer frames, int minFrames, int maxFrames) {
    /** Two frames per second, at least 4 and at most 768. */
    public static final VideoSampling QWEN3_VL = new VideoSampling(2.0, null, 4, 768);

    /** The frames per second of a video that states none. */
    public static final double UNKNOWN_FPS = 24;

    /** Checks that exactly one way is chosen and that it leaves a frame. */
    public VideoSampling {
        if ((fps == null) == (frames == null)) {
            throw new IllegalArgumentException("video sampling: needs either frames per second or a number of frames, got " + fps + " and " + frames);
        }
        if (fps != null && !(fps > 0) || frames != null && frames < 1 || minFrames < 1 || maxFrames < minFrames) {
            throw new IllegalArgumentException("video sampling: needs fps > 0 or frames ≥ 1, and 1 ≤ min ≤ max, got fps " + fps + ", frames " + frames
                    + ", min " + minFrames + ", max " + maxFrames);
        }
    }

    /** A fixed number of frames; frames repeat where the video has fewer. */
    public static VideoSampling ofFrames(int frames) {
        return new VideoSampling(null, frames, 1, Integer.MAX_VALUE);
    }

    /**
     * The frames to take, as indices in rising order.
     *
     * @param total    how many frames the video has
     * @param videoFps its frames per second
     */
    public int[] pick(int total, double videoFps) {
        return FramePick.rounded(total, frames != null ? frames : FramePick.count(total, videoFps, fps, minFrames, maxFrames));
    }
}
