package embedrl.models.qwen3vl;

import embedrl.nn.RotaryAngles;

/**
 * Where the patches of a grid stand, in merge-block order (block row, block column, row in block, column in block): rows and columns for the rotary
 * positions, and the four entries of the learned position table that are mixed for each patch. Source: Qwen3-VL, bilinear interpolation with aligned corners.
 *
 * @param rows    row of each patch [P]
 * @param columns column of each patch [P]
 * @param indices rows of the position table [P, 4]: (y0, x0), (y0, x1), (y1, x0), (y1, x1) as y · side + x
 * @param weights their bilinear weights [P, 4]
 */
public record PatchPositions(int[] rows, int[] columns, int[] indices, float[] weights) {
    /** Entries of the table that are mixed for one patch. */
    static final int TAPS = 4;

    /** Source coordinates of one axis, rounded to float32 step by step as the reference computes them. */
    private record Axis(int low, int high, float lowWeight, float highWeight) {
        static Axis of(int index, int size, int side) {
            float source = (float) index * (side - 1) / Math.max(size - 1, 1);
            int low = (int) source;
            float fraction = source - low;
            return new Axis(low, Math.min(low + 1, side - 1), 1 - fraction, fraction);
        }
    }

    /** Positions of a grid of rows × columns patches, both multiples of the merge size. */
    public static PatchPositions of(int rows, int columns, VisionConfig config) {
        int merge = config.spatialMergeSize();
        if (rows % merge != 0 || columns % merge != 0)
            throw new IllegalArgumentException("patch positions: a grid of " + rows + " × " + columns + " patches does not divide into blocks of " + merge + " × " + merge);
        int count = rows * columns;
        int side = config.positionSide();
        PatchPositions positions = new PatchPositions(new int[count], new int[count], new int[TAPS * count], new float[TAPS * count]);
        for (int p = 0; p < count; p++) {
            int block = p / (merge * merge);
            int row = block / (columns / merge) * merge + p % (merge * merge) / merge;
            int column = block % (columns / merge) * merge + p % merge;
            positions.rows[p] = row;
            positions.columns[p] = column;
            positions.mix(p, Axis.of(row, rows, side), Axis.of(column, columns, side), side);
        }
        return positions;
    }

    private void mix(int p, Axis y, Axis x, int side) {
        int[] at = {y.low() * side + x.low(), y.low() * side + x.high(), y.high() * side + x.low(), y.high() * side + x.high()};
        float[] weight = {y.lowWeight() * x.lowWeight(), y.lowWeight() * x.highWeight(), y.highWeight() * x.lowWeight(), y.highWeight() * x.highWeight()};
        System.arraycopy(at, 0, indices, TAPS * p, TAPS);
        System.arraycopy(weight, 0, weights, TAPS * p, TAPS);
    }

    public int count() {
        return rows.length;
    }

    /** Rotary angles [P, d/2] of the vision tower's heads: the first half of the pairs turns with the row, the second with the column. */
    public RotaryAngles angles(VisionConfig config) {
        return RotaryAngles.grid(rows, columns, config.headWidth(), config.ropeTheta());
    }

    /** The i-th table row of every patch [P]. */
    int[] tap(int i) {
        int[] tap = new int[count()];
        for (int p = 0; p < tap.length; p++) tap[p] = indices[TAPS * p + i];
        return tap;
    }

    /** The i-th weight of every patch [P]. */
    float[] tapWeights(int i) {
        float[] tap = new float[count()];
        for (int p = 0; p < tap.length; p++) tap[p] = weights[TAPS * p + i];
        return tap;
    }
}
