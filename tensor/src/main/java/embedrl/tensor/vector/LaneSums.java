package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.ALIGNED;
import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.SWAP1;
import static embedrl.tensor.vector.Lanes.SWAP2;
import static embedrl.tensor.vector.Lanes.SWAP4;
import static embedrl.tensor.vector.Lanes.SWAP8;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums over the lanes of several vectors at once: two vectors exchange half of their lanes and are added, then pairs of them, then fours, so that the last vector holds a
 * sum in each lane. That takes a quarter of the shuffles of one sum after the other; each sum has the value of {@link Lanes#sum}, bit for bit.
 */
final class LaneSums {
    /** Lanes of an odd number, and those whose number has the second or the third bit. */
    static final VectorMask<Float> ODD = lanes(1);
    static final VectorMask<Float> SECOND = lanes(2);
    static final VectorMask<Float> THIRD = lanes(4);
    private static final VectorMask<Float> FOURTH = lanes(8);

    private LaneSums() {}

    private static VectorMask<Float> lanes(int bit) {
        boolean[] lanes = new boolean[W];
        for (int i = 0; i < W; i++) {
            lanes[i] = (i & bit) != 0;
        }
        return VectorMask.fromArray(F, lanes, 0);
    }

    /** Replaces the four vectors in an array from ALIGNED on by their sums, which become the first four elements there; all of the first vector is written. */
    static void four(float[] lanes) {
        FloatVector s0 = FloatVector.fromArray(F, lanes, ALIGNED);
        FloatVector s1 = FloatVector.fromArray(F, lanes, ALIGNED + W);
        FloatVector s2 = FloatVector.fromArray(F, lanes, ALIGNED + 2 * W);
        FloatVector s3 = FloatVector.fromArray(F, lanes, ALIGNED + 3 * W);
        s0 = s0.blend(s1, ODD).add(s1.blend(s0, ODD).rearrange(SWAP1));
        s2 = s2.blend(s3, ODD).add(s3.blend(s2, ODD).rearrange(SWAP1));
        s0 = s0.blend(s2, SECOND).add(s2.blend(s0, SECOND).rearrange(SWAP2));
        if (W >= 8) {
            s0 = s0.add(s0.rearrange(SWAP4));
        }
        if (W >= 16) {
            s0 = s0.add(s0.rearrange(SWAP8));
        }
        s0.intoArray(lanes, ALIGNED);
    }

    /**
     * y[i] = the sum of the lanes of vector i of those in an array from {@code at} on, for {@code count} of them and up to whole vectors of y: {@code past}, two vectors that are zero
     * and not, says what stands behind the last.
     */
    static void all(float[] lanes, int at, int count, float[] past, float[] y, int yo) {
        if (W == 16) {
            sixteen(lanes, at, count, past, y, yo);
        } else if (W == 8) {
            eight(lanes, at, count, past, y, yo);
        } else {
            quarter(lanes, at, count, past, y, yo);
        }
    }

    private static void quarter(float[] lanes, int first, int count, float[] past, float[] y, int yo) {
        for (int i = 0; i < count; i += W) {
            int at = first + i * W;
            FloatVector s0 = FloatVector.fromArray(F, lanes, at);
            FloatVector s1 = FloatVector.fromArray(F, lanes, at + W);
            FloatVector s2 = FloatVector.fromArray(F, lanes, at + 2 * W);
            FloatVector s3 = FloatVector.fromArray(F, lanes, at + 3 * W);
            s0 = s0.blend(s1, ODD).add(s1.blend(s0, ODD).rearrange(SWAP1));
            s2 = s2.blend(s3, ODD).add(s3.blend(s2, ODD).rearrange(SWAP1));
            s0 = s0.blend(s2, SECOND).add(s2.blend(s0, SECOND).rearrange(SWAP2));
            FloatVector end = FloatVector.fromArray(F, past, Math.max(0, W - count + i));
            s0.blend(end, end.compare(VectorOperators.NE, 0)).intoArray(y, yo + i);
        }
    }

    private static void eight(float[] lanes, int first, int count, float[] past, float[] y, int yo) {
        for (int i = 0; i < count; i += W) {
            int at = first + i * W;
            FloatVector s0 = FloatVector.fromArray(F, lanes, at);
            FloatVector s1 = FloatVector.fromArray(F, lanes, at + W);
            FloatVector s2 = FloatVector.fromArray(F, lanes, at + 2 * W);
            FloatVector s3 = FloatVector.fromArray(F, lanes, at + 3 * W);
            FloatVector s4 = FloatVector.fromArray(F, lanes, at + 4 * W);
            FloatVector s5 = FloatVector.fromArray(F, lanes, at + 5 * W);
            FloatVector s6 = FloatVector.fromArray(F, lanes, at + 6 * W);
            FloatVector s7 = FloatVector.fromArray(F, lanes, at + 7 * W);
            s0 = s0.blend(s1, ODD).add(s1.blend(s0, ODD).rearrange(SWAP1));
            s2 = s2.blend(s3, ODD).add(s3.blend(s2, ODD).rearrange(SWAP1));
            s4 = s4.blend(s5, ODD).add(s5.blend(s4, ODD).rearrange(SWAP1));
            s6 = s6.blend(s7, ODD).add(s7.blend(s6, ODD).rearrange(SWAP1));
            s0 = s0.blend(s2, SECOND).add(s2.blend(s0, SECOND).rearrange(SWAP2));
            s4 = s4.blend(s6, SECOND).add(s6.blend(s4, SECOND).rearrange(SWAP2));
            s0 = s0.blend(s4, THIRD).add(s4.blend(s0, THIRD).rearrange(SWAP4));
            FloatVector end = FloatVector.fromArray(F, past, Math.max(0, W - count + i));
            s0.blend(end, end.compare(VectorOperators.NE, 0)).intoArray(y, yo + i);
        }
    }

    private static void sixteen(float[] lanes, int first, int count, float[] past, float[] y, int yo) {
        for (int i = 0; i < count; i += W) {
            int at = first + i * W;
            FloatVector s0 = FloatVector.fromArray(F, lanes, at);
            FloatVector s1 = FloatVector.fromArray(F, lanes, at + W);
            FloatVector s2 = FloatVector.fromArray(F, lanes, at + 2 * W);
            FloatVector s3 = FloatVector.fromArray(F, lanes, at + 3 * W);
            FloatVector s4 = FloatVector.fromArray(F, lanes, at + 4 * W);
            FloatVector s5 = FloatVector.fromArray(F, lanes, at + 5 * W);
            FloatVector s6 = FloatVector.fromArray(F, lanes, at + 6 * W);
            FloatVector s7 = FloatVector.fromArray(F, lanes, at + 7 * W);
            FloatVector t0 = FloatVector.fromArray(F, lanes, at + 8 * W);
            FloatVector t1 = FloatVector.fromArray(F, lanes, at + 9 * W);
            FloatVector t2 = FloatVector.fromArray(F, lanes, at + 10 * W);
            FloatVector t3 = FloatVector.fromArray(F, lanes, at + 11 * W);
            FloatVector t4 = FloatVector.fromArray(F, lanes, at + 12 * W);
            FloatVector t5 = FloatVector.fromArray(F, lanes, at + 13 * W);
            FloatVector t6 = FloatVector.fromArray(F, lanes, at + 14 * W);
            FloatVector t7 = FloatVector.fromArray(F, lanes, at + 15 * W);
            s0 = s0.blend(s1, ODD).add(s1.blend(s0, ODD).rearrange(SWAP1));
            s2 = s2.blend(s3, ODD).add(s3.blend(s2, ODD).rearrange(SWAP1));
            s4 = s4.blend(s5, ODD).add(s5.blend(s4, ODD).rearrange(SWAP1));
            s6 = s6.blend(s7, ODD).add(s7.blend(s6, ODD).rearrange(SWAP1));
            t0 = t0.blend(t1, ODD).add(t1.blend(t0, ODD).rearrange(SWAP1));
            t2 = t2.blend(t3, ODD).add(t3.blend(t2, ODD).rearrange(SWAP1));
            t4 = t4.blend(t5, ODD).add(t5.blend(t4, ODD).rearrange(SWAP1));
            t6 = t6.blend(t7, ODD).add(t7.blend(t6, ODD).rearrange(SWAP1));
            s0 = s0.blend(s2, SECOND).add(s2.blend(s0, SECOND).rearrange(SWAP2));
            s4 = s4.blend(s6, SECOND).add(s6.blend(s4, SECOND).rearrange(SWAP2));
            t0 = t0.blend(t2, SECOND).add(t2.blend(t0, SECOND).rearrange(SWAP2));
            t4 = t4.blend(t6, SECOND).add(t6.blend(t4, SECOND).rearrange(SWAP2));
            s0 = s0.blend(s4, THIRD).add(s4.blend(s0, THIRD).rearrange(SWAP4));
            t0 = t0.blend(t4, THIRD).add(t4.blend(t0, THIRD).rearrange(SWAP4));
            s0 = s0.blend(t0, FOURTH).add(t0.blend(s0, FOURTH).rearrange(SWAP8));
            FloatVector end = FloatVector.fromArray(F, past, Math.max(0, W - count + i));
            s0.blend(end, end.compare(VectorOperators.NE, 0)).intoArray(y, yo + i);
        }
    }
}
