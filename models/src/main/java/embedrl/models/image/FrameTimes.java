package embedrl.models.image;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/** The time of each pair of frames, and how it is written into the prompt. */
public final class FrameTimes {
    private FrameTimes() {}

    /**
     * Seconds of each pair: the mean of its first and its last frame's time; an odd number of frames repeats the last.
     *
     * @param indices the frames taken
     * @param fps     the video's frames per second
     */
    public static double[] ofPairs(int[] indices, double fps) {
        if (!(fps > 0)) {
            throw new IllegalArgumentException("frame times: frames per second must be above 0, got " + fps);
        }
        return ofGroups(Arrays.stream(indices).mapToObj(index -> index / fps).toList(), 2);
    }

    /**
     * Seconds of each group of frames that share a patch: the mean of its first and its last frame's time; the last frame is repeated to fill the last group.
     *
     * @param seconds the time of each frame
     * @param group   frames of a group
     */
    public static double[] ofGroups(List<Double> seconds, int group) {
        double[] times = new double[Math.ceilDiv(seconds.size(), group)];
        for (int i = 0; i < times.length; i++) {
            int last = Math.min((i + 1) * group, seconds.size()) - 1;
            times[i] = (seconds.get(i * group) + seconds.get(last)) / 2;
        }
        return times;
    }

    /** A time as the prompt writes it, for example {@code <0.2 seconds>}: one decimal of the binary value, ties to even. */
    public static String label(double seconds) {
        return "<" + new BigDecimal(seconds).setScale(1, RoundingMode.HALF_EVEN).toPlainString() + " seconds>";
    }
}
