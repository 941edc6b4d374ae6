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
    /** For the numbers of an int; the last one is moved down instead. */
    private static final float[] OF_BYTES = {1, 0x1p-8f, 0x1p-16f, 1, 1, 0x1p-8f, 0x1p-16f, 1};
    private static final float[] OF_NIBBLES = {1, 0x1p-4f, 0x1p-8f, 0x1p-12f, 0x1p-16f, 0x1p-20f, 0x1p-24f, 1};

    private StripDots() {}

    /** x for products in WORDS, k elements: each divided by the power of two that its number in an int counts too much. */
    static void scale(float[] x, int xo, float[] y, int k, boolean bytes) {
        float[] powers = bytes ? OF_BYTES : OF_NIBBLES;
        for (int p = 0; p < k; p += W) {
            FloatVector.fromArray(F, x, xo + p).mul(FloatVector.fromArray(F, powers, 0)).intoArray(y, p);
        }
    }

    /** As q4 for Q8_0 in WORDS, with x from {@link #scale}; the scales are the shifts. */
    static void q8Words(float[] x, float[] factors, byte[] b, int b0, int b1, float[] scales, int s0, int s1, int blocks, float[] y) {
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        for (int n = 0; n < blocks; n++) {
            FloatVector u0 = FloatVector.broadcast(F, factors[n]), v0 = FloatVector.zero(F);
            FloatVector u1 = u0, v1 = FloatVector.zero(F);
            for (int i = 0; i < 32; i += 4) {
                int p = 32 * n + i;
                IntVector q0 = (IntVector) ByteVector.fromArray(BlockWidening.FOURS, b, b0 + p * W).reinterpretShape(I, 0);
                IntVector q1 = (IntVector) ByteVector.fromArray(BlockWidening.FOURS, b, b1 + p * W).reinterpretShape(I, 0);
                FloatVector x0 = FloatVector.broadcast(F, x[p]);
                u0 = x0.fma((FloatVector) q0.and(0xFF).convertShape(VectorOperators.I2F, F, 0), u0);
                u1 = x0.fma((FloatVector) q1.and(0xFF).convertShape(VectorOperators.I2F, F, 0), u1);
                FloatVector x1 = FloatVector.broadcast(F, x[p + 1]);
                v0 = x1.fma((FloatVector) q0.and(0xFF00).convertShape(VectorOperators.I2F, F, 0), v0);
                v1 = x1.fma((FloatVector) q1.and(0xFF00).convertShape(VectorOperators.I2F, F, 0), v1);
                FloatVector x2 = FloatVector.broadcast(F, x[p + 2]);
                u0 = x2.fma((FloatVector) q0.and(0xFF0000).convertShape(VectorOperators.I2F, F, 0), u0);
                u1 = x2.fma((FloatVector) q1.and(0xFF0000).convertShape(VectorOperators.I2F, F, 0), u1);
                FloatVector x3 = FloatVector.broadcast(F, x[p + 3]);
                v0 = x3.fma((FloatVector) q0.lanewise(VectorOperators.LSHR, 24).convertShape(VectorOperators.I2F, F, 0), v0);
                v1 = x3.fma((FloatVector) q1.lanewise(VectorOperators.LSHR, 24).convertShape(VectorOperators.I2F, F, 0), v1);
            }
            FloatVector scale0 = FloatVector.fromArray(F, scales, s0 + n * W);
            sum0 = scale0.fma(u0, scale0.fma(v0, sum0));
            FloatVector scale1 = FloatVector.fromArray(F, scales, s1 + n * W);
            sum1 = scale1.fma(u1, scale1.fma(v1, sum1));
        }
        FloatVector none = FloatVector.broadcast(F, -0f);
        none.add(sum0).intoArray(y, 0);
        none.add(sum1).intoArray(y, W);
    }

    /** As q4 in WORDS for one strip, with x from {@link #scale}: eight numbers of an int are as many conversions as a loop may have before the compiler stops to inline. */
    static void q4Words(float[] x, float[] factors, byte[] b, int b0, float[] scales, float[] shifts, int s0, int blocks, float[] y, int yo) {
        FloatVector sum = FloatVector.zero(F);
        for (int n = 0; n < blocks; n++) {
            FloatVector u0 = FloatVector.zero(F), u1 = FloatVector.zero(F), u2 = FloatVector.zero(F), u3 = FloatVector.zero(F);
            for (int i = 0; i < 4; i++) {
                int p = 32 * n + 8 * i;
                IntVector q = (IntVector) ByteVector.fromArray(BlockWidening.FOURS, b, b0 + (4 * n + i) * 4 * W).reinterpretShape(I, 0);
                u0 = FloatVector.broadcast(F, x[p]).fma((FloatVector) q.and(0xF).convertShape(VectorOperators.I2F, F, 0), u0);
                u1 = FloatVector.broadcast(F, x[p + 1]).fma((FloatVector) q.and(0xF0).convertShape(VectorOperators.I2F, F, 0), u1);
                u2 = FloatVector.broadcast(F, x[p + 2]).fma((FloatVector) q.and(0xF00).convertShape(VectorOperators.I2F, F, 0), u2);
                u3 = FloatVector.broadcast(F, x[p + 3]).fma((FloatVector) q.and(0xF000).convertShape(VectorOperators.I2F, F, 0), u3);
                u0 = FloatVector.broadcast(F, x[p + 4]).fma((FloatVector) q.and(0xF0000).convertShape(VectorOperators.I2F, F, 0), u0);
                u1 = FloatVector.broadcast(F, x[p + 5]).fma((FloatVector) q.and(0xF00000).convertShape(VectorOperators.I2F, F, 0), u1);
                u2 = FloatVector.broadcast(F, x[p + 6]).fma((FloatVector) q.and(0xF000000).convertShape(VectorOperators.I2F, F, 0), u2);
                u3 = FloatVector.broadcast(F, x[p + 7]).fma((FloatVector) q.lanewise(VectorOperators.LSHR, 28).convertShape(VectorOperators.I2F, F, 0), u3);
            }
            FloatVector shifted = FloatVector.broadcast(F, factors[n]).fma(FloatVector.fromArray(F, shifts, s0 + n * W), sum);
            sum = FloatVector.fromArray(F, scales, s0 + n * W).fma(u0.add(u1).add(u2.add(u3)), shifted);
        }
        FloatVector.broadcast(F, -0f).add(sum).intoArray(y, yo);
    }

    /**
     * Q4_0 and Q4_1 in bytes. The numbers, which count as 0 to 15, begin at b0 and b1; a block adds the sum of its numbers times x by its scale, and {@code factors[block]} times its
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
