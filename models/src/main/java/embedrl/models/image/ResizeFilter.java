package embedrl.models.image;

/**
 * The weights of one direction of an antialiased bicubic resize, in fixed point.
 *
 * <p>The kernel is Keys' with a = −0.5, four source pixels wide and wider by the factor where the image shrinks. Weights have as many
 * fraction bits as keep the largest below 2^15: the reference computes in 16-bit integers, and its rounding shows in the pixels.
 */
final class ResizeFilter {
    private static final double A = -0.5;
    private static final double SUPPORT = 2;

    /** The first source pixel of each target pixel. */
    final int[] first;

    /** The weights of each target pixel, from its first source pixel on. */
    final int[][] weights;

    /** How many bits of a weight are its fraction. */
    final int fractionBits;

    ResizeFilter(int from, int to) {
        double scale = (double) from / to;
        double stretch = Math.max(1, scale);
        double[][] exact = new double[to][];
        first = new int[to];
        double largest = 0;
        for (int target = 0; target < to; target++) {
            double center = (target + 0.5) * scale;
            int low = Math.max(0, (int) (center - SUPPORT * stretch + 0.5));
            int high = Math.min(from, (int) (center + SUPPORT * stretch + 0.5));
            first[target] = low;
            exact[target] = new double[high - low];
            double sum = 0;
            for (int k = 0; k < high - low; k++) {
                exact[target][k] = kernel((k + low - center + 0.5) / stretch);
                sum += exact[target][k];
            }
            for (int k = 0; k < high - low; k++) {
                exact[target][k] /= sum;
                largest = Math.max(largest, exact[target][k]);
            }
        }
        int bits = 0;
        while (bits < 22 && (int) (0.5 + largest * (1 << bits + 1)) < 1 << 15) {
            bits++;
        }
        fractionBits = bits;
        weights = new int[to][];
        for (int target = 0; target < to; target++) {
            weights[target] = new int[exact[target].length];
            for (int k = 0; k < exact[target].length; k++) {
                double scaled = exact[target][k] * (1 << bits);
                weights[target][k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            }
        }
    }

    private static double kernel(double distance) {
        double x = Math.abs(distance);
        if (x < 1) {
            return ((A + 2) * x - (A + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }
}
