package embedrl.models.media;

/** The inverse transforms of VP8, in its integers (RFC 6386, sections 14.3 and 14.4). */
final class Vp8Transforms {
    // √2·cos(π/8) − 1 and √2·sin(π/8) in 65536ths.
    private static final int COSINE = 20091;
    private static final int SINE = 35468;

    private Vp8Transforms() {}

    /** Walsh-Hadamard: turns the block at the place into the first coefficients of the 16 blocks at the beginning. */
    static void spread(short[] values, int block) {
        int[] columns = new int[16];
        for (int i = 0; i < 4; i++) {
            int outer = values[block + i] + values[block + 12 + i];
            int inner = values[block + 4 + i] + values[block + 8 + i];
            int outerStep = values[block + i] - values[block + 12 + i];
            int innerStep = values[block + 4 + i] - values[block + 8 + i];
            columns[i] = outer + inner;
            columns[4 + i] = outerStep + innerStep;
            columns[8 + i] = outer - inner;
            columns[12 + i] = outerStep - innerStep;
        }
        for (int i = 0; i < 16; i += 4) {
            int outer = columns[i] + columns[i + 3] + 3;
            int inner = columns[i + 1] + columns[i + 2];
            int outerStep = columns[i] - columns[i + 3] + 3;
            int innerStep = columns[i + 1] - columns[i + 2];
            values[16 * i] = (short) (outer + inner >> 3);
            values[16 * i + 16] = (short) (outerStep + innerStep >> 3);
            values[16 * i + 32] = (short) (outer - inner >> 3);
            values[16 * i + 48] = (short) (outerStep - innerStep >> 3);
        }
    }

    /** Inverse DCT of the 16 coefficients at the place, added to the 4 × 4 pixels at x and y. */
    static void add(short[] values, int block, Vp8Plane plane, int x, int y) {
        int[] columns = new int[16];
        for (int i = 0; i < 4; i++) {
            int second = values[block + 4 + i];
            int fourth = values[block + 12 + i];
            int even = values[block + i] + values[block + 8 + i];
            int evenStep = values[block + i] - values[block + 8 + i];
            int odd = second + (second * COSINE >> 16) + (fourth * SINE >> 16);
            int oddStep = (second * SINE >> 16) - fourth - (fourth * COSINE >> 16);
            columns[i] = even + odd;
            columns[4 + i] = evenStep + oddStep;
            columns[8 + i] = evenStep - oddStep;
            columns[12 + i] = even - odd;
        }
        for (int row = 0; row < 4; row++) {
            int second = columns[4 * row + 1];
            int fourth = columns[4 * row + 3];
            int even = columns[4 * row] + columns[4 * row + 2] + 4;
            int evenStep = columns[4 * row] - columns[4 * row + 2] + 4;
            int odd = second + (second * COSINE >> 16) + (fourth * SINE >> 16);
            int oddStep = (second * SINE >> 16) - fourth - (fourth * COSINE >> 16);
            int at = plane.at(x, y + row);
            plane.add(at, even + odd >> 3);
            plane.add(at + 1, evenStep + oddStep >> 3);
            plane.add(at + 2, evenStep - oddStep >> 3);
            plane.add(at + 3, even - odd >> 3);
        }
    }

    /** The same where only the first coefficient is not zero. */
    static void addFlat(int first, Vp8Plane plane, int x, int y) {
        int step = first + 4 >> 3;
        for (int row = 0; row < 4; row++) {
            int at = plane.at(x, y + row);
            for (int column = 0; column < 4; column++) {
                plane.add(at + column, step);
            }
        }
    }
}
