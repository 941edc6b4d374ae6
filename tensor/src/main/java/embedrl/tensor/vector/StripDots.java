package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.W;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of one vector with two strips of {@link PackedNarrow}, whose rows are lanes: a scale serves as many rows as a vector has lanes, where row by row each scale is
 * converted and broadcast by itself, which took longer than the numbers of 4 bits. Two strips are two streams from memory; the processor reads ahead in one only to
 * the end of a page. The inner loop stays small: with a block written out, or more strips, the compiler keeps too much at once for the registers.
 */
final class StripDots {
    private StripDots() {}

    /**
     * Q4_0 and Q4_1. The numbers, which count as 0 to 15, begin at b0 and b1; a block adds the sum of its numbers times x by its scale, and {@code factors[block]} times its
     * shift. Scales and shifts begin at s0 and s1. The sums go to y, those of the second strip from W on.
     */
    static void q4(float[] x, int xo, float[] factors, byte[] b, int b0, int b1, float[] scales, float[] shifts, int s0, int s1, int blocks, float[] y) {
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        for (int n = 0; n < blocks; n++) {
            FloatVector u0 = FloatVector.zero(F), v0 = FloatVector.zero(F);
            FloatVector u1 = FloatVector.zero(F), v1 = FloatVector.zero(F);
            for (int i = 0; i < 16; i++) {
                int at = (16 * n + i) * W;
                FloatVector even = FloatVector.broadcast(F, x[xo + 32 * n + 2 * i]);
                FloatVector odd = FloatVector.broadcast(F, x[xo + 32 * n + 2 * i + 1]);
                IntVector q0 = (IntVector) ByteVector.fromArray(BlockWidening.B, b, b0 + at).convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
                u0 = even.fma((FloatVector) q0.and(15).convertShape(VectorOperators.I2F, F, 0), u0);
                v0 = odd.fma((FloatVector) q0.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, F, 0), v0);
                IntVector q1 = (IntVector) ByteVector.fromArray(BlockWidening.B, b, b1 + at).convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
                u1 = even.fma((FloatVector) q1.and(15).convertShape(VectorOperators.I2F, F, 0), u1);
                v1 = odd.fma((FloatVector) q1.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, F, 0), v1);
            }
            FloatVector factor = FloatVector.broadcast(F, factors[n]);
            FloatVector scale0 = FloatVector.fromArray(F, scales, s0 + n * W);
            sum0 = scale0.fma(u0, scale0.fma(v0, factor.fma(FloatVector.fromArray(F, shifts, s0 + n * W), sum0)));
            FloatVector scale1 = FloatVector.fromArray(F, scales, s1 + n * W);
            sum1 = scale1.fma(u1, scale1.fma(v1, factor.fma(FloatVector.fromArray(F, shifts, s1 + n * W), sum1)));
        }
        FloatVector none = FloatVector.broadcast(F, -0f);
        none.add(sum0).intoArray(y, 0);
        none.add(sum1).intoArray(y, W);
    }
}
