package embedrl.tensor.vector;

import static embedrl.tensor.vector.LaneSums.ODD;
import static embedrl.tensor.vector.LaneSums.SECOND;
import static embedrl.tensor.vector.LaneSums.THIRD;
import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.SWAP1;
import static embedrl.tensor.vector.Lanes.SWAP2;
import static embedrl.tensor.vector.Lanes.SWAP4;
import static embedrl.tensor.vector.Lanes.SWAP8;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.FloatVector;

/**
 * The two products of attention for the few queries that share a key head while one token is decoded: scores with all keys, and the sum of all values. Keys
 * and values are read as they lie in the cache, a value once for up to three queries; heads must be whole vectors wide.
 */
final class GroupProducts {
    private static final int KEYS = 8; // keys that are scored at a time
    private static final int MOST = 3; // queries that share what is read of a value
    private static final int COLUMNS = 4 * W;

    // Adds nothing. What a loop has carried is only an argument, as NarrowDots says why.
    private static final FloatVector NONE = FloatVector.broadcast(F, -0f);

    /** Elements behind the last score of a row that are written too. */
    static final int SPARE = W + KEYS;

    private GroupProducts() {}

    /** Whether heads of this width can be multiplied here. */
    static boolean fits(int width) {
        return width % W == 0;
    }

    /**
     * y[i, j] = q[i] · k[j] for {@code rows} queries, contiguous, and {@code keys} keys, {@code pitch} apart; rows of y lie {@code line} apart, and up to {@link #SPARE} elements
     * behind the last one of each are written too.
     */
    static void scores(int rows, int width, float[] q, int qo, float[] k, int ko, int pitch, int keys, float[] y, int line) {
        for (int i = 0; i < rows; i++) {
            scores(width, q, qo + i * width, k, ko, pitch, keys, y, i * line);
        }
    }

    // The sums over lanes of eight keys at once, as LaneSums describes it.
    private static void scores(int width, float[] q, int qo, float[] k, int ko, int pitch, int keys, float[] y, int yo) {
        for (int j = 0; j < keys; j += KEYS) {
            int left = keys - 1 - j;
            int k0 = ko + j * pitch;
            int k1 = k0 + Math.min(1, left) * pitch;
            int k2 = k0 + Math.min(2, left) * pitch;
            int k3 = k0 + Math.min(3, left) * pitch;
            int k4 = k0 + Math.min(4, left) * pitch;
            int k5 = k0 + Math.min(5, left) * pitch;
            int k6 = k0 + Math.min(6, left) * pitch;
            int k7 = k0 + Math.min(7, left) * pitch;
            FloatVector s0 = FloatVector.zero(F), s1 = FloatVector.zero(F), s2 = FloatVector.zero(F), s3 = FloatVector.zero(F);
            FloatVector s4 = FloatVector.zero(F), s5 = FloatVector.zero(F), s6 = FloatVector.zero(F), s7 = FloatVector.zero(F);
            for (int p = 0; p < width; p += W) {
                FloatVector x = FloatVector.fromArray(F, q, qo + p);
                s0 = x.fma(FloatVector.fromArray(F, k, k0 + p), s0);
                s1 = x.fma(FloatVector.fromArray(F, k, k1 + p), s1);
                s2 = x.fma(FloatVector.fromArray(F, k, k2 + p), s2);
                s3 = x.fma(FloatVector.fromArray(F, k, k3 + p), s3);
                s4 = x.fma(FloatVector.fromArray(F, k, k4 + p), s4);
                s5 = x.fma(FloatVector.fromArray(F, k, k5 + p), s5);
                s6 = x.fma(FloatVector.fromArray(F, k, k6 + p), s6);
                s7 = x.fma(FloatVector.fromArray(F, k, k7 + p), s7);
            }
            s0 = NONE.add(s0);
            s1 = NONE.add(s1);
            s2 = NONE.add(s2);
            s3 = NONE.add(s3);
            s4 = NONE.add(s4);
            s5 = NONE.add(s5);
            s6 = NONE.add(s6);
            s7 = NONE.add(s7);
            s0 = s0.blend(s1, ODD).add(s1.blend(s0, ODD).rearrange(SWAP1));
            s2 = s2.blend(s3, ODD).add(s3.blend(s2, ODD).rearrange(SWAP1));
            s4 = s4.blend(s5, ODD).add(s5.blend(s4, ODD).rearrange(SWAP1));
            s6 = s6.blend(s7, ODD).add(s7.blend(s6, ODD).rearrange(SWAP1));
            s0 = s0.blend(s2, SECOND).add(s2.blend(s0, SECOND).rearrange(SWAP2));
            s4 = s4.blend(s6, SECOND).add(s6.blend(s4, SECOND).rearrange(SWAP2));
            if (W == 4) {
                s0.intoArray(y, yo + j);
                s4.intoArray(y, yo + j + 4);
            } else {
                s0 = s0.blend(s4, THIRD).add(s4.blend(s0, THIRD).rearrange(SWAP4));
                (W == 8 ? s0 : s0.add(s0.rearrange(SWAP8))).intoArray(y, yo + j);
            }
        }
    }

    /** y[i] (+)= sum over j of x[i, j] v[j] for {@code rows} queries, contiguous in y; rows of x lie {@code line} apart, values {@code pitch} apart. */
    static void values(int rows, int width, float[] x, int line, int keys, float[] v, int vo, int pitch, float[] y, int yo, boolean accumulate) {
        for (int i = 0; i < rows; i += MOST) {
            int last = Math.min(MOST, rows - i) - 1;
            int x1 = (i + Math.min(1, last)) * line;
            int x2 = (i + last) * line;
            int y0 = yo + i * width;
            int y1 = yo + (i + Math.min(1, last)) * width;
            int y2 = yo + (i + last) * width;
            int c = 0;
            for (; c + COLUMNS <= width; c += COLUMNS) {
                wide(x, i * line, x1, x2, keys, v, vo + c, pitch, y, y0 + c, y1 + c, y2 + c, accumulate);
            }
            for (; c < width; c += W) {
                narrow(x, i * line, x1, x2, keys, v, vo + c, pitch, y, y0 + c, y1 + c, y2 + c, accumulate);
            }
        }
    }

    /** Three rows and four vectors; a missing row has another's place and value. */
    private static void wide(float[] x, int x0, int x1, int x2, int keys, float[] v, int vo, int pitch, float[] y, int y0, int y1, int y2, boolean accumulate) {
        FloatVector a0 = FloatVector.zero(F), b0 = FloatVector.zero(F), c0 = FloatVector.zero(F), d0 = FloatVector.zero(F);
        FloatVector a1 = FloatVector.zero(F), b1 = FloatVector.zero(F), c1 = FloatVector.zero(F), d1 = FloatVector.zero(F);
        FloatVector a2 = FloatVector.zero(F), b2 = FloatVector.zero(F), c2 = FloatVector.zero(F), d2 = FloatVector.zero(F);
        if (accumulate) {
            a0 = FloatVector.fromArray(F, y, y0);
            b0 = FloatVector.fromArray(F, y, y0 + W);
            c0 = FloatVector.fromArray(F, y, y0 + 2 * W);
            d0 = FloatVector.fromArray(F, y, y0 + 3 * W);
            a1 = FloatVector.fromArray(F, y, y1);
            b1 = FloatVector.fromArray(F, y, y1 + W);
            c1 = FloatVector.fromArray(F, y, y1 + 2 * W);
            d1 = FloatVector.fromArray(F, y, y1 + 3 * W);
            a2 = FloatVector.fromArray(F, y, y2);
            b2 = FloatVector.fromArray(F, y, y2 + W);
            c2 = FloatVector.fromArray(F, y, y2 + 2 * W);
            d2 = FloatVector.fromArray(F, y, y2 + 3 * W);
        }
        for (int j = 0; j < keys; j++) {
            FloatVector va = FloatVector.fromArray(F, v, vo + j * pitch);
            FloatVector vb = FloatVector.fromArray(F, v, vo + j * pitch + W);
            FloatVector vc = FloatVector.fromArray(F, v, vo + j * pitch + 2 * W);
            FloatVector vd = FloatVector.fromArray(F, v, vo + j * pitch + 3 * W);
            FloatVector w0 = FloatVector.broadcast(F, x[x0 + j]);
            a0 = w0.fma(va, a0);
            b0 = w0.fma(vb, b0);
            c0 = w0.fma(vc, c0);
            d0 = w0.fma(vd, d0);
            FloatVector w1 = FloatVector.broadcast(F, x[x1 + j]);
            a1 = w1.fma(va, a1);
            b1 = w1.fma(vb, b1);
            c1 = w1.fma(vc, c1);
            d1 = w1.fma(vd, d1);
            FloatVector w2 = FloatVector.broadcast(F, x[x2 + j]);
            a2 = w2.fma(va, a2);
            b2 = w2.fma(vb, b2);
            c2 = w2.fma(vc, c2);
            d2 = w2.fma(vd, d2);
        }
        NONE.add(a0).intoArray(y, y0);
        NONE.add(b0).intoArray(y, y0 + W);
        NONE.add(c0).intoArray(y, y0 + 2 * W);
        NONE.add(d0).intoArray(y, y0 + 3 * W);
        NONE.add(a1).intoArray(y, y1);
        NONE.add(b1).intoArray(y, y1 + W);
        NONE.add(c1).intoArray(y, y1 + 2 * W);
        NONE.add(d1).intoArray(y, y1 + 3 * W);
        NONE.add(a2).intoArray(y, y2);
        NONE.add(b2).intoArray(y, y2 + W);
        NONE.add(c2).intoArray(y, y2 + 2 * W);
        NONE.add(d2).intoArray(y, y2 + 3 * W);
    }

    /** Three rows and one vector; two keys at a time, so that sums do not wait for each other. */
    private static void narrow(float[] x, int x0, int x1, int x2, int keys, float[] v, int vo, int pitch, float[] y, int y0, int y1, int y2, boolean accumulate) {
        FloatVector a0 = FloatVector.zero(F), a1 = FloatVector.zero(F), a2 = FloatVector.zero(F);
        FloatVector b0 = FloatVector.zero(F), b1 = FloatVector.zero(F), b2 = FloatVector.zero(F);
        if (accumulate) {
            a0 = FloatVector.fromArray(F, y, y0);
            a1 = FloatVector.fromArray(F, y, y1);
            a2 = FloatVector.fromArray(F, y, y2);
        }
        int j = 0;
        for (; j < keys - 1; j += 2) {
            FloatVector va = FloatVector.fromArray(F, v, vo + j * pitch);
            FloatVector vb = FloatVector.fromArray(F, v, vo + (j + 1) * pitch);
            a0 = va.fma(FloatVector.broadcast(F, x[x0 + j]), a0);
            b0 = vb.fma(FloatVector.broadcast(F, x[x0 + j + 1]), b0);
            a1 = va.fma(FloatVector.broadcast(F, x[x1 + j]), a1);
            b1 = vb.fma(FloatVector.broadcast(F, x[x1 + j + 1]), b1);
            a2 = va.fma(FloatVector.broadcast(F, x[x2 + j]), a2);
            b2 = vb.fma(FloatVector.broadcast(F, x[x2 + j + 1]), b2);
        }
        if (j < keys) {
            FloatVector va = FloatVector.fromArray(F, v, vo + j * pitch);
            a0 = va.fma(FloatVector.broadcast(F, x[x0 + j]), a0);
            a1 = va.fma(FloatVector.broadcast(F, x[x1 + j]), a1);
            a2 = va.fma(FloatVector.broadcast(F, x[x2 + j]), a2);
        }
        NONE.add(a0).add(b0).intoArray(y, y0);
        NONE.add(a1).add(b1).intoArray(y, y1);
        NONE.add(a2).add(b2).intoArray(y, y2);
    }
}
