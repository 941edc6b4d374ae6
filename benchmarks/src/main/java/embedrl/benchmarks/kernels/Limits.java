package embedrl.benchmarks.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Loops that do nothing but read, or nothing but multiply and add: the limits that kernels are held against. */
public final class Limits {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final int W = F.length();
    private static final int STREAMS = 4;

    private Limits() {
    }

    /** Sum of an array's part, read as four streams; the count is a multiple of 4 vectors. */
    public static float sum(float[] x, int from, int count) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        int quarter = count / STREAMS;
        for (int i = from; i < from + quarter; i += W) {
            s0 = s0.add(FloatVector.fromArray(F, x, i));
            s1 = s1.add(FloatVector.fromArray(F, x, i + quarter));
            s2 = s2.add(FloatVector.fromArray(F, x, i + 2 * quarter));
            s3 = s3.add(FloatVector.fromArray(F, x, i + 3 * quarter));
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    }

    /** Floating-point operations of {@link #multiply}. */
    public static double flops(int steps) {
        return 2.0 * 10 * W * steps;
    }

    /**
     * Ten chains of fused multiply-adds c ← c + a b. The sum is what changes, as in a product: a chain c ← c a + b costs a copy of b each time, and was 30 % slower.
     */
    public static float multiply(int steps) {
        FloatVector a = FloatVector.broadcast(F, 0.5f);
        FloatVector b = FloatVector.broadcast(F, 0.25f);
        FloatVector c0 = FloatVector.zero(F), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0, c8 = c0, c9 = c0;
        for (int i = 0; i < steps; i++) {
            c0 = a.fma(b, c0);
            c1 = a.fma(b, c1);
            c2 = a.fma(b, c2);
            c3 = a.fma(b, c3);
            c4 = a.fma(b, c4);
            c5 = a.fma(b, c5);
            c6 = a.fma(b, c6);
            c7 = a.fma(b, c7);
            c8 = a.fma(b, c8);
            c9 = a.fma(b, c9);
        }
        return c0.add(c1).add(c2.add(c3)).add(c4.add(c5)).add(c6.add(c7)).add(c8.add(c9)).reduceLanes(VectorOperators.ADD);
    }
}
