package embedrl.tensor.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Those loops of {@link BinaryLoops} that programs often run alone, for runs that come from memory: arrays begin anywhere in a cache line, so that each
 * vector of 64 bytes lies in two lines as a rule, but of 32 bytes only every second one; and two are read before one is written. From the first-level
 * cache the longer vectors are faster. n is a multiple of the vector length of {@link Lanes}.
 */
final class LongRuns {
    /** From here on, memory decides more than instructions. */
    static final int LENGTH = 8192;

    private static final VectorSpecies<Float> F = Lanes.F.vectorBitSize() > 256 ? VectorSpecies.of(float.class, VectorShape.S_256_BIT) : Lanes.F;
    private static final int W = F.length();

    private LongRuns() {}

    static void add(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        int i = 0;
        for (; i + 2 * W <= n; i += 2 * W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i).add(FloatVector.fromArray(F, b, bo + i));
            FloatVector v = FloatVector.fromArray(F, a, ao + i + W).add(FloatVector.fromArray(F, b, bo + i + W));
            u.intoArray(y, yo + i);
            v.intoArray(y, yo + i + W);
        }
        if (i < n) {
            FloatVector.fromArray(F, a, ao + i).add(FloatVector.fromArray(F, b, bo + i)).intoArray(y, yo + i);
        }
    }

    static void mul(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
        int i = 0;
        for (; i + 2 * W <= n; i += 2 * W) {
            FloatVector u = FloatVector.fromArray(F, a, ao + i).mul(FloatVector.fromArray(F, b, bo + i));
            FloatVector v = FloatVector.fromArray(F, a, ao + i + W).mul(FloatVector.fromArray(F, b, bo + i + W));
            u.intoArray(y, yo + i);
            v.intoArray(y, yo + i + W);
        }
        if (i < n) {
            FloatVector.fromArray(F, a, ao + i).mul(FloatVector.fromArray(F, b, bo + i)).intoArray(y, yo + i);
        }
    }
}
