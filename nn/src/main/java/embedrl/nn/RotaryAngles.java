package embedrl.nn;

import embedrl.tensor.TensorException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Cosines and sines of rotary positions, computed in double precision on the host and set as the inputs of a {@link Rotary}.
 * Values lie as [N, d/2] for N positions in the order given, so batches of sequences are concatenated rows. Source: RoFormer.
 *
 * @param cos cosines, row-major
 * @param sin sines, row-major
 */
public record RotaryAngles(float[] cos, float[] sin) {
    /** How one position of a row turns pair k of a head. */
    @FunctionalInterface
    private interface Angle {
        double at(int row, int pair);
    }

    /** The position that pair k of a row turns by. */
    @FunctionalInterface
    private interface Position {
        int at(int row, int pair);
    }

    /** Frequencies theta^(−2k/d) for the d/2 pairs of a head of width d, in radians per position. */
    public static double[] frequencies(int headWidth, double theta) {
        if (headWidth % 2 != 0) throw new TensorException("rotary: the head width must be even, got " + headWidth);
        double[] frequencies = new double[headWidth / 2];
        for (int k = 0; k < frequencies.length; k++) frequencies[k] = Math.pow(theta, -2.0 * k / headWidth);
        return frequencies;
    }

    /** One axis, as in Llama: the angle of pair k is position · frequencies[k]. */
    public static RotaryAngles of(int[] positions, double[] frequencies) {
        return turned(positions.length, frequencies, (row, _) -> positions[row]);
    }

    /**
     * Three axes (time, height, width), interleaved as in Qwen3-VL: pair k follows height where k mod 3 = 1 and k < 3·sections[1], width where
     * k mod 3 = 2 and k < 3·sections[2], else time. For text all three positions are equal, and this is the same as one axis.
     *
     * @param positions time, height and width positions of N rows each: [3, N]
     * @param sections  pairs given to time, height and width, such as 24, 20, 20; their sum is d/2 as a rule, and what reaches beyond d/2 is cut off
     */
    public static RotaryAngles interleaved(int[] positions, double[] frequencies, int[] sections) {
        if (positions.length % 3 != 0) throw new TensorException("rotary: positions must be [3, N], got " + positions.length + " numbers");
        if (sections.length != 3) throw new TensorException("rotary: sections must be three numbers, got " + Arrays.toString(sections));
        int rows = positions.length / 3;
        int[] axes = new int[frequencies.length];
        for (int k = 0; k < axes.length; k++) {
            int axis = k % 3;
            axes[k] = axis != 0 && k < 3 * sections[axis] ? axis : 0;
        }
        return turned(rows, frequencies, (row, pair) -> positions[axes[pair] * rows + row]);
    }

    /**
     * Two axes, as in Qwen3-VL's vision tower: the first half of the pairs follows the row, the second the column, both with the frequencies
     * theta^(−2k/(d/2)) for k < d/4.
     */
    public static RotaryAngles grid(int[] rows, int[] columns, int headWidth, double theta) {
        if (headWidth % 4 != 0) throw new TensorException("rotary: the head width of a grid must be a multiple of 4, got " + headWidth);
        if (rows.length != columns.length)
            throw new TensorException("rotary: needs as many rows as columns, got " + rows.length + " and " + columns.length);
        double[] frequencies = frequencies(headWidth / 2, theta);
        int quarter = frequencies.length;
        return of(rows.length, headWidth / 2,
                (row, pair) -> pair < quarter ? rows[row] * frequencies[pair] : columns[row] * frequencies[pair - quarter]);
    }

    /** These cosines and sines times a number. */
    public RotaryAngles times(double factor) {
        if (factor == 1) return this;
        return new RotaryAngles(times(cos, factor), times(sin, factor));
    }

    private static float[] times(float[] values, double factor) {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) result[i] = (float) (values[i] * factor);
        return result;
    }

    /** Angles position · frequencies[k]. The sequences of a batch stand at the same positions, so each position's cosines and sines are computed once. */
    private static RotaryAngles turned(int rows, double[] frequencies, Position position) {
        int pairs = frequencies.length;
        Map<Integer, RotaryAngles> known = new HashMap<>();
        float[] cos = new float[rows * pairs];
        float[] sin = new float[rows * pairs];
        for (int row = 0; row < rows; row++)
            for (int pair = 0; pair < pairs; ) {
                int at = position.at(row, pair);
                RotaryAngles turn = known.computeIfAbsent(at, p -> of(1, pairs, (_, k) -> p * frequencies[k]));
                do {   // most rows stand at one position on all axes
                    cos[row * pairs + pair] = turn.cos[pair];
                    sin[row * pairs + pair] = turn.sin[pair];
                    pair++;
                } while (pair < pairs && position.at(row, pair) == at);
            }
        return new RotaryAngles(cos, sin);
    }

    private static RotaryAngles of(int rows, int pairs, Angle angle) {
        float[] cos = new float[rows * pairs];
        float[] sin = new float[rows * pairs];
        for (int row = 0; row < rows; row++)
            for (int pair = 0; pair < pairs; pair++) {
                double radians = angle.at(row, pair);
                cos[row * pairs + pair] = (float) Math.cos(radians);
                sin[row * pairs + pair] = (float) Math.sin(radians);
            }
        return new RotaryAngles(cos, sin);
    }
}
