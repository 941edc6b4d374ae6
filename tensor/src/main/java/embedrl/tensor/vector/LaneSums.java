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

/**
 * Sums over the lanes of several vectors at once: two vectors exchange half of their lanes and are added, then pairs of them, then fours, so that the last vector holds a
 * sum in each lane. That takes a quarter of the shuffles of one sum after the other; each sum has the value of {@link Lanes#sum}, bit for bit.
 */
final class LaneSums {
    /** Lanes of an odd number, and those whose number has the second or the third bit. */
    static final VectorMask<Float> ODD = lanes(1);
    static final VectorMask<Float> SECOND = lanes(2);
    static final VectorMask<Float> THIRD = lanes(4);

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
}
