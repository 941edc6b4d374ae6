package embedrl.models.image;

/** Which frames of a video are taken, as indices in rising order. */
public final class FramePick {
    private FramePick() {}

    /**
     * Evenly spaced frames, first and last included, fractions cut off: the Embed-RL pick. All frames where there are no more than asked for.
     *
     * @param total how many frames there are
     * @param count how many to take
     */
    public static int[] even(int total, int count) {
        return spaced(total, Math.min(total, count), false);
    }

    /** Evenly spaced frames, first and last included, rounded half to even: the reference processor's pick. Frames repeat where more are asked for than there are. */
    public static int[] rounded(int total, int count) {
        return spaced(total, count, true);
    }

    /**
     * How many frames the reference processor takes of a video.
     *
     * @param total     how many frames there are
     * @param fps       the video's frames per second
     * @param targetFps the frames per second asked for
     * @param min       the fewest, where the video has them
     * @param max       the most
     */
    public static int count(int total, double fps, double targetFps, int min, int max) {
        if (!(fps > 0) || !(targetFps > 0)) {
            throw new IllegalArgumentException("frame pick: frames per second must be above 0, got " + fps + " and target " + targetFps);
        }
        int count = (int) (total / fps * targetFps);
        return Math.min(Math.min(Math.max(count, min), max), total);
    }

    private static int[] spaced(int total, int count, boolean round) {
        if (total < 1 || count < 1) {
            throw new IllegalArgumentException("frame pick: needs a frame to take and one to ask for, got " + total + " and " + count);
        }
        int[] indices = new int[count];
        // As the reference computes it: the step first, then its multiples, the end set exactly.
        double step = count == 1 ? 0 : (double) (total - 1) / (count - 1);
        for (int i = 0; i < count; i++) {
            indices[i] = (int) (round ? Math.rint(i * step) : i * step);
        }
        if (count > 1) {
            indices[count - 1] = total - 1;
        }
        return indices;
    }
}
