package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.W;

import java.util.Arrays;

/**
 * Copies elements that lie in any regular order into row-major order: permuted axes, and axes that repeat (stride 0). Axes that belong
 * together are merged first, so that most copies become runs, or transposes of two axes, which go through the cache in small blocks.
 */
public final class StridedCopy {
    private static final int BLOCK = 64;

    private final int[] sizes;
    private final int[] strides; // of the source; the target's follow from the sizes
    private final int[] targets;
    private final int unit; // the axis of stride 1 when that is not the last, else -1
    private final int blocks; // of the unit axis
    private final int parts;

    /** A copy to row-major {@code sizes} from elements that are {@code strides} apart along each axis. */
    public StridedCopy(int[] sizes, int[] strides) {
        int[] mergedSizes = new int[sizes.length];
        int[] mergedStrides = new int[sizes.length];
        int rank = 0;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == 1) {
                continue;
            }
            if (rank > 0 && mergedStrides[rank - 1] == strides[i] * sizes[i]) {
                mergedSizes[rank - 1] *= sizes[i];
                mergedStrides[rank - 1] = strides[i];
            } else {
                mergedSizes[rank] = sizes[i];
                mergedStrides[rank++] = strides[i];
            }
        }
        if (rank == 0) {
            mergedSizes = new int[] {1};
            mergedStrides = new int[] {1};
            rank = 1;
        }
        this.sizes = Arrays.copyOf(mergedSizes, rank);
        this.strides = Arrays.copyOf(mergedStrides, rank);
        targets = new int[rank];
        int outer = 1;
        for (int i = rank - 1, stride = 1; i >= 0; i--) {
            targets[i] = stride;
            stride *= this.sizes[i];
        }
        int found = -1;
        for (int i = 0; i < rank - 1; i++) {
            if (this.strides[i] == 1 && this.strides[rank - 1] > 1) {
                found = i;
            }
        }
        unit = found;
        blocks = unit < 0 ? 1 : (this.sizes[unit] + BLOCK - 1) / BLOCK;
        for (int i = 0; i < rank - 1; i++) {
            outer *= i == unit ? blocks : this.sizes[i];
        }
        parts = this.sizes[rank - 1] == 0 ? 0 : outer;
    }

    /** Number of independent pieces: runs, or blocks of a transpose. */
    public int parts() {
        return parts;
    }

    /** Elements that a piece holds at most. */
    public int partSize() {
        return sizes[sizes.length - 1] * (unit < 0 ? 1 : Math.min(BLOCK, sizes[unit]));
    }

    /** Copies the pieces from (inclusive) to (exclusive). */
    public void floats(float[] x, int xo, float[] y, int yo, int from, int to) {
        int last = sizes.length - 1;
        int row = last - 1;
        int rows = last == 0 ? 1 : row == unit ? blocks : sizes[row];
        int source = 0;
        int target = 0;
        for (int part = from, left = 0; part < to; part++, left--) {
            if (left == 0) {
                source = xo + offset(part, strides);
                target = yo + offset(part, targets);
                left = rows - part % rows;
            } else {
                source += row == unit ? BLOCK : strides[row];
                target += row == unit ? BLOCK * targets[row] : targets[row];
            }
            if (unit >= 0) {
                int start = part(part, unit) * BLOCK;
                transpose(x, source, strides[last], Math.min(BLOCK, sizes[unit] - start), sizes[last], y, target, targets[unit]);
            } else if (strides[last] == 1) {
                System.arraycopy(x, source, y, target, sizes[last]);
            } else {
                for (int i = 0; i < sizes[last]; i++) {
                    y[target + i] = x[source + i * strides[last]];
                }
            }
        }
    }

    /** Copies the pieces from (inclusive) to (exclusive). */
    public void ints(int[] x, int xo, int[] y, int yo, int from, int to) {
        int last = sizes.length - 1;
        for (int part = from; part < to; part++) {
            int source = xo + offset(part, strides);
            int target = yo + offset(part, targets);
            int lines = unit < 0 ? 1 : Math.min(BLOCK, sizes[unit] - part(part, unit) * BLOCK);
            for (int line = 0; line < lines; line++) {
                for (int i = 0; i < sizes[last]; i++) {
                    y[target + i + (unit < 0 ? 0 : line * targets[unit])] = x[source + i * strides[last] + line];
                }
            }
        }
    }

    /** Position of a piece along an axis, in blocks for the unit axis. */
    private int part(int part, int axis) {
        for (int i = sizes.length - 2; i > axis; i--) {
            part /= i == unit ? blocks : sizes[i];
        }
        return part % (axis == unit ? blocks : sizes[axis]);
    }

    private int offset(int part, int[] steps) {
        int offset = 0;
        for (int i = sizes.length - 2; i >= 0; i--) {
            int size = i == unit ? blocks : sizes[i];
            offset += part % size * steps[i] * (i == unit ? BLOCK : 1);
            part /= size;
        }
        return offset;
    }

    /**
     * y[i * step + j] = x[i + j * stride] for i below {@code rows} and j below {@code columns}, in blocks that are transposed in registers; the last ones lie over those
     * before. Up to 16 rows go on side by side, so that cache lines are filled before a power-of-two step drives them out of the cache.
     */
    private static void transpose(float[] x, int xo, int stride, int rows, int columns, float[] y, int yo, int step) {
        int wide = Math.min(rows, columns) >= W ? W : 8;
        if (Math.min(rows, columns) < wide || wide > W) {
            for (int column = 0; column < columns; column += BLOCK) {
                for (int i = 0; i < rows; i++) {
                    for (int j = column; j < Math.min(columns, column + BLOCK); j++) {
                        y[yo + i * step + j] = x[xo + i + j * stride];
                    }
                }
            }
            return;
        }
        int high = Math.min(rows, 16);
        for (int row = 0; row < rows; row += high) {
            int i = Math.min(row, rows - high);
            for (int column = 0; column < columns; column += wide) {
                int j = Math.min(column, columns - wide);
                int from = xo + i + j * stride;
                int to = yo + i * step + j;
                if (wide == 16) {
                    Sixteens.transpose(x, from, stride, y, to, step);
                } else if (wide == 8) {
                    Octets.transpose(x, from, stride, 8, high, y, to, step);
                } else {
                    Quads.transpose(x, from, stride, high, y, to, step);
                }
            }
        }
    }
}
