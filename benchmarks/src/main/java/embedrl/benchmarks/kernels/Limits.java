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

    /** Ten chains of fused multiply-adds. */
    public static float multiply(int steps) {
        FloatVector a = FloatVector.broadcast(F, 0.999f);
        FloatVector b = FloatVector.broadcast(F, 0.001f);
        FloatVector c0 = b, c1 = a, c2 = b, c3 = a, c4 = b, c5 = a, c6 = b, c7 = a, c8 = b, c9 = a;
        for (int i = 0; i < steps; i++) {
            c0 = c0.fma(a, b);
            c1 = c1.fma(a, b);
            c2 = c2.fma(a, b);
            c3 = c3.fma(a, b);
            c4 = c4.fma(a, b);
            c5 = c5.fma(a, b);
            c6 = c6.fma(a, b);
            c7 = c7.fma(a, b);
            c8 = c8.fma(a, b);
            c9 = c9.fma(a, b);
        }
        return c0.add(c1).add(c2.add(c3)).add(c4.add(c5)).add(c6.add(c7)).add(c8.add(c9)).reduceLanes(VectorOperators.ADD);
    }
}
