package embedrl.models.media;

import embedrl.models.image.FrameTimes;
import embedrl.models.image.RgbImage;
import embedrl.models.image.VideoSampling;
import java.util.Arrays;
import java.util.List;

/**
 * The frames taken of a video, and when they were shown.
 *
 * @param frames  the frames, decoded
 * @param indices their places in the video
 * @param fps     the video's frames per second
 */
public record SampledVideo(List<RgbImage> frames, int[] indices, double fps) {
    /** Checks that there is an index for each frame. */
    public SampledVideo {
        frames = List.copyOf(frames);
        if (frames.size() != indices.length) {
            throw new IllegalArgumentException("sampled video: needs an index for each frame, got " + frames.size() + " frames and " + indices.length + " indices");
        }
    }

    /** Takes frames by a rule; the others are never kept. */
    public static SampledVideo of(FrameSource source, VideoSampling sampling) {
        int[] indices = sampling.pick(source.count(), source.fps());
        return new SampledVideo(source.read(indices), indices, source.fps());
    }

    /** The time of each pair of frames in seconds, as the reference processor computes it: index / fps. */
    public double[] pairTimes() {
        return FrameTimes.ofPairs(indices, fps);
    }

    /** The times of the pairs as the prompt writes them, such as {@code <0.2 seconds>}. */
    public List<String> labels() {
        return Arrays.stream(pairTimes()).mapToObj(FrameTimes::label).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SampledVideo that && frames.equals(that.frames) && Arrays.equals(indices, that.indices) && fps == that.fps;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * frames.hashCode() + Arrays.hashCode(indices)) + Double.hashCode(fps);
    }

    @Override
    public String toString() {
        return "SampledVideo[frames " + Arrays.toString(indices) + " at " + fps + " fps]";
    }
}
