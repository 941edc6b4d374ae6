package embedrl.models.image;

import java.math.BigDecimal;
import java.math.RoundingMode;

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
        double[] times = new double[(indices.length + 1) / 2];
        for (int pair = 0; pair < times.length; pair++) {
            int last = Math.min(2 * pair + 1, indices.length - 1);
            times[pair] = (indices[2 * pair] / fps + indices[last] / fps) / 2;
        }
        return times;
    }

    /** A time as the prompt writes it, for example {@code <0.2 seconds>}: one decimal of the binary value, ties to even. */
    public static String label(double seconds) {
        return "<" + new BigDecimal(seconds).setScale(1, RoundingMode.HALF_EVEN).toPlainString() + " seconds>";
    }
}
