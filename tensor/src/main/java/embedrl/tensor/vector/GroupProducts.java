package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.W;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The two products of attention for the few queries that share a key head while one token is decoded: scores with all keys, and the sum of all values. Keys
 * and values are read as they lie in the cache, a value once for up to three queries; heads must be whole vectors wide.
 */
final class GroupProducts {
    private static final int MOST = 3; // queries that share what is read of a value
    private static final int COLUMNS = 4 * W;

    // Adds nothing. What a loop has carried is only an argument, as NarrowDots says why.
    private static final FloatVector NONE = FloatVector.broadcast(F, -0f);

    private GroupProducts() {}

    /**
     * Up to three queries, at q0 to q2, times {@code keys} keys, {@code pitch} apart: the lanes of query i and key j are vector j of those from {@code at + i * apart} on, for
     * {@link LaneSums}. A missing query has another's place.
     */
    static void scores(int width, float[] q, int q0, int q1, int q2, float[] k, int ko, int pitch, int keys, float[] lanes, int at, int apart) {
        int a1 = q1 == q0 ? at : at + apart;
        int a2 = q2 == q1 ? a1 : a1 + apart;
        int c = 0;
        if (width >= COLUMNS) {
            wideDots(q, q0, q1, q2, k, ko, pitch, keys, lanes, at, a1, a2);
            c = COLUMNS;
        } else {
            Arrays.fill(lanes, at, a2 + keys * W, 0);
        }
        for (; c + COLUMNS <= width; c += COLUMNS) {
            moreDots(q, q0 + c, q1 + c, q2 + c, k, ko + c, pitch, keys, lanes, at, a1, a2);
        }
        for (; c < width; c += W) {
            narrowDots(q, q0 + c, q1 + c, q2 + c, k, ko + c, pitch, keys, lanes, at, a1, a2);
        }
    }

    private static void wideDots(float[] q, int q0, int q1, int q2, float[] k, int ko, int pitch, int keys, float[] lanes, int s0, int s1, int s2) {
        FloatVector a0 = FloatVector.fromArray(F, q, q0), b0 = FloatVector.fromArray(F, q, q0 + W), c0 = FloatVector.fromArray(F, q, q0 + 2 * W), d0 = FloatVector.fromArray(F, q, q0 + 3 * W);
        FloatVector a1 = FloatVector.fromArray(F, q, q1), b1 = FloatVector.fromArray(F, q, q1 + W), c1 = FloatVector.fromArray(F, q, q1 + 2 * W), d1 = FloatVector.fromArray(F, q, q1 + 3 * W);
        FloatVector a2 = FloatVector.fromArray(F, q, q2), b2 = FloatVector.fromArray(F, q, q2 + W), c2 = FloatVector.fromArray(F, q, q2 + 2 * W), d2 = FloatVector.fromArray(F, q, q2 + 3 * W);
        for (int j = 0; j < keys; j++) {
            FloatVector ka = FloatVector.fromArray(F, k, ko + j * pitch);
            FloatVector kb = FloatVector.fromArray(F, k, ko + j * pitch + W);
            FloatVector kc = FloatVector.fromArray(F, k, ko + j * pitch + 2 * W);
            FloatVector kd = FloatVector.fromArray(F, k, ko + j * pitch + 3 * W);
            kd.fma(d0, kc.fma(c0, kb.fma(b0, ka.mul(a0)))).intoArray(lanes, s0 + j * W);
            kd.fma(d1, kc.fma(c1, kb.fma(b1, ka.mul(a1)))).intoArray(lanes, s1 + j * W);
            kd.fma(d2, kc.fma(c2, kb.fma(b2, ka.mul(a2)))).intoArray(lanes, s2 + j * W);
        }
    }

    private static void moreDots(float[] q, int q0, int q1, int q2, float[] k, int ko, int pitch, int keys, float[] lanes, int s0, int s1, int s2) {
        FloatVector a0 = FloatVector.fromArray(F, q, q0), b0 = FloatVector.fromArray(F, q, q0 + W), c0 = FloatVector.fromArray(F, q, q0 + 2 * W), d0 = FloatVector.fromArray(F, q, q0 + 3 * W);
        FloatVector a1 = FloatVector.fromArray(F, q, q1), b1 = FloatVector.fromArray(F, q, q1 + W), c1 = FloatVector.fromArray(F, q, q1 + 2 * W), d1 = FloatVector.fromArray(F, q, q1 + 3 * W);
        FloatVector a2 = FloatVector.fromArray(F, q, q2), b2 = FloatVector.fromArray(F, q, q2 + W), c2 = FloatVector.fromArray(F, q, q2 + 2 * W), d2 = FloatVector.fromArray(F, q, q2 + 3 * W);
        for (int j = 0; j < keys; j++) {
            FloatVector ka = FloatVector.fromArray(F, k, ko + j * pitch);
            FloatVector kb = FloatVector.fromArray(F, k, ko + j * pitch + W);
            FloatVector kc = FloatVector.fromArray(F, k, ko + j * pitch + 2 * W);
            FloatVector kd = FloatVector.fromArray(F, k, ko + j * pitch + 3 * W);
            FloatVector l0 = FloatVector.fromArray(F, lanes, s0 + j * W);
            FloatVector l1 = FloatVector.fromArray(F, lanes, s1 + j * W);
            FloatVector l2 = FloatVector.fromArray(F, lanes, s2 + j * W);
            kd.fma(d0, kc.fma(c0, kb.fma(b0, ka.fma(a0, l0)))).intoArray(lanes, s0 + j * W);
            kd.fma(d1, kc.fma(c1, kb.fma(b1, ka.fma(a1, l1)))).intoArray(lanes, s1 + j * W);
            kd.fma(d2, kc.fma(c2, kb.fma(b2, ka.fma(a2, l2)))).intoArray(lanes, s2 + j * W);
        }
    }

    private static void narrowDots(float[] q, int q0, int q1, int q2, float[] k, int ko, int pitch, int keys, float[] lanes, int s0, int s1, int s2) {
        FloatVector a0 = FloatVector.fromArray(F, q, q0), a1 = FloatVector.fromArray(F, q, q1), a2 = FloatVector.fromArray(F, q, q2);
        for (int j = 0; j < keys; j++) {
            FloatVector ka = FloatVector.fromArray(F, k, ko + j * pitch);
            FloatVector l0 = FloatVector.fromArray(F, lanes, s0 + j * W);
            FloatVector l1 = FloatVector.fromArray(F, lanes, s1 + j * W);
            FloatVector l2 = FloatVector.fromArray(F, lanes, s2 + j * W);
            ka.fma(a0, l0).intoArray(lanes, s0 + j * W);
            ka.fma(a1, l1).intoArray(lanes, s1 + j * W);
            ka.fma(a2, l2).intoArray(lanes, s2 + j * W);
        }
    }

    /** y[i] (+)= sum over j of x[i, j] v[j] for {@code rows} queries, contiguous in y; rows of x lie {@code line} apart, values {@code pitch} apart. */
    static void values(int rows, int width, float[] x, int xo, int line, int keys, float[] v, int vo, int pitch, float[] y, int yo, boolean accumulate) {
        for (int i = 0; i < rows; i += MOST) {
            int last = Math.min(MOST, rows - i) - 1;
            int x0 = xo + i * line;
            int x1 = xo + (i + Math.min(1, last)) * line;
            int x2 = xo + (i + last) * line;
            int y0 = yo + i * width;
            int y1 = yo + (i + Math.min(1, last)) * width;
            int y2 = yo + (i + last) * width;
            int c = 0;
            for (; c + COLUMNS <= width; c += COLUMNS) {
                wide(x, x0, x1, x2, keys, v, vo + c, pitch, y, y0 + c, y1 + c, y2 + c, accumulate);
            }
            for (; c < width; c += W) {
                narrow(x, x0, x1, x2, keys, v, vo + c, pitch, y, y0 + c, y1 + c, y2 + c, accumulate);
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
            FloatVector w0 = FloatVector.broadcast(F, x[x0 + j]);
            FloatVector w1 = FloatVector.broadcast(F, x[x1 + j]);
            FloatVector w2 = FloatVector.broadcast(F, x[x2 + j]);
            FloatVector va = FloatVector.fromArray(F, v, vo + j * pitch);
            a0 = va.fma(w0, a0);
            a1 = va.fma(w1, a1);
            a2 = va.fma(w2, a2);
            FloatVector vb = FloatVector.fromArray(F, v, vo + j * pitch + W);
            b0 = vb.fma(w0, b0);
            b1 = vb.fma(w1, b1);
            b2 = vb.fma(w2, b2);
            FloatVector vc = FloatVector.fromArray(F, v, vo + j * pitch + 2 * W);
            c0 = vc.fma(w0, c0);
            c1 = vc.fma(w1, c1);
            c2 = vc.fma(w2, c2);
            FloatVector vd = FloatVector.fromArray(F, v, vo + j * pitch + 3 * W);
            d0 = vd.fma(w0, d0);
            d1 = vd.fma(w1, d1);
            d2 = vd.fma(w2, d2);
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

    /** y += factor · x for a row of {@code width} elements. */
    static void add(int width, float factor, float[] x, int xo, float[] y, int yo) {
        FloatVector f = FloatVector.broadcast(F, factor);
        for (int c = 0; c < width; c += W) {
            f.fma(FloatVector.fromArray(F, x, xo + c), FloatVector.fromArray(F, y, yo + c)).intoArray(y, yo + c);
        }
    }
}
