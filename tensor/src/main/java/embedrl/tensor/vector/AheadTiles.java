package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.LineTiles.LINE;
import static embedrl.tensor.vector.PanelTiles.NR;

import jdk.incubator.vector.FloatVector;

/**
 * The register tile of 6 x 4 vectors for a left operand in lines ({@link LineTiles}) and a packed strip, which meanwhile reads what comes next: an element each of {@link #STREAMS} cache
 * lines in {@link #STEPS} steps, spread over them, so that the processor fetches these lines while it multiplies.
 *
 * <p>The lines lie in streams a fixed distance apart, each read by a statement of its own: the processor foresees what such a statement reads next, and many streams at a slow pace
 * give it more time than one at a fast pace. Four streams in three steps took 7 % longer; one stream, or statements that read several, gained nothing. There is no loop for steps left over: with one,
 * the method is too large for the compiler, which then keeps vectors as objects. Sums are chains of fused multiply-adds in rising order, as in all tiles.
 */
final class AheadTiles {
    /** Steps of the inner size in one turn of the loop; it must be a multiple of these. */
    static final int STEPS = 6;

    /** Streams that a turn reads a line of. */
    static final int STREAMS = 8;

    private AheadTiles() {}

    /**
     * Six rows and four vectors of columns, to c. Turn t reads element {@code at + t * W} of b, and those {@code apart}, 2, 3 ... times {@code apart} behind it.
     *
     * @return what was read, added up: for a caller who keeps it, so that the compiler keeps the reads
     */
    static int tile(float[] a, int ao, float[] b, int bo, int kc, float[] c, int co, int cs, int at, int apart) {
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F), c0c = FloatVector.zero(F), c0d = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F), c1c = FloatVector.zero(F), c1d = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F), c2c = FloatVector.zero(F), c2d = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F), c3c = FloatVector.zero(F), c3d = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F), c4c = FloatVector.zero(F), c4d = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F), c5c = FloatVector.zero(F), c5d = FloatVector.zero(F);
        int read = 0;
        for (int p = 0, t = 0; p < kc; p += STEPS, t++) {
            FloatVector b0a = FloatVector.fromArray(F, b, bo + p * NR);
            FloatVector b0b = FloatVector.fromArray(F, b, bo + p * NR + W);
            FloatVector b0c = FloatVector.fromArray(F, b, bo + p * NR + 2 * W);
            FloatVector b0d = FloatVector.fromArray(F, b, bo + p * NR + 3 * W);
            read += Float.floatToRawIntBits(b[at + t * W]);
            FloatVector x00 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x00.fma(b0a, c0a);
            c0b = x00.fma(b0b, c0b);
            c0c = x00.fma(b0c, c0c);
            c0d = x00.fma(b0d, c0d);
            FloatVector x01 = FloatVector.broadcast(F, a[ao + LINE + p]);
            c1a = x01.fma(b0a, c1a);
            c1b = x01.fma(b0b, c1b);
            c1c = x01.fma(b0c, c1c);
            c1d = x01.fma(b0d, c1d);
            FloatVector x02 = FloatVector.broadcast(F, a[ao + 2 * LINE + p]);
            c2a = x02.fma(b0a, c2a);
            c2b = x02.fma(b0b, c2b);
            c2c = x02.fma(b0c, c2c);
            c2d = x02.fma(b0d, c2d);
            FloatVector x03 = FloatVector.broadcast(F, a[ao + 3 * LINE + p]);
            c3a = x03.fma(b0a, c3a);
            c3b = x03.fma(b0b, c3b);
            c3c = x03.fma(b0c, c3c);
            c3d = x03.fma(b0d, c3d);
            FloatVector x04 = FloatVector.broadcast(F, a[ao + 4 * LINE + p]);
            c4a = x04.fma(b0a, c4a);
            c4b = x04.fma(b0b, c4b);
            c4c = x04.fma(b0c, c4c);
            c4d = x04.fma(b0d, c4d);
            FloatVector x05 = FloatVector.broadcast(F, a[ao + 5 * LINE + p]);
            c5a = x05.fma(b0a, c5a);
            c5b = x05.fma(b0b, c5b);
            c5c = x05.fma(b0c, c5c);
            c5d = x05.fma(b0d, c5d);
            FloatVector b1a = FloatVector.fromArray(F, b, bo + (p + 1) * NR);
            FloatVector b1b = FloatVector.fromArray(F, b, bo + (p + 1) * NR + W);
            FloatVector b1c = FloatVector.fromArray(F, b, bo + (p + 1) * NR + 2 * W);
            FloatVector b1d = FloatVector.fromArray(F, b, bo + (p + 1) * NR + 3 * W);
            read += Float.floatToRawIntBits(b[at + apart + t * W]);
            FloatVector x10 = FloatVector.broadcast(F, a[ao + p + 1]);
            c0a = x10.fma(b1a, c0a);
            c0b = x10.fma(b1b, c0b);
            c0c = x10.fma(b1c, c0c);
            c0d = x10.fma(b1d, c0d);
            FloatVector x11 = FloatVector.broadcast(F, a[ao + LINE + p + 1]);
            c1a = x11.fma(b1a, c1a);
            c1b = x11.fma(b1b, c1b);
            c1c = x11.fma(b1c, c1c);
            c1d = x11.fma(b1d, c1d);
            FloatVector x12 = FloatVector.broadcast(F, a[ao + 2 * LINE + p + 1]);
            c2a = x12.fma(b1a, c2a);
            c2b = x12.fma(b1b, c2b);
            c2c = x12.fma(b1c, c2c);
            c2d = x12.fma(b1d, c2d);
            FloatVector x13 = FloatVector.broadcast(F, a[ao + 3 * LINE + p + 1]);
            c3a = x13.fma(b1a, c3a);
            c3b = x13.fma(b1b, c3b);
            c3c = x13.fma(b1c, c3c);
            c3d = x13.fma(b1d, c3d);
            FloatVector x14 = FloatVector.broadcast(F, a[ao + 4 * LINE + p + 1]);
            c4a = x14.fma(b1a, c4a);
            c4b = x14.fma(b1b, c4b);
            c4c = x14.fma(b1c, c4c);
            c4d = x14.fma(b1d, c4d);
            FloatVector x15 = FloatVector.broadcast(F, a[ao + 5 * LINE + p + 1]);
            c5a = x15.fma(b1a, c5a);
            c5b = x15.fma(b1b, c5b);
            c5c = x15.fma(b1c, c5c);
            c5d = x15.fma(b1d, c5d);
            FloatVector b2a = FloatVector.fromArray(F, b, bo + (p + 2) * NR);
            FloatVector b2b = FloatVector.fromArray(F, b, bo + (p + 2) * NR + W);
            FloatVector b2c = FloatVector.fromArray(F, b, bo + (p + 2) * NR + 2 * W);
            FloatVector b2d = FloatVector.fromArray(F, b, bo + (p + 2) * NR + 3 * W);
            read += Float.floatToRawIntBits(b[at + 2 * apart + t * W]);
            read += Float.floatToRawIntBits(b[at + 3 * apart + t * W]);
            FloatVector x20 = FloatVector.broadcast(F, a[ao + p + 2]);
            c0a = x20.fma(b2a, c0a);
            c0b = x20.fma(b2b, c0b);
            c0c = x20.fma(b2c, c0c);
            c0d = x20.fma(b2d, c0d);
            FloatVector x21 = FloatVector.broadcast(F, a[ao + LINE + p + 2]);
            c1a = x21.fma(b2a, c1a);
            c1b = x21.fma(b2b, c1b);
            c1c = x21.fma(b2c, c1c);
            c1d = x21.fma(b2d, c1d);
            FloatVector x22 = FloatVector.broadcast(F, a[ao + 2 * LINE + p + 2]);
            c2a = x22.fma(b2a, c2a);
            c2b = x22.fma(b2b, c2b);
            c2c = x22.fma(b2c, c2c);
            c2d = x22.fma(b2d, c2d);
            FloatVector x23 = FloatVector.broadcast(F, a[ao + 3 * LINE + p + 2]);
            c3a = x23.fma(b2a, c3a);
            c3b = x23.fma(b2b, c3b);
            c3c = x23.fma(b2c, c3c);
            c3d = x23.fma(b2d, c3d);
            FloatVector x24 = FloatVector.broadcast(F, a[ao + 4 * LINE + p + 2]);
            c4a = x24.fma(b2a, c4a);
            c4b = x24.fma(b2b, c4b);
            c4c = x24.fma(b2c, c4c);
            c4d = x24.fma(b2d, c4d);
            FloatVector x25 = FloatVector.broadcast(F, a[ao + 5 * LINE + p + 2]);
            c5a = x25.fma(b2a, c5a);
            c5b = x25.fma(b2b, c5b);
            c5c = x25.fma(b2c, c5c);
            c5d = x25.fma(b2d, c5d);
            FloatVector b3a = FloatVector.fromArray(F, b, bo + (p + 3) * NR);
            FloatVector b3b = FloatVector.fromArray(F, b, bo + (p + 3) * NR + W);
            FloatVector b3c = FloatVector.fromArray(F, b, bo + (p + 3) * NR + 2 * W);
            FloatVector b3d = FloatVector.fromArray(F, b, bo + (p + 3) * NR + 3 * W);
            read += Float.floatToRawIntBits(b[at + 4 * apart + t * W]);
            FloatVector x30 = FloatVector.broadcast(F, a[ao + p + 3]);
            c0a = x30.fma(b3a, c0a);
            c0b = x30.fma(b3b, c0b);
            c0c = x30.fma(b3c, c0c);
            c0d = x30.fma(b3d, c0d);
            FloatVector x31 = FloatVector.broadcast(F, a[ao + LINE + p + 3]);
            c1a = x31.fma(b3a, c1a);
            c1b = x31.fma(b3b, c1b);
            c1c = x31.fma(b3c, c1c);
            c1d = x31.fma(b3d, c1d);
            FloatVector x32 = FloatVector.broadcast(F, a[ao + 2 * LINE + p + 3]);
            c2a = x32.fma(b3a, c2a);
            c2b = x32.fma(b3b, c2b);
            c2c = x32.fma(b3c, c2c);
            c2d = x32.fma(b3d, c2d);
            FloatVector x33 = FloatVector.broadcast(F, a[ao + 3 * LINE + p + 3]);
            c3a = x33.fma(b3a, c3a);
            c3b = x33.fma(b3b, c3b);
            c3c = x33.fma(b3c, c3c);
            c3d = x33.fma(b3d, c3d);
            FloatVector x34 = FloatVector.broadcast(F, a[ao + 4 * LINE + p + 3]);
            c4a = x34.fma(b3a, c4a);
            c4b = x34.fma(b3b, c4b);
            c4c = x34.fma(b3c, c4c);
            c4d = x34.fma(b3d, c4d);
            FloatVector x35 = FloatVector.broadcast(F, a[ao + 5 * LINE + p + 3]);
            c5a = x35.fma(b3a, c5a);
            c5b = x35.fma(b3b, c5b);
            c5c = x35.fma(b3c, c5c);
            c5d = x35.fma(b3d, c5d);
            FloatVector b4a = FloatVector.fromArray(F, b, bo + (p + 4) * NR);
            FloatVector b4b = FloatVector.fromArray(F, b, bo + (p + 4) * NR + W);
            FloatVector b4c = FloatVector.fromArray(F, b, bo + (p + 4) * NR + 2 * W);
            FloatVector b4d = FloatVector.fromArray(F, b, bo + (p + 4) * NR + 3 * W);
            read += Float.floatToRawIntBits(b[at + 5 * apart + t * W]);
            FloatVector x40 = FloatVector.broadcast(F, a[ao + p + 4]);
            c0a = x40.fma(b4a, c0a);
            c0b = x40.fma(b4b, c0b);
            c0c = x40.fma(b4c, c0c);
            c0d = x40.fma(b4d, c0d);
            FloatVector x41 = FloatVector.broadcast(F, a[ao + LINE + p + 4]);
            c1a = x41.fma(b4a, c1a);
            c1b = x41.fma(b4b, c1b);
            c1c = x41.fma(b4c, c1c);
            c1d = x41.fma(b4d, c1d);
            FloatVector x42 = FloatVector.broadcast(F, a[ao + 2 * LINE + p + 4]);
            c2a = x42.fma(b4a, c2a);
            c2b = x42.fma(b4b, c2b);
            c2c = x42.fma(b4c, c2c);
            c2d = x42.fma(b4d, c2d);
            FloatVector x43 = FloatVector.broadcast(F, a[ao + 3 * LINE + p + 4]);
            c3a = x43.fma(b4a, c3a);
            c3b = x43.fma(b4b, c3b);
            c3c = x43.fma(b4c, c3c);
            c3d = x43.fma(b4d, c3d);
            FloatVector x44 = FloatVector.broadcast(F, a[ao + 4 * LINE + p + 4]);
            c4a = x44.fma(b4a, c4a);
            c4b = x44.fma(b4b, c4b);
            c4c = x44.fma(b4c, c4c);
            c4d = x44.fma(b4d, c4d);
            FloatVector x45 = FloatVector.broadcast(F, a[ao + 5 * LINE + p + 4]);
            c5a = x45.fma(b4a, c5a);
            c5b = x45.fma(b4b, c5b);
            c5c = x45.fma(b4c, c5c);
            c5d = x45.fma(b4d, c5d);
            FloatVector b5a = FloatVector.fromArray(F, b, bo + (p + 5) * NR);
            FloatVector b5b = FloatVector.fromArray(F, b, bo + (p + 5) * NR + W);
            FloatVector b5c = FloatVector.fromArray(F, b, bo + (p + 5) * NR + 2 * W);
            FloatVector b5d = FloatVector.fromArray(F, b, bo + (p + 5) * NR + 3 * W);
            read += Float.floatToRawIntBits(b[at + 6 * apart + t * W]);
            read += Float.floatToRawIntBits(b[at + 7 * apart + t * W]);
            FloatVector x50 = FloatVector.broadcast(F, a[ao + p + 5]);
            c0a = x50.fma(b5a, c0a);
            c0b = x50.fma(b5b, c0b);
            c0c = x50.fma(b5c, c0c);
            c0d = x50.fma(b5d, c0d);
            FloatVector x51 = FloatVector.broadcast(F, a[ao + LINE + p + 5]);
            c1a = x51.fma(b5a, c1a);
            c1b = x51.fma(b5b, c1b);
            c1c = x51.fma(b5c, c1c);
            c1d = x51.fma(b5d, c1d);
            FloatVector x52 = FloatVector.broadcast(F, a[ao + 2 * LINE + p + 5]);
            c2a = x52.fma(b5a, c2a);
            c2b = x52.fma(b5b, c2b);
            c2c = x52.fma(b5c, c2c);
            c2d = x52.fma(b5d, c2d);
            FloatVector x53 = FloatVector.broadcast(F, a[ao + 3 * LINE + p + 5]);
            c3a = x53.fma(b5a, c3a);
            c3b = x53.fma(b5b, c3b);
            c3c = x53.fma(b5c, c3c);
            c3d = x53.fma(b5d, c3d);
            FloatVector x54 = FloatVector.broadcast(F, a[ao + 4 * LINE + p + 5]);
            c4a = x54.fma(b5a, c4a);
            c4b = x54.fma(b5b, c4b);
            c4c = x54.fma(b5c, c4c);
            c4d = x54.fma(b5d, c4d);
            FloatVector x55 = FloatVector.broadcast(F, a[ao + 5 * LINE + p + 5]);
            c5a = x55.fma(b5a, c5a);
            c5b = x55.fma(b5b, c5b);
            c5c = x55.fma(b5c, c5c);
            c5d = x55.fma(b5d, c5d);
        }
        c0a.intoArray(c, co);
        c0b.intoArray(c, co + W);
        c0c.intoArray(c, co + 2 * W);
        c0d.intoArray(c, co + 3 * W);
        c1a.intoArray(c, co + cs);
        c1b.intoArray(c, co + cs + W);
        c1c.intoArray(c, co + cs + 2 * W);
        c1d.intoArray(c, co + cs + 3 * W);
        c2a.intoArray(c, co + 2 * cs);
        c2b.intoArray(c, co + 2 * cs + W);
        c2c.intoArray(c, co + 2 * cs + 2 * W);
        c2d.intoArray(c, co + 2 * cs + 3 * W);
        c3a.intoArray(c, co + 3 * cs);
        c3b.intoArray(c, co + 3 * cs + W);
        c3c.intoArray(c, co + 3 * cs + 2 * W);
        c3d.intoArray(c, co + 3 * cs + 3 * W);
        c4a.intoArray(c, co + 4 * cs);
        c4b.intoArray(c, co + 4 * cs + W);
        c4c.intoArray(c, co + 4 * cs + 2 * W);
        c4d.intoArray(c, co + 4 * cs + 3 * W);
        c5a.intoArray(c, co + 5 * cs);
        c5b.intoArray(c, co + 5 * cs + W);
        c5c.intoArray(c, co + 5 * cs + 2 * W);
        c5d.intoArray(c, co + 5 * cs + 3 * W);
        return read;
    }
}
