package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.W;

import embedrl.tensor.BlockFormats;
import embedrl.tensor.DType;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of one vector with four rows of narrow weights, widened in registers and bound by the memory that they are read from. Four rows are four
 * streams, which keeps the memory busier than one. Each method writes four sums.
 */
final class NarrowDots {
    private static final VectorSpecies<Short> S = VectorSpecies.of(short.class, VectorShape.forBitSize(32 * W));
    private static final FloatVector RAMP = FloatVector.zero(F).addIndex(1);
    private static final int HIGH = 0xFFFF0000;

    private NarrowDots() {}

    /** Whether there is a kernel for a type on this CPU; else weights are widened into a buffer first. */
    static boolean has(DType type, int k) {
        return switch (type) {
            case BFLOAT16, FLOAT16 -> k % (2 * W) == 0;
            case Q8_0 -> BlockWidening.VECTORS;
            case Q4_0, Q4_1 -> W == 16;   // 16 values of 4 bits are one table
            default -> false;
        };
    }

    /** The vector in the order in which the half types are read: in each run of 2 W elements the even ones before the odd ones. */
    static void split(float[] x, int xo, float[] y, int k) {
        for (int p = 0; p < k; p += 2 * W) {
            for (int i = 0; i < W; i++) {
                y[p + i] = x[xo + p + 2 * i];
                y[p + W + i] = x[xo + p + 2 * i + 1];
            }
        }
    }

    /** x in split order; rows of BFLOAT16 begin at b0 to b3. A pair of numbers is an int: one is its upper half, the other moves there. */
    static void brain(float[] x, int k, short[] b, int b0, int b1, int b2, int b3, float[] sums) {
        FloatVector s0 = FloatVector.zero(F), t0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F), t1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F), t2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F), t3 = FloatVector.zero(F);
        for (int p = 0; p < k; p += 2 * W) {
            FloatVector even = FloatVector.fromArray(F, x, p);
            FloatVector odd = FloatVector.fromArray(F, x, p + W);
            IntVector w0 = ShortVector.fromArray(S, b, b0 + p).reinterpretAsInts();
            s0 = even.fma(w0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), s0);
            t0 = odd.fma(w0.and(HIGH).reinterpretAsFloats(), t0);
            IntVector w1 = ShortVector.fromArray(S, b, b1 + p).reinterpretAsInts();
            s1 = even.fma(w1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), s1);
            t1 = odd.fma(w1.and(HIGH).reinterpretAsFloats(), t1);
            IntVector w2 = ShortVector.fromArray(S, b, b2 + p).reinterpretAsInts();
            s2 = even.fma(w2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), s2);
            t2 = odd.fma(w2.and(HIGH).reinterpretAsFloats(), t2);
            IntVector w3 = ShortVector.fromArray(S, b, b3 + p).reinterpretAsInts();
            s3 = even.fma(w3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), s3);
            t3 = odd.fma(w3.and(HIGH).reinterpretAsFloats(), t3);
        }
        sums[0] = Lanes.sum(s0.add(t0));
        sums[1] = Lanes.sum(s1.add(t1));
        sums[2] = Lanes.sum(s2.add(t2));
        sums[3] = Lanes.sum(s3.add(t3));
    }

    /** As brain, for FLOAT16. */
    static void half(float[] x, int k, short[] b, int b0, int b1, int b2, int b3, float[] sums) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        for (int p = 0; p < k; p += 2 * W) {
            FloatVector even = FloatVector.fromArray(F, x, p);
            FloatVector odd = FloatVector.fromArray(F, x, p + W);
            IntVector w0 = ShortVector.fromArray(S, b, b0 + p).reinterpretAsInts();
            s0 = odd.fma(upperHalf(w0), even.fma(upperHalf(w0.lanewise(VectorOperators.LSHL, 16)), s0));
            IntVector w1 = ShortVector.fromArray(S, b, b1 + p).reinterpretAsInts();
            s1 = odd.fma(upperHalf(w1), even.fma(upperHalf(w1.lanewise(VectorOperators.LSHL, 16)), s1));
            IntVector w2 = ShortVector.fromArray(S, b, b2 + p).reinterpretAsInts();
            s2 = odd.fma(upperHalf(w2), even.fma(upperHalf(w2.lanewise(VectorOperators.LSHL, 16)), s2));
            IntVector w3 = ShortVector.fromArray(S, b, b3 + p).reinterpretAsInts();
            s3 = odd.fma(upperHalf(w3), even.fma(upperHalf(w3.lanewise(VectorOperators.LSHL, 16)), s3));
        }
        sums[0] = Lanes.sum(s0);
        sums[1] = Lanes.sum(s1);
        sums[2] = Lanes.sum(s2);
        sums[3] = Lanes.sum(s3);
    }

    /** The FLOAT16 in the upper 16 bits of each lane: its bits as those of a float that is 2¹¹² times too small; infinities and NaN keep their exponent. */
    private static FloatVector upperHalf(IntVector v) {
        IntVector bits = v.lanewise(VectorOperators.ASHR, 3).and(0x8FFFE000);
        VectorMask<Float> endless = bits.and(0x0F800000).compare(VectorOperators.EQ, 0x0F800000).cast(F);
        return bits.reinterpretAsFloats().mul(0x1p112f).blend(bits.or(0x70000000).reinterpretAsFloats(), endless);
    }

    /** Rows of Q8_0 begin at bytes b0 to b3. */
    static void q8(float[] x, int xo, int k, byte[] b, int b0, int b1, int b2, int b3, float[] sums) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        for (int n = 0; n < k / 32; n++) {
            int p = xo + 32 * n;
            int o = 34 * n;
            FloatVector u0 = FloatVector.zero(F);
            FloatVector u1 = FloatVector.zero(F);
            FloatVector u2 = FloatVector.zero(F);
            FloatVector u3 = FloatVector.zero(F);
            for (int i = 0; i < 32; i += W) {
                FloatVector v = FloatVector.fromArray(F, x, p + i);
                u0 = v.fma((FloatVector) ByteVector.fromArray(BlockWidening.B, b, b0 + o + 2 + i).castShape(F, 0), u0);
                u1 = v.fma((FloatVector) ByteVector.fromArray(BlockWidening.B, b, b1 + o + 2 + i).castShape(F, 0), u1);
                u2 = v.fma((FloatVector) ByteVector.fromArray(BlockWidening.B, b, b2 + o + 2 + i).castShape(F, 0), u2);
                u3 = v.fma((FloatVector) ByteVector.fromArray(BlockWidening.B, b, b3 + o + 2 + i).castShape(F, 0), u3);
            }
            s0 = u0.fma(FloatVector.broadcast(F, BlockFormats.half(b, b0 + o)), s0);
            s1 = u1.fma(FloatVector.broadcast(F, BlockFormats.half(b, b1 + o)), s1);
            s2 = u2.fma(FloatVector.broadcast(F, BlockFormats.half(b, b2 + o)), s2);
            s3 = u3.fma(FloatVector.broadcast(F, BlockFormats.half(b, b3 + o)), s3);
        }
        sums[0] = Lanes.sum(s0);
        sums[1] = Lanes.sum(s1);
        sums[2] = Lanes.sum(s2);
        sums[3] = Lanes.sum(s3);
    }

    /** Rows of Q4_0 (blocks of 18 bytes) or Q4_1 (20); the 16 numbers of a block are the lanes of one vector, from which the bits select. */
    static void q4(float[] x, int xo, int k, byte[] b, int b0, int b1, int b2, int b3, int size, float[] sums) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        for (int n = 0; n < k / 32; n++) {
            int o = size * n;
            FloatVector low = FloatVector.fromArray(F, x, xo + 32 * n);
            FloatVector high = FloatVector.fromArray(F, x, xo + 32 * n + 16);
            IntVector t0 = table(b, b0 + o, size);
            IntVector q0 = nibbles(b, b0 + o + size - 16);
            s0 = low.fma(pick(q0, t0), s0);
            s0 = high.fma(pick(q0.lanewise(VectorOperators.LSHR, 4), t0), s0);
            IntVector t1 = table(b, b1 + o, size);
            IntVector q1 = nibbles(b, b1 + o + size - 16);
            s1 = low.fma(pick(q1, t1), s1);
            s1 = high.fma(pick(q1.lanewise(VectorOperators.LSHR, 4), t1), s1);
            IntVector t2 = table(b, b2 + o, size);
            IntVector q2 = nibbles(b, b2 + o + size - 16);
            s2 = low.fma(pick(q2, t2), s2);
            s2 = high.fma(pick(q2.lanewise(VectorOperators.LSHR, 4), t2), s2);
            IntVector t3 = table(b, b3 + o, size);
            IntVector q3 = nibbles(b, b3 + o + size - 16);
            s3 = low.fma(pick(q3, t3), s3);
            s3 = high.fma(pick(q3.lanewise(VectorOperators.LSHR, 4), t3), s3);
        }
        sums[0] = Lanes.sum(s0);
        sums[1] = Lanes.sum(s1);
        sums[2] = Lanes.sum(s2);
        sums[3] = Lanes.sum(s3);
    }

    /** The floats that the numbers 0 to 15 stand for. */
    private static IntVector table(byte[] b, int at, int size) {
        float d = BlockFormats.half(b, at);
        float m = size == 18 ? -8 * d : BlockFormats.half(b, at + 2);
        return RAMP.fma(FloatVector.broadcast(F, d), FloatVector.broadcast(F, m)).reinterpretAsInts();
    }

    private static IntVector nibbles(byte[] b, int at) {
        return (IntVector) ByteVector.fromArray(BlockWidening.B, b, at).convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
    }

    /** Lane by lane the entry of the table with the number of the lane's lowest 4 bits. */
    private static FloatVector pick(IntVector q, IntVector table) {
        return q.selectFrom(table).reinterpretAsFloats();
    }
}
