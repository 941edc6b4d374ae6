package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of 16 vector registers for a left operand whose rows lie a fixed distance apart: A(i, p) stands at {@code a[ao + i * LINE + p]}, all else is as in {@link PanelTiles}.
 *
 * <p>Since the compiler knows the distance, one register addresses all six rows, and the tiles run as fast as on packed panels, while rows are copied in a third of the time of a
 * transpose. In {@link RowTiles}, which is told the distance, addresses cost a sixth of the speed.
 *
 * <p>Two steps make one turn of the loop. The second has addresses of its own, {@code next} and {@code below}: with the first one's, the compiler loads all elements of A
 * before it multiplies, spills sums and takes one and a half times as long. Change these loops only with -XX:UseAVX=2 at hand.
 */
final class LineTiles {
    /** Whether the processor has 16 vector registers. */
    static final boolean USED = PanelTiles.FEW;

    /** Longest row. */
    static final int LONGEST = 1024;

    /** From a row to the next, so that rows begin in different sets of the first-level cache. */
    static final int LINE = LONGEST + 16;

    private LineTiles() {}

    /** Elements of an array that holds {@code rows} lines, and those behind them that tiles read. */
    static int room(int rows) {
        return (rows + PanelTiles.MR) * LINE;
    }

    /** Copies {@code count} elements of each of {@code rows} rows, {@code stride} apart, to lines from {@code to} on. */
    static void copy(float[] a, int ao, int stride, int rows, int count, float[] lines, int to) {
        int whole = Lanes.floor(count);
        for (int i = 0; i < rows; i++) {
            int from = ao + i * stride;
            int at = to + i * LINE;
            for (int p = 0; p < whole; p += W) {
                FloatVector.fromArray(F, a, from + p).intoArray(lines, at + p);
            }
            for (int p = whole; p < count; p++) {
                lines[at + p] = a[from + p];
            }
        }
    }

    /** The first {@code rows} and {@code cols} of a tile, and perhaps more; the array must hold six lines. */
    static void tile(int rows, int cols, float[] a, int ao, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        if (cols <= W) {
            tile6x1(a, ao, b, bo, bs, kc, c, co, cs);
        } else if (rows <= 4) {
            tile4x2(a, ao, b, bo, bs, kc, c, co, cs);
        } else {
            tile6x2(a, ao, b, bo, bs, kc, c, co, cs);
        }
    }

    private static void tile6x2(float[] a, int ao, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F);
        int next = ao + 1;
        int below = bo + bs;
        int p = 0;
        for (; p < kc - 1; p += 2) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + p * bs + W);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p + LINE]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p + 2 * LINE]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p + 3 * LINE]);
            c3a = x3.fma(b0, c3a);
            c3b = x3.fma(b1, c3b);
            FloatVector x4 = FloatVector.broadcast(F, a[ao + p + 4 * LINE]);
            c4a = x4.fma(b0, c4a);
            c4b = x4.fma(b1, c4b);
            FloatVector x5 = FloatVector.broadcast(F, a[ao + p + 5 * LINE]);
            c5a = x5.fma(b0, c5a);
            c5b = x5.fma(b1, c5b);
            FloatVector d0 = FloatVector.fromArray(F, b, below + p * bs);
            FloatVector d1 = FloatVector.fromArray(F, b, below + p * bs + W);
            FloatVector y0 = FloatVector.broadcast(F, a[next + p]);
            c0a = y0.fma(d0, c0a);
            c0b = y0.fma(d1, c0b);
            FloatVector y1 = FloatVector.broadcast(F, a[next + p + LINE]);
            c1a = y1.fma(d0, c1a);
            c1b = y1.fma(d1, c1b);
            FloatVector y2 = FloatVector.broadcast(F, a[next + p + 2 * LINE]);
            c2a = y2.fma(d0, c2a);
            c2b = y2.fma(d1, c2b);
            FloatVector y3 = FloatVector.broadcast(F, a[next + p + 3 * LINE]);
            c3a = y3.fma(d0, c3a);
            c3b = y3.fma(d1, c3b);
            FloatVector y4 = FloatVector.broadcast(F, a[next + p + 4 * LINE]);
            c4a = y4.fma(d0, c4a);
            c4b = y4.fma(d1, c4b);
            FloatVector y5 = FloatVector.broadcast(F, a[next + p + 5 * LINE]);
            c5a = y5.fma(d0, c5a);
            c5b = y5.fma(d1, c5b);
        }
        if (p < kc) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + p * bs + W);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p + LINE]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p + 2 * LINE]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p + 3 * LINE]);
            c3a = x3.fma(b0, c3a);
            c3b = x3.fma(b1, c3b);
            FloatVector x4 = FloatVector.broadcast(F, a[ao + p + 4 * LINE]);
            c4a = x4.fma(b0, c4a);
            c4b = x4.fma(b1, c4b);
            FloatVector x5 = FloatVector.broadcast(F, a[ao + p + 5 * LINE]);
            c5a = x5.fma(b0, c5a);
            c5b = x5.fma(b1, c5b);
        }
        c0a.intoArray(c, co);
        c0b.intoArray(c, co + W);
        c1a.intoArray(c, co + cs);
        c1b.intoArray(c, co + cs + W);
        c2a.intoArray(c, co + 2 * cs);
        c2b.intoArray(c, co + 2 * cs + W);
        c3a.intoArray(c, co + 3 * cs);
        c3b.intoArray(c, co + 3 * cs + W);
        c4a.intoArray(c, co + 4 * cs);
        c4b.intoArray(c, co + 4 * cs + W);
        c5a.intoArray(c, co + 5 * cs);
        c5b.intoArray(c, co + 5 * cs + W);
    }

    private static void tile4x2(float[] a, int ao, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F);
        int next = ao + 1;
        int below = bo + bs;
        int p = 0;
        for (; p < kc - 1; p += 2) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + p * bs + W);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p + LINE]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p + 2 * LINE]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p + 3 * LINE]);
            c3a = x3.fma(b0, c3a);
            c3b = x3.fma(b1, c3b);
            FloatVector d0 = FloatVector.fromArray(F, b, below + p * bs);
            FloatVector d1 = FloatVector.fromArray(F, b, below + p * bs + W);
            FloatVector y0 = FloatVector.broadcast(F, a[next + p]);
            c0a = y0.fma(d0, c0a);
            c0b = y0.fma(d1, c0b);
            FloatVector y1 = FloatVector.broadcast(F, a[next + p + LINE]);
            c1a = y1.fma(d0, c1a);
            c1b = y1.fma(d1, c1b);
            FloatVector y2 = FloatVector.broadcast(F, a[next + p + 2 * LINE]);
            c2a = y2.fma(d0, c2a);
            c2b = y2.fma(d1, c2b);
            FloatVector y3 = FloatVector.broadcast(F, a[next + p + 3 * LINE]);
            c3a = y3.fma(d0, c3a);
            c3b = y3.fma(d1, c3b);
        }
        if (p < kc) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + p * bs + W);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p + LINE]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p + 2 * LINE]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p + 3 * LINE]);
            c3a = x3.fma(b0, c3a);
            c3b = x3.fma(b1, c3b);
        }
        c0a.intoArray(c, co);
        c0b.intoArray(c, co + W);
        c1a.intoArray(c, co + cs);
        c1b.intoArray(c, co + cs + W);
        c2a.intoArray(c, co + 2 * cs);
        c2b.intoArray(c, co + 2 * cs + W);
        c3a.intoArray(c, co + 3 * cs);
        c3b.intoArray(c, co + 3 * cs + W);
    }

    private static void tile6x1(float[] a, int ao, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        FloatVector c0a = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F);
        for (int p = 0; p < kc; p++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(b0, c0a);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p + LINE]);
            c1a = x1.fma(b0, c1a);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p + 2 * LINE]);
            c2a = x2.fma(b0, c2a);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p + 3 * LINE]);
            c3a = x3.fma(b0, c3a);
            FloatVector x4 = FloatVector.broadcast(F, a[ao + p + 4 * LINE]);
            c4a = x4.fma(b0, c4a);
            FloatVector x5 = FloatVector.broadcast(F, a[ao + p + 5 * LINE]);
            c5a = x5.fma(b0, c5a);
        }
        c0a.intoArray(c, co);
        c1a.intoArray(c, co + cs);
        c2a.intoArray(c, co + 2 * cs);
        c3a.intoArray(c, co + 3 * cs);
        c4a.intoArray(c, co + 4 * cs);
        c5a.intoArray(c, co + 5 * cs);
    }
}
