package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.PanelTiles.MR;
import static embedrl.tensor.vector.PanelTiles.NR;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of two packed panels and one vector of a packed strip, for CPUs with 16 vector registers. A step takes fewer instructions for each multiply-add than one of
 * {@link PanelTiles}, since the distance between lines of the strip is known and its bounds are checked once for the whole loop, but 13 loads for 12 multiply-adds instead of 8.
 */
final class TallTiles {
    /** Rows of a tile. */
    static final int HIGH = 2 * MR;

    /** With two loads in a cycle, these would be what a step waits for; 6 x 2 reaches there what multiply-adds allow (a Zen 5). */
    static final boolean PAY = PanelTiles.FEW && Processor.THREE_LOADS;

    private TallTiles() {}

    /** C[12, W] = A[12, kc] B[kc, W]: rows from 6 on stand in the panel at {@code next}; all else as in {@link PanelTiles}, with lines of B NR apart. */
    static void tile(float[] a, int ao, int next, float[] b, int bo, int kc, float[] c, int co, int cs) {
        FloatVector c0 = FloatVector.zero(F);
        FloatVector c1 = FloatVector.zero(F);
        FloatVector c2 = FloatVector.zero(F);
        FloatVector c3 = FloatVector.zero(F);
        FloatVector c4 = FloatVector.zero(F);
        FloatVector c5 = FloatVector.zero(F);
        FloatVector c6 = FloatVector.zero(F);
        FloatVector c7 = FloatVector.zero(F);
        FloatVector c8 = FloatVector.zero(F);
        FloatVector c9 = FloatVector.zero(F);
        FloatVector c10 = FloatVector.zero(F);
        FloatVector c11 = FloatVector.zero(F);
        for (int p = 0; p < kc; p++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + p * NR);
            c0 = FloatVector.broadcast(F, a[ao + p * MR]).fma(b0, c0);
            c1 = FloatVector.broadcast(F, a[ao + p * MR + 1]).fma(b0, c1);
            c2 = FloatVector.broadcast(F, a[ao + p * MR + 2]).fma(b0, c2);
            c3 = FloatVector.broadcast(F, a[ao + p * MR + 3]).fma(b0, c3);
            c4 = FloatVector.broadcast(F, a[ao + p * MR + 4]).fma(b0, c4);
            c5 = FloatVector.broadcast(F, a[ao + p * MR + 5]).fma(b0, c5);
            c6 = FloatVector.broadcast(F, a[next + p * MR]).fma(b0, c6);
            c7 = FloatVector.broadcast(F, a[next + p * MR + 1]).fma(b0, c7);
            c8 = FloatVector.broadcast(F, a[next + p * MR + 2]).fma(b0, c8);
            c9 = FloatVector.broadcast(F, a[next + p * MR + 3]).fma(b0, c9);
            c10 = FloatVector.broadcast(F, a[next + p * MR + 4]).fma(b0, c10);
            c11 = FloatVector.broadcast(F, a[next + p * MR + 5]).fma(b0, c11);
        }
        c0.intoArray(c, co);
        c1.intoArray(c, co + cs);
        c2.intoArray(c, co + 2 * cs);
        c3.intoArray(c, co + 3 * cs);
        c4.intoArray(c, co + 4 * cs);
        c5.intoArray(c, co + 5 * cs);
        c6.intoArray(c, co + 6 * cs);
        c7.intoArray(c, co + 7 * cs);
        c8.intoArray(c, co + 8 * cs);
        c9.intoArray(c, co + 9 * cs);
        c10.intoArray(c, co + 10 * cs);
        c11.intoArray(c, co + 11 * cs);
    }
}
