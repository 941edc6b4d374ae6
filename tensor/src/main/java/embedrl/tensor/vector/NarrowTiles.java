package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PackedNarrow.NR;
import static embedrl.tensor.vector.PackedNarrow.ROWS;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Register tiles of 8 rows of A, a packed panel, and one strip of {@link PackedNarrow}, widened in registers: as {@link PanelTiles}, elements from..end of
 * the inner size. The tile goes to c, its rows NR apart. Every element is one chain of fused multiply-adds in rising order. One loop runs over all
 * elements: an inner one for the blocks would check every index again at each entry. The bodies repeat on purpose: sums that
 * go through a method which the compiler does not inline are boxed.
 */
final class NarrowTiles {
    private NarrowTiles() {}

    /** BFLOAT16; the strip begins at bo. */
    static void brain(float[] a, int ao, short[] b, int bo, int from, int end, float[] c) {
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F);
        FloatVector c6a = FloatVector.zero(F), c6b = FloatVector.zero(F);
        FloatVector c7a = FloatVector.zero(F), c7b = FloatVector.zero(F);
        for (int p = from; p < end; p++) {
            FloatVector b0 = brain(b, bo + p * NR);
            FloatVector b1 = brain(b, bo + p * NR + W);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p * ROWS]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p * ROWS + 1]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p * ROWS + 2]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p * ROWS + 3]);
            c3a = x3.fma(b0, c3a);
            c3b = x3.fma(b1, c3b);
            FloatVector x4 = FloatVector.broadcast(F, a[ao + p * ROWS + 4]);
            c4a = x4.fma(b0, c4a);
            c4b = x4.fma(b1, c4b);
            FloatVector x5 = FloatVector.broadcast(F, a[ao + p * ROWS + 5]);
            c5a = x5.fma(b0, c5a);
            c5b = x5.fma(b1, c5b);
            FloatVector x6 = FloatVector.broadcast(F, a[ao + p * ROWS + 6]);
            c6a = x6.fma(b0, c6a);
            c6b = x6.fma(b1, c6b);
            FloatVector x7 = FloatVector.broadcast(F, a[ao + p * ROWS + 7]);
            c7a = x7.fma(b0, c7a);
            c7b = x7.fma(b1, c7b);
        }
        c0a.intoArray(c, 0);
        c0b.intoArray(c, W);
        c1a.intoArray(c, NR);
        c1b.intoArray(c, NR + W);
        c2a.intoArray(c, 2 * NR);
        c2b.intoArray(c, 2 * NR + W);
        c3a.intoArray(c, 3 * NR);
        c3b.intoArray(c, 3 * NR + W);
        c4a.intoArray(c, 4 * NR);
        c4b.intoArray(c, 4 * NR + W);
        c5a.intoArray(c, 5 * NR);
        c5b.intoArray(c, 5 * NR + W);
        c6a.intoArray(c, 6 * NR);
        c6b.intoArray(c, 6 * NR + W);
        c7a.intoArray(c, 7 * NR);
        c7b.intoArray(c, 7 * NR + W);
    }

    private static FloatVector brain(short[] b, int at) {
        IntVector v = (IntVector) ShortVector.fromArray(BlockWidening.S, b, at).convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0);
        return v.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /** Q8_0; the strip's numbers begin at bo, its scales at so. */
    static void q8(float[] a, int ao, byte[] b, int bo, float[] scales, int so, int from, int end, float[] c) {
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F);
        FloatVector c6a = FloatVector.zero(F), c6b = FloatVector.zero(F);
        FloatVector c7a = FloatVector.zero(F), c7b = FloatVector.zero(F);
        for (int p = from; p < end; p++) {
            int block = so + (p >> 5) * NR;
            FloatVector b0 = q8(b, bo + p * NR).mul(FloatVector.fromArray(F, scales, block));
            FloatVector b1 = q8(b, bo + p * NR + W).mul(FloatVector.fromArray(F, scales, block + W));
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p * ROWS]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p * ROWS + 1]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p * ROWS + 2]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p * ROWS + 3]);
            c3a = x3.fma(b0, c3a);
            c3b = x3.fma(b1, c3b);
            FloatVector x4 = FloatVector.broadcast(F, a[ao + p * ROWS + 4]);
            c4a = x4.fma(b0, c4a);
            c4b = x4.fma(b1, c4b);
            FloatVector x5 = FloatVector.broadcast(F, a[ao + p * ROWS + 5]);
            c5a = x5.fma(b0, c5a);
            c5b = x5.fma(b1, c5b);
            FloatVector x6 = FloatVector.broadcast(F, a[ao + p * ROWS + 6]);
            c6a = x6.fma(b0, c6a);
            c6b = x6.fma(b1, c6b);
            FloatVector x7 = FloatVector.broadcast(F, a[ao + p * ROWS + 7]);
            c7a = x7.fma(b0, c7a);
            c7b = x7.fma(b1, c7b);
        }
        c0a.intoArray(c, 0);
        c0b.intoArray(c, W);
        c1a.intoArray(c, NR);
        c1b.intoArray(c, NR + W);
        c2a.intoArray(c, 2 * NR);
        c2b.intoArray(c, 2 * NR + W);
        c3a.intoArray(c, 3 * NR);
        c3b.intoArray(c, 3 * NR + W);
        c4a.intoArray(c, 4 * NR);
        c4b.intoArray(c, 4 * NR + W);
        c5a.intoArray(c, 5 * NR);
        c5b.intoArray(c, 5 * NR + W);
        c6a.intoArray(c, 6 * NR);
        c6b.intoArray(c, 6 * NR + W);
        c7a.intoArray(c, 7 * NR);
        c7b.intoArray(c, 7 * NR + W);
    }

    private static FloatVector q8(byte[] b, int at) {
        return (FloatVector) ByteVector.fromArray(BlockWidening.B, b, at).castShape(F, 0);
    }

    /** Q4_0 or Q4_1; the strip's numbers begin at bo, its scales and shifts at so. */
    static void q4(float[] a, int ao, byte[] b, int bo, float[] scales, float[] shifts, int so, int from, int end, float[] c) {
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F);
        FloatVector c6a = FloatVector.zero(F), c6b = FloatVector.zero(F);
        FloatVector c7a = FloatVector.zero(F), c7b = FloatVector.zero(F);
        for (int p = from; p < end; p++) {
            int block = so + (p >> 5) * NR;
            int down = (p & 1) << 2;
            FloatVector b0 = q4(b, bo + (p >> 1) * NR, down).fma(FloatVector.fromArray(F, scales, block), FloatVector.fromArray(F, shifts, block));
            FloatVector b1 = q4(b, bo + (p >> 1) * NR + W, down).fma(FloatVector.fromArray(F, scales, block + W), FloatVector.fromArray(F, shifts, block + W));
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p * ROWS]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p * ROWS + 1]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p * ROWS + 2]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p * ROWS + 3]);
            c3a = x3.fma(b0, c3a);
            c3b = x3.fma(b1, c3b);
            FloatVector x4 = FloatVector.broadcast(F, a[ao + p * ROWS + 4]);
            c4a = x4.fma(b0, c4a);
            c4b = x4.fma(b1, c4b);
            FloatVector x5 = FloatVector.broadcast(F, a[ao + p * ROWS + 5]);
            c5a = x5.fma(b0, c5a);
            c5b = x5.fma(b1, c5b);
            FloatVector x6 = FloatVector.broadcast(F, a[ao + p * ROWS + 6]);
            c6a = x6.fma(b0, c6a);
            c6b = x6.fma(b1, c6b);
            FloatVector x7 = FloatVector.broadcast(F, a[ao + p * ROWS + 7]);
            c7a = x7.fma(b0, c7a);
            c7b = x7.fma(b1, c7b);
        }
        c0a.intoArray(c, 0);
        c0b.intoArray(c, W);
        c1a.intoArray(c, NR);
        c1b.intoArray(c, NR + W);
        c2a.intoArray(c, 2 * NR);
        c2b.intoArray(c, 2 * NR + W);
        c3a.intoArray(c, 3 * NR);
        c3b.intoArray(c, 3 * NR + W);
        c4a.intoArray(c, 4 * NR);
        c4b.intoArray(c, 4 * NR + W);
        c5a.intoArray(c, 5 * NR);
        c5b.intoArray(c, 5 * NR + W);
        c6a.intoArray(c, 6 * NR);
        c6b.intoArray(c, 6 * NR + W);
        c7a.intoArray(c, 7 * NR);
        c7b.intoArray(c, 7 * NR + W);
    }

    private static FloatVector q4(byte[] b, int at, int down) {
        return BlockWidening.floats(BlockWidening.bytes(b, at).lanewise(VectorOperators.LSHR, down).and(15));
    }
}
