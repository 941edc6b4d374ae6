package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PackedNarrow.COLUMNS;
import static embedrl.tensor.vector.PackedNarrow.ROWS;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Register tiles as those of {@link NarrowTiles} for one block, 32 elements of the inner size, of weights in 8 or 4 bits: what the whole numbers of a block
 * give is multiplied with its scales once, at its end, and added to the tile ({@link BlockSums}). Each method computes one block, because an
 * inner loop would check every index again at each entry.
 */
final class BlockTiles {
    private BlockTiles() {}

    /** Q8_0: sums of the numbers; the panel's elements begin at ao, the strips' at b0, b1 and b2. The sums go to c from {@code at} on, rows COLUMNS apart. */
    static void q8(float[] a, int ao, byte[] b, int b0, int b1, int b2, float[] c, int at) {
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F), c0c = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F), c1c = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F), c2c = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F), c3c = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F), c4c = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F), c5c = FloatVector.zero(F);
        FloatVector c6a = FloatVector.zero(F), c6b = FloatVector.zero(F), c6c = FloatVector.zero(F);
        FloatVector c7a = FloatVector.zero(F), c7b = FloatVector.zero(F), c7c = FloatVector.zero(F);
        for (int p = 0; p < 32; p++) {
            FloatVector w0 = (FloatVector) ByteVector.fromArray(BlockWidening.B, b, b0 + p * W).convertShape(VectorOperators.B2F, F, 0);
            FloatVector w1 = (FloatVector) ByteVector.fromArray(BlockWidening.B, b, b1 + p * W).convertShape(VectorOperators.B2F, F, 0);
            FloatVector w2 = (FloatVector) ByteVector.fromArray(BlockWidening.B, b, b2 + p * W).convertShape(VectorOperators.B2F, F, 0);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p * ROWS]);
            c0a = x0.fma(w0, c0a);
            c0b = x0.fma(w1, c0b);
            c0c = x0.fma(w2, c0c);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p * ROWS + 1]);
            c1a = x1.fma(w0, c1a);
            c1b = x1.fma(w1, c1b);
            c1c = x1.fma(w2, c1c);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p * ROWS + 2]);
            c2a = x2.fma(w0, c2a);
            c2b = x2.fma(w1, c2b);
            c2c = x2.fma(w2, c2c);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p * ROWS + 3]);
            c3a = x3.fma(w0, c3a);
            c3b = x3.fma(w1, c3b);
            c3c = x3.fma(w2, c3c);
            FloatVector x4 = FloatVector.broadcast(F, a[ao + p * ROWS + 4]);
            c4a = x4.fma(w0, c4a);
            c4b = x4.fma(w1, c4b);
            c4c = x4.fma(w2, c4c);
            FloatVector x5 = FloatVector.broadcast(F, a[ao + p * ROWS + 5]);
            c5a = x5.fma(w0, c5a);
            c5b = x5.fma(w1, c5b);
            c5c = x5.fma(w2, c5c);
            FloatVector x6 = FloatVector.broadcast(F, a[ao + p * ROWS + 6]);
            c6a = x6.fma(w0, c6a);
            c6b = x6.fma(w1, c6b);
            c6c = x6.fma(w2, c6c);
            FloatVector x7 = FloatVector.broadcast(F, a[ao + p * ROWS + 7]);
            c7a = x7.fma(w0, c7a);
            c7b = x7.fma(w1, c7b);
            c7c = x7.fma(w2, c7c);
        }
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + W);
        c0c.intoArray(c, at + 2 * W);
        c1a.intoArray(c, at + COLUMNS);
        c1b.intoArray(c, at + COLUMNS + W);
        c1c.intoArray(c, at + COLUMNS + 2 * W);
        c2a.intoArray(c, at + 2 * COLUMNS);
        c2b.intoArray(c, at + 2 * COLUMNS + W);
        c2c.intoArray(c, at + 2 * COLUMNS + 2 * W);
        c3a.intoArray(c, at + 3 * COLUMNS);
        c3b.intoArray(c, at + 3 * COLUMNS + W);
        c3c.intoArray(c, at + 3 * COLUMNS + 2 * W);
        c4a.intoArray(c, at + 4 * COLUMNS);
        c4b.intoArray(c, at + 4 * COLUMNS + W);
        c4c.intoArray(c, at + 4 * COLUMNS + 2 * W);
        c5a.intoArray(c, at + 5 * COLUMNS);
        c5b.intoArray(c, at + 5 * COLUMNS + W);
        c5c.intoArray(c, at + 5 * COLUMNS + 2 * W);
        c6a.intoArray(c, at + 6 * COLUMNS);
        c6b.intoArray(c, at + 6 * COLUMNS + W);
        c6c.intoArray(c, at + 6 * COLUMNS + 2 * W);
        c7a.intoArray(c, at + 7 * COLUMNS);
        c7b.intoArray(c, at + 7 * COLUMNS + W);
        c7c.intoArray(c, at + 7 * COLUMNS + 2 * W);
    }

    /** As q8 for Q4_0 and Q4_1: a line has two elements, which count as 0 to 15. */
    static void q4(float[] a, int ao, byte[] b, int b0, int b1, int b2, float[] c, int at) {
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F), c0c = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F), c1c = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F), c2c = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F), c3c = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F), c4c = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F), c5c = FloatVector.zero(F);
        FloatVector c6a = FloatVector.zero(F), c6b = FloatVector.zero(F), c6c = FloatVector.zero(F);
        FloatVector c7a = FloatVector.zero(F), c7b = FloatVector.zero(F), c7c = FloatVector.zero(F);
        for (int p = 0; p < 16; p++) {
            IntVector q0 = (IntVector) ByteVector.fromArray(BlockWidening.B, b, b0 + p * W).convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
            IntVector q1 = (IntVector) ByteVector.fromArray(BlockWidening.B, b, b1 + p * W).convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
            IntVector q2 = (IntVector) ByteVector.fromArray(BlockWidening.B, b, b2 + p * W).convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
            FloatVector v0 = (FloatVector) q0.and(15).convertShape(VectorOperators.I2F, F, 0);
            FloatVector v1 = (FloatVector) q1.and(15).convertShape(VectorOperators.I2F, F, 0);
            FloatVector v2 = (FloatVector) q2.and(15).convertShape(VectorOperators.I2F, F, 0);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS]);
            c0a = x0.fma(v0, c0a);
            c0b = x0.fma(v1, c0b);
            c0c = x0.fma(v2, c0c);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + 1]);
            c1a = x1.fma(v0, c1a);
            c1b = x1.fma(v1, c1b);
            c1c = x1.fma(v2, c1c);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + 2]);
            c2a = x2.fma(v0, c2a);
            c2b = x2.fma(v1, c2b);
            c2c = x2.fma(v2, c2c);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + 3]);
            c3a = x3.fma(v0, c3a);
            c3b = x3.fma(v1, c3b);
            c3c = x3.fma(v2, c3c);
            FloatVector x4 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + 4]);
            c4a = x4.fma(v0, c4a);
            c4b = x4.fma(v1, c4b);
            c4c = x4.fma(v2, c4c);
            FloatVector x5 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + 5]);
            c5a = x5.fma(v0, c5a);
            c5b = x5.fma(v1, c5b);
            c5c = x5.fma(v2, c5c);
            FloatVector x6 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + 6]);
            c6a = x6.fma(v0, c6a);
            c6b = x6.fma(v1, c6b);
            c6c = x6.fma(v2, c6c);
            FloatVector x7 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + 7]);
            c7a = x7.fma(v0, c7a);
            c7b = x7.fma(v1, c7b);
            c7c = x7.fma(v2, c7c);
            FloatVector w0 = (FloatVector) q0.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, F, 0);
            FloatVector w1 = (FloatVector) q1.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, F, 0);
            FloatVector w2 = (FloatVector) q2.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, F, 0);
            FloatVector y0 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + ROWS]);
            c0a = y0.fma(w0, c0a);
            c0b = y0.fma(w1, c0b);
            c0c = y0.fma(w2, c0c);
            FloatVector y1 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + ROWS + 1]);
            c1a = y1.fma(w0, c1a);
            c1b = y1.fma(w1, c1b);
            c1c = y1.fma(w2, c1c);
            FloatVector y2 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + ROWS + 2]);
            c2a = y2.fma(w0, c2a);
            c2b = y2.fma(w1, c2b);
            c2c = y2.fma(w2, c2c);
            FloatVector y3 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + ROWS + 3]);
            c3a = y3.fma(w0, c3a);
            c3b = y3.fma(w1, c3b);
            c3c = y3.fma(w2, c3c);
            FloatVector y4 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + ROWS + 4]);
            c4a = y4.fma(w0, c4a);
            c4b = y4.fma(w1, c4b);
            c4c = y4.fma(w2, c4c);
            FloatVector y5 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + ROWS + 5]);
            c5a = y5.fma(w0, c5a);
            c5b = y5.fma(w1, c5b);
            c5c = y5.fma(w2, c5c);
            FloatVector y6 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + ROWS + 6]);
            c6a = y6.fma(w0, c6a);
            c6b = y6.fma(w1, c6b);
            c6c = y6.fma(w2, c6c);
            FloatVector y7 = FloatVector.broadcast(F, a[ao + 2 * p * ROWS + ROWS + 7]);
            c7a = y7.fma(w0, c7a);
            c7b = y7.fma(w1, c7b);
            c7c = y7.fma(w2, c7c);
        }
        c0a.intoArray(c, at);
        c0b.intoArray(c, at + W);
        c0c.intoArray(c, at + 2 * W);
        c1a.intoArray(c, at + COLUMNS);
        c1b.intoArray(c, at + COLUMNS + W);
        c1c.intoArray(c, at + COLUMNS + 2 * W);
        c2a.intoArray(c, at + 2 * COLUMNS);
        c2b.intoArray(c, at + 2 * COLUMNS + W);
        c2c.intoArray(c, at + 2 * COLUMNS + 2 * W);
        c3a.intoArray(c, at + 3 * COLUMNS);
        c3b.intoArray(c, at + 3 * COLUMNS + W);
        c3c.intoArray(c, at + 3 * COLUMNS + 2 * W);
        c4a.intoArray(c, at + 4 * COLUMNS);
        c4b.intoArray(c, at + 4 * COLUMNS + W);
        c4c.intoArray(c, at + 4 * COLUMNS + 2 * W);
        c5a.intoArray(c, at + 5 * COLUMNS);
        c5b.intoArray(c, at + 5 * COLUMNS + W);
        c5c.intoArray(c, at + 5 * COLUMNS + 2 * W);
        c6a.intoArray(c, at + 6 * COLUMNS);
        c6b.intoArray(c, at + 6 * COLUMNS + W);
        c6c.intoArray(c, at + 6 * COLUMNS + 2 * W);
        c7a.intoArray(c, at + 7 * COLUMNS);
        c7b.intoArray(c, at + 7 * COLUMNS + W);
        c7c.intoArray(c, at + 7 * COLUMNS + 2 * W);
    }
}
