package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PackedNarrow.COLUMNS;
import static embedrl.tensor.vector.PackedNarrow.ROWS;

import jdk.incubator.vector.FloatVector;

/** The end of a block in a product with weights in blocks: its sums times its scales are added to the tile. */
final class BlockSums {
    private BlockSums() {}

    /** c += sums · scales: 8 rows from {@code sums} on, and three vectors of scales, one per strip, from s0, s1 and s2 on; the tile begins at 0. */
    static void add(float[] c, int sums, float[] scales, int s0, int s1, int s2) {
        FloatVector d0 = FloatVector.fromArray(F, scales, s0);
        FloatVector d1 = FloatVector.fromArray(F, scales, s1);
        FloatVector d2 = FloatVector.fromArray(F, scales, s2);
        for (int i = 0; i < ROWS * COLUMNS; i += COLUMNS) {
            FloatVector.fromArray(F, c, sums + i).fma(d0, FloatVector.fromArray(F, c, i)).intoArray(c, i);
            FloatVector.fromArray(F, c, sums + i + W).fma(d1, FloatVector.fromArray(F, c, i + W)).intoArray(c, i + W);
            FloatVector.fromArray(F, c, sums + i + 2 * W).fma(d2, FloatVector.fromArray(F, c, i + 2 * W)).intoArray(c, i + 2 * W);
        }
    }

    /** c += x · shifts: what a block adds to all its elements meets the sum x of the block's elements of A, one for each row from {@code xo} on. */
    static void shift(float[] c, float[] x, int xo, float[] shifts, int s0, int s1, int s2) {
        FloatVector d0 = FloatVector.fromArray(F, shifts, s0);
        FloatVector d1 = FloatVector.fromArray(F, shifts, s1);
        FloatVector d2 = FloatVector.fromArray(F, shifts, s2);
        for (int i = 0; i < ROWS; i++) {
            FloatVector v = FloatVector.broadcast(F, x[xo + i]);
            int at = i * COLUMNS;
            v.fma(d0, FloatVector.fromArray(F, c, at)).intoArray(c, at);
            v.fma(d1, FloatVector.fromArray(F, c, at + W)).intoArray(c, at + W);
            v.fma(d2, FloatVector.fromArray(F, c, at + 2 * W)).intoArray(c, at + 2 * W);
        }
    }

    /** Sums of the elements of a panel, from {@code ao} on, that share a block of 32: one for each row and block, to {@code at} and on in the same array. */
    static void ofPanel(float[] a, int ao, int k, int at) {
        float[] lanes = Scratch.own().chunk;
        for (int t = 0; t < k / 32; t++) {
            FloatVector sum = FloatVector.zero(F);
            for (int p = 32 * t * ROWS; p < 32 * (t + 1) * ROWS; p += W) {
                sum = FloatVector.fromArray(F, a, ao + p).add(sum);
            }
            FloatVector.broadcast(F, -0f).add(sum).intoArray(lanes, 0);
            for (int i = 0; i < ROWS; i++) {
                float s = lanes[i];
                for (int j = i + ROWS; j < W; j += ROWS) {
                    s += lanes[j];
                }
                a[at + t * ROWS + i] = s;
            }
        }
    }
}
