package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of a matrix product whose left operand is read in place, row by row: C[r, cols] = A[r, kc] B[kc, cols].
 *
 * <p>A(i, p) stands at {@code a[ao + i * as + p]}; all else is as in {@link PanelTiles}. The tiles of four rows compute {@code rows} in
 * 1..4 different ones and repeat the last: rows of C beyond them are written and must be room that the caller can spare.
 */
final class RowTiles {
    private RowTiles() {}

    static void tile8x2(float[] a, int ao, int as, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        int a1 = ao + as;
        int a2 = ao + 2 * as;
        int a3 = ao + 3 * as;
        int a4 = ao + 4 * as;
        int a5 = ao + 5 * as;
        int a6 = ao + 6 * as;
        int a7 = ao + 7 * as;
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F);
        FloatVector c6a = FloatVector.zero(F), c6b = FloatVector.zero(F);
        FloatVector c7a = FloatVector.zero(F), c7b = FloatVector.zero(F);
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
            FloatVector x6 = FloatVector.broadcast(F, a[a6 + p]);
            c6a = x6.fma(b0, c6a);
            c6b = x6.fma(b1, c6b);
            FloatVector x7 = FloatVector.broadcast(F, a[a7 + p]);
            c7a = x7.fma(b0, c7a);
            c7b = x7.fma(b1, c7b);
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
        c6a.intoArray(c, co + 6 * cs);
        c6b.intoArray(c, co + 6 * cs + W);
        c7a.intoArray(c, co + 7 * cs);
        c7b.intoArray(c, co + 7 * cs + W);
    }

    static void tile8x1(float[] a, int ao, int as, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        int a1 = ao + as;
        int a2 = ao + 2 * as;
        int a3 = ao + 3 * as;
        int a4 = ao + 4 * as;
        int a5 = ao + 5 * as;
        int a6 = ao + 6 * as;
        int a7 = ao + 7 * as;
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector c2 = FloatVector.zero(F);
        FloatVector c3 = FloatVector.zero(F);
        FloatVector c4 = FloatVector.zero(F);
        FloatVector c5 = FloatVector.zero(F);
        FloatVector c6 = FloatVector.zero(F);
        FloatVector c7 = FloatVector.zero(F);
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
            FloatVector x6 = FloatVector.broadcast(F, a[a6 + p]);
            c6 = x6.fma(b0, c6);
            FloatVector x7 = FloatVector.broadcast(F, a[a7 + p]);
            c7 = x7.fma(b0, c7);
        }
        c0.intoArray(c, co);
        c1.intoArray(c, co + cs);
        c2.intoArray(c, co + 2 * cs);
        c3.intoArray(c, co + 3 * cs);
        c4.intoArray(c, co + 4 * cs);
        c5.intoArray(c, co + 5 * cs);
        c6.intoArray(c, co + 6 * cs);
        c7.intoArray(c, co + 7 * cs);
    }

    static void tile4x2(float[] a, int ao, int as, int rows, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
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

    static void tile4x1(float[] a, int ao, int as, int rows, float[] b, int bo, int bs, int kc, float[] c, int co, int cs) {
        int a1 = ao + Math.min(1, rows - 1) * as;
        int a2 = ao + Math.min(2, rows - 1) * as;
        int a3 = ao + Math.min(3, rows - 1) * as;
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector c2 = FloatVector.zero(F);
        FloatVector c3 = FloatVector.zero(F);
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
        }
        c0.intoArray(c, co);
        c1.intoArray(c, co + cs);
        c2.intoArray(c, co + 2 * cs);
        c3.intoArray(c, co + 3 * cs);
    }
}
