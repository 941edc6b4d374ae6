package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PanelTiles.FEW;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of a matrix product whose left operand is read in place, row by row: C[r, cols] = A[r, kc] B[kc, cols].
 *
 * <p>A(i, p) stands at {@code a[ao + i * as + p]}; all else is as in {@link PanelTiles}. There are {@code rows} different ones, and the last is
 * repeated: rows of C beyond them are written and must be room that the caller can spare.
 *
 * <p>The largest tile takes two steps in one turn of its loop, so that the address of each of its six rows is computed once for both: with one step, addresses took a fifth
 * of the time. In smaller tiles a second step leaves too few registers for them; in 6 x 2 with 16 vector registers it makes the compiler spill sums, and
 * whoever reads rows more than once or twice copies them to lines for {@link LineTiles}.
 */
final class RowTiles {
    private RowTiles() {}

    /** The first {@code rows} and {@code cols} of a tile, and perhaps more. */
    static void tile(int rows, int cols, float[] a, int ao, int as, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        if (cols <= W) {
            tile6x1(a, ao, as, rows, b, bo, bs, kc, c, co, cs);
        } else if (FEW && rows <= 4) {
            tile4x2(a, ao, as, rows, b, bo, bs, kc, c, co, cs);
        } else if (cols <= 2 * W) {
            tile6x2(a, ao, as, rows, b, bo, bs, kc, c, co, cs);
        } else if (cols <= 3 * W) {
            tile6x3(a, ao, as, rows, b, bo, bs, kc, c, co, cs);
        } else if (rows <= 2) {
            tile2x4(a, ao, as, rows, b, bo, bs, kc, c, co, cs);
        } else {
            tile6x4(a, ao, as, rows, b, bo, bs, kc, c, co, cs);
        }
    }

    private static void tile6x4(float[] a, int ao, int as, int rows, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        int a1 = ao + Math.min(1, rows - 1) * as;
        int a2 = ao + Math.min(2, rows - 1) * as;
        int a3 = ao + Math.min(3, rows - 1) * as;
        int a4 = ao + Math.min(4, rows - 1) * as;
        int a5 = ao + Math.min(5, rows - 1) * as;
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F), c0c = FloatVector.zero(F), c0d = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F), c1c = FloatVector.zero(F), c1d = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F), c2c = FloatVector.zero(F), c2d = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F), c3c = FloatVector.zero(F), c3d = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F), c4c = FloatVector.zero(F), c4d = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F), c5c = FloatVector.zero(F), c5d = FloatVector.zero(F);
        int p = 0;
        for (; p < kc - 1; p += 2) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + p * bs + W);
            FloatVector b2 = FloatVector.fromArray(F, b, bo + p * bs + 2 * W);
            FloatVector b3 = FloatVector.fromArray(F, b, bo + p * bs + 3 * W);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            c0c = x0.fma(b2, c0c);
            c0d = x0.fma(b3, c0d);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + p]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            c1c = x1.fma(b2, c1c);
            c1d = x1.fma(b3, c1d);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + p]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            c2c = x2.fma(b2, c2c);
            c2d = x2.fma(b3, c2d);
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + p]);
            c3a = x3.fma(b0, c3a);
            c3b = x3.fma(b1, c3b);
            c3c = x3.fma(b2, c3c);
            c3d = x3.fma(b3, c3d);
            FloatVector x4 = FloatVector.broadcast(F, a[a4 + p]);
            c4a = x4.fma(b0, c4a);
            c4b = x4.fma(b1, c4b);
            c4c = x4.fma(b2, c4c);
            c4d = x4.fma(b3, c4d);
            FloatVector x5 = FloatVector.broadcast(F, a[a5 + p]);
            c5a = x5.fma(b0, c5a);
            c5b = x5.fma(b1, c5b);
            c5c = x5.fma(b2, c5c);
            c5d = x5.fma(b3, c5d);
            FloatVector d0 = FloatVector.fromArray(F, b, bo + (p + 1) * bs);
            FloatVector d1 = FloatVector.fromArray(F, b, bo + (p + 1) * bs + W);
            FloatVector d2 = FloatVector.fromArray(F, b, bo + (p + 1) * bs + 2 * W);
            FloatVector d3 = FloatVector.fromArray(F, b, bo + (p + 1) * bs + 3 * W);
            FloatVector y0 = FloatVector.broadcast(F, a[ao + p + 1]);
            c0a = y0.fma(d0, c0a);
            c0b = y0.fma(d1, c0b);
            c0c = y0.fma(d2, c0c);
            c0d = y0.fma(d3, c0d);
            FloatVector y1 = FloatVector.broadcast(F, a[a1 + p + 1]);
            c1a = y1.fma(d0, c1a);
            c1b = y1.fma(d1, c1b);
            c1c = y1.fma(d2, c1c);
            c1d = y1.fma(d3, c1d);
            FloatVector y2 = FloatVector.broadcast(F, a[a2 + p + 1]);
            c2a = y2.fma(d0, c2a);
            c2b = y2.fma(d1, c2b);
            c2c = y2.fma(d2, c2c);
            c2d = y2.fma(d3, c2d);
            FloatVector y3 = FloatVector.broadcast(F, a[a3 + p + 1]);
            c3a = y3.fma(d0, c3a);
            c3b = y3.fma(d1, c3b);
            c3c = y3.fma(d2, c3c);
            c3d = y3.fma(d3, c3d);
            FloatVector y4 = FloatVector.broadcast(F, a[a4 + p + 1]);
            c4a = y4.fma(d0, c4a);
            c4b = y4.fma(d1, c4b);
            c4c = y4.fma(d2, c4c);
            c4d = y4.fma(d3, c4d);
            FloatVector y5 = FloatVector.broadcast(F, a[a5 + p + 1]);
            c5a = y5.fma(d0, c5a);
            c5b = y5.fma(d1, c5b);
            c5c = y5.fma(d2, c5c);
            c5d = y5.fma(d3, c5d);
        }
        if (p < kc) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + p * bs + W);
            FloatVector b2 = FloatVector.fromArray(F, b, bo + p * bs + 2 * W);
            FloatVector b3 = FloatVector.fromArray(F, b, bo + p * bs + 3 * W);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            c0c = x0.fma(b2, c0c);
            c0d = x0.fma(b3, c0d);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + p]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            c1c = x1.fma(b2, c1c);
            c1d = x1.fma(b3, c1d);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + p]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            c2c = x2.fma(b2, c2c);
            c2d = x2.fma(b3, c2d);
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + p]);
            c3a = x3.fma(b0, c3a);
            c3b = x3.fma(b1, c3b);
            c3c = x3.fma(b2, c3c);
            c3d = x3.fma(b3, c3d);
            FloatVector x4 = FloatVector.broadcast(F, a[a4 + p]);
            c4a = x4.fma(b0, c4a);
            c4b = x4.fma(b1, c4b);
            c4c = x4.fma(b2, c4c);
            c4d = x4.fma(b3, c4d);
            FloatVector x5 = FloatVector.broadcast(F, a[a5 + p]);
            c5a = x5.fma(b0, c5a);
            c5b = x5.fma(b1, c5b);
            c5c = x5.fma(b2, c5c);
            c5d = x5.fma(b3, c5d);
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
    }

    private static void tile6x3(float[] a, int ao, int as, int rows, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        int a1 = ao + Math.min(1, rows - 1) * as;
        int a2 = ao + Math.min(2, rows - 1) * as;
        int a3 = ao + Math.min(3, rows - 1) * as;
        int a4 = ao + Math.min(4, rows - 1) * as;
        int a5 = ao + Math.min(5, rows - 1) * as;
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F), c0c = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F), c1c = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F), c2c = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F), c3c = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F), c4c = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F), c5c = FloatVector.zero(F);
        for (int p = 0; p < kc; p++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + p * bs + W);
            FloatVector b2 = FloatVector.fromArray(F, b, bo + p * bs + 2 * W);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            c0c = x0.fma(b2, c0c);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + p]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            c1c = x1.fma(b2, c1c);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + p]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            c2c = x2.fma(b2, c2c);
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + p]);
            c3a = x3.fma(b0, c3a);
            c3b = x3.fma(b1, c3b);
            c3c = x3.fma(b2, c3c);
            FloatVector x4 = FloatVector.broadcast(F, a[a4 + p]);
            c4a = x4.fma(b0, c4a);
            c4b = x4.fma(b1, c4b);
            c4c = x4.fma(b2, c4c);
            FloatVector x5 = FloatVector.broadcast(F, a[a5 + p]);
            c5a = x5.fma(b0, c5a);
            c5b = x5.fma(b1, c5b);
            c5c = x5.fma(b2, c5c);
        }
        c0a.intoArray(c, co);
        c0b.intoArray(c, co + W);
        c0c.intoArray(c, co + 2 * W);
        c1a.intoArray(c, co + cs);
        c1b.intoArray(c, co + cs + W);
        c1c.intoArray(c, co + cs + 2 * W);
        c2a.intoArray(c, co + 2 * cs);
        c2b.intoArray(c, co + 2 * cs + W);
        c2c.intoArray(c, co + 2 * cs + 2 * W);
        c3a.intoArray(c, co + 3 * cs);
        c3b.intoArray(c, co + 3 * cs + W);
        c3c.intoArray(c, co + 3 * cs + 2 * W);
        c4a.intoArray(c, co + 4 * cs);
        c4b.intoArray(c, co + 4 * cs + W);
        c4c.intoArray(c, co + 4 * cs + 2 * W);
        c5a.intoArray(c, co + 5 * cs);
        c5b.intoArray(c, co + 5 * cs + W);
        c5c.intoArray(c, co + 5 * cs + 2 * W);
    }

    private static void tile6x2(float[] a, int ao, int as, int rows, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        int a1 = ao + Math.min(1, rows - 1) * as;
        int a2 = ao + Math.min(2, rows - 1) * as;
        int a3 = ao + Math.min(3, rows - 1) * as;
        int a4 = ao + Math.min(4, rows - 1) * as;
        int a5 = ao + Math.min(5, rows - 1) * as;
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F);
        for (int p = 0; p < kc; p++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + p * bs + W);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + p]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + p]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + p]);
            c3a = x3.fma(b0, c3a);
            c3b = x3.fma(b1, c3b);
            FloatVector x4 = FloatVector.broadcast(F, a[a4 + p]);
            c4a = x4.fma(b0, c4a);
            c4b = x4.fma(b1, c4b);
            FloatVector x5 = FloatVector.broadcast(F, a[a5 + p]);
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

    private static void tile6x1(float[] a, int ao, int as, int rows, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        int a1 = ao + Math.min(1, rows - 1) * as;
        int a2 = ao + Math.min(2, rows - 1) * as;
        int a3 = ao + Math.min(3, rows - 1) * as;
        int a4 = ao + Math.min(4, rows - 1) * as;
        int a5 = ao + Math.min(5, rows - 1) * as;
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector c2 = FloatVector.zero(F);
        FloatVector c3 = FloatVector.zero(F);
        FloatVector c4 = FloatVector.zero(F);
        FloatVector c5 = FloatVector.zero(F);
        for (int p = 0; p < kc; p++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0 = x0.fma(b0, c0);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + p]);
            c1 = x1.fma(b0, c1);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + p]);
            c2 = x2.fma(b0, c2);
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + p]);
            c3 = x3.fma(b0, c3);
            FloatVector x4 = FloatVector.broadcast(F, a[a4 + p]);
            c4 = x4.fma(b0, c4);
            FloatVector x5 = FloatVector.broadcast(F, a[a5 + p]);
            c5 = x5.fma(b0, c5);
        }
        c0.intoArray(c, co);
        c1.intoArray(c, co + cs);
        c2.intoArray(c, co + 2 * cs);
        c3.intoArray(c, co + 3 * cs);
        c4.intoArray(c, co + 4 * cs);
        c5.intoArray(c, co + 5 * cs);
    }

    private static void tile2x4(float[] a, int ao, int as, int rows, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        int a1 = ao + Math.min(1, rows - 1) * as;
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F), c0c = FloatVector.zero(F), c0d = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F), c1c = FloatVector.zero(F), c1d = FloatVector.zero(F);
        for (int p = 0; p < kc; p++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + p * bs + W);
            FloatVector b2 = FloatVector.fromArray(F, b, bo + p * bs + 2 * W);
            FloatVector b3 = FloatVector.fromArray(F, b, bo + p * bs + 3 * W);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            c0c = x0.fma(b2, c0c);
            c0d = x0.fma(b3, c0d);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + p]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            c1c = x1.fma(b2, c1c);
            c1d = x1.fma(b3, c1d);
        }
        c0a.intoArray(c, co);
        c0b.intoArray(c, co + W);
        c0c.intoArray(c, co + 2 * W);
        c0d.intoArray(c, co + 3 * W);
        c1a.intoArray(c, co + cs);
        c1b.intoArray(c, co + cs + W);
        c1c.intoArray(c, co + cs + 2 * W);
        c1d.intoArray(c, co + cs + 3 * W);
    }

    private static void tile4x2(float[] a, int ao, int as, int rows, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        int a1 = ao + Math.min(1, rows - 1) * as;
        int a2 = ao + Math.min(2, rows - 1) * as;
        int a3 = ao + Math.min(3, rows - 1) * as;
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F);
        for (int p = 0; p < kc; p++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * bs);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + p * bs + W);
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(b0, c0a);
            c0b = x0.fma(b1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, a[a1 + p]);
            c1a = x1.fma(b0, c1a);
            c1b = x1.fma(b1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, a[a2 + p]);
            c2a = x2.fma(b0, c2a);
            c2b = x2.fma(b1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, a[a3 + p]);
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
}
