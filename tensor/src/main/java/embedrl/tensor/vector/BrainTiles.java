package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.LineTiles.LINE;
import static embedrl.tensor.vector.NarrowTiles.HIGH;
import static embedrl.tensor.vector.NarrowTiles.PAIRS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Register tiles of 16 vector registers for rows that are copied to lines ({@link LineTiles}) and two strips of BFLOAT16 in {@link PackedNarrow}, widened in registers: an
 * instruction for each of two vectors of weights beside 12 multiply-adds. Every element is one chain of multiply-adds in rising order.
 *
 * <p>Both elements of a pair are read, at addresses that come in variables of their own though they are the same, and the distance of lines is a variable too, so that the check of each
 * address stays in the loop. Told more, the compiler reads once, brings all loads and widenings before the multiplications, spills sums and takes two and a half times as long. Change
 * these loops only with -XX:UseAVX=2 at hand.
 */
final class BrainTiles {
    private BrainTiles() {}

    /**
     * The first {@code rows} of a tile, six at most, and perhaps more; lines begin at {@code ao}, which must hold six, the strips at {@code b0} and {@code b1}, and {@code kc} is even. The tile goes
     * to c from {@code co} on, its rows {@code cs} apart, the second strip's columns behind the first one's.
     */
    static void tile(int rows, float[] a, int ao, short[] b, int b0, int b1, int kc, float[] c, int co, int cs) {
        if (rows <= 4) {
            tile4(a, ao, b, b0, b1, b0, b1, W, kc, c, co, cs);
        } else {
            tile6(a, ao, b, b0, b1, b0, b1, W, kc, c, co, cs);
        }
    }

    private static void tile6(float[] a, int ao, short[] b, int b0, int b1, int again0, int again1, int stride, int kc, float[] c, int co, int cs) {
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F);
        FloatVector c4a = FloatVector.zero(F), c4b = FloatVector.zero(F);
        FloatVector c5a = FloatVector.zero(F), c5b = FloatVector.zero(F);
        int next = ao + 1;
        for (int p = 0; p < kc; p += 2) {
            FloatVector w0 = ((IntVector) ShortVector.fromArray(PAIRS, b, b0 + p * stride).reinterpretShape(I, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
            FloatVector w1 = ((IntVector) ShortVector.fromArray(PAIRS, b, b1 + p * stride).reinterpretShape(I, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(w0, c0a);
            c0b = x0.fma(w1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p + LINE]);
            c1a = x1.fma(w0, c1a);
            c1b = x1.fma(w1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p + 2 * LINE]);
            c2a = x2.fma(w0, c2a);
            c2b = x2.fma(w1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p + 3 * LINE]);
            c3a = x3.fma(w0, c3a);
            c3b = x3.fma(w1, c3b);
            FloatVector x4 = FloatVector.broadcast(F, a[ao + p + 4 * LINE]);
            c4a = x4.fma(w0, c4a);
            c4b = x4.fma(w1, c4b);
            FloatVector x5 = FloatVector.broadcast(F, a[ao + p + 5 * LINE]);
            c5a = x5.fma(w0, c5a);
            c5b = x5.fma(w1, c5b);
            FloatVector v0 = ((IntVector) ShortVector.fromArray(PAIRS, b, again0 + p * stride).reinterpretShape(I, 0)).and(HIGH).reinterpretAsFloats();
            FloatVector v1 = ((IntVector) ShortVector.fromArray(PAIRS, b, again1 + p * stride).reinterpretShape(I, 0)).and(HIGH).reinterpretAsFloats();
            FloatVector y0 = FloatVector.broadcast(F, a[next + p]);
            c0a = y0.fma(v0, c0a);
            c0b = y0.fma(v1, c0b);
            FloatVector y1 = FloatVector.broadcast(F, a[next + p + LINE]);
            c1a = y1.fma(v0, c1a);
            c1b = y1.fma(v1, c1b);
            FloatVector y2 = FloatVector.broadcast(F, a[next + p + 2 * LINE]);
            c2a = y2.fma(v0, c2a);
            c2b = y2.fma(v1, c2b);
            FloatVector y3 = FloatVector.broadcast(F, a[next + p + 3 * LINE]);
            c3a = y3.fma(v0, c3a);
            c3b = y3.fma(v1, c3b);
            FloatVector y4 = FloatVector.broadcast(F, a[next + p + 4 * LINE]);
            c4a = y4.fma(v0, c4a);
            c4b = y4.fma(v1, c4b);
            FloatVector y5 = FloatVector.broadcast(F, a[next + p + 5 * LINE]);
            c5a = y5.fma(v0, c5a);
            c5b = y5.fma(v1, c5b);
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

    private static void tile4(float[] a, int ao, short[] b, int b0, int b1, int again0, int again1, int stride, int kc, float[] c, int co, int cs) {
        FloatVector c0a = FloatVector.zero(F), c0b = FloatVector.zero(F);
        FloatVector c1a = FloatVector.zero(F), c1b = FloatVector.zero(F);
        FloatVector c2a = FloatVector.zero(F), c2b = FloatVector.zero(F);
        FloatVector c3a = FloatVector.zero(F), c3b = FloatVector.zero(F);
        int next = ao + 1;
        for (int p = 0; p < kc; p += 2) {
            FloatVector w0 = ((IntVector) ShortVector.fromArray(PAIRS, b, b0 + p * stride).reinterpretShape(I, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
            FloatVector w1 = ((IntVector) ShortVector.fromArray(PAIRS, b, b1 + p * stride).reinterpretShape(I, 0)).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
            FloatVector x0 = FloatVector.broadcast(F, a[ao + p]);
            c0a = x0.fma(w0, c0a);
            c0b = x0.fma(w1, c0b);
            FloatVector x1 = FloatVector.broadcast(F, a[ao + p + LINE]);
            c1a = x1.fma(w0, c1a);
            c1b = x1.fma(w1, c1b);
            FloatVector x2 = FloatVector.broadcast(F, a[ao + p + 2 * LINE]);
            c2a = x2.fma(w0, c2a);
            c2b = x2.fma(w1, c2b);
            FloatVector x3 = FloatVector.broadcast(F, a[ao + p + 3 * LINE]);
            c3a = x3.fma(w0, c3a);
            c3b = x3.fma(w1, c3b);
            FloatVector v0 = ((IntVector) ShortVector.fromArray(PAIRS, b, again0 + p * stride).reinterpretShape(I, 0)).and(HIGH).reinterpretAsFloats();
            FloatVector v1 = ((IntVector) ShortVector.fromArray(PAIRS, b, again1 + p * stride).reinterpretShape(I, 0)).and(HIGH).reinterpretAsFloats();
            FloatVector y0 = FloatVector.broadcast(F, a[next + p]);
            c0a = y0.fma(v0, c0a);
            c0b = y0.fma(v1, c0b);
            FloatVector y1 = FloatVector.broadcast(F, a[next + p + LINE]);
            c1a = y1.fma(v0, c1a);
            c1b = y1.fma(v1, c1b);
            FloatVector y2 = FloatVector.broadcast(F, a[next + p + 2 * LINE]);
            c2a = y2.fma(v0, c2a);
            c2b = y2.fma(v1, c2b);
            FloatVector y3 = FloatVector.broadcast(F, a[next + p + 3 * LINE]);
            c3a = y3.fma(v0, c3a);
            c3b = y3.fma(v1, c3b);
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
