package embedrl.tensor.vector;

import static embedrl.tensor.vector.LaneSums.ODD;
import static embedrl.tensor.vector.LaneSums.SECOND;
import static embedrl.tensor.vector.Lanes.ALIGNED;
import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.SWAP1;
import static embedrl.tensor.vector.Lanes.SWAP2;
import static embedrl.tensor.vector.Lanes.SWAP4;
import static embedrl.tensor.vector.Lanes.SWAP8;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.NarrowTiles.HIGH;
import static embedrl.tensor.vector.NarrowTiles.PAIRS;

import embedrl.tensor.BlockFormats;
import embedrl.tensor.DType;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of one vector with a few rows of narrow weights, widened in registers and bound by the memory that they are read from. Several rows are
 * several streams, which keeps the memory busier than one; how many of them depends on how much the compiler inlines into one method. The
 * lanes of each sum go to an array, one vector per row from ALIGNED on, for {@link LaneSums}. What a loop carries is only ever an argument of the vectors' methods, at the end
 * of negative zero, which adds nothing: of a value of the loop the compiler knows no class, and would look up whose methods were called at that place before,
 * anywhere in the process; if those of two classes were, it keeps an object at each step.
 */
final class NarrowDots {
    /** How many elements ahead a stream is read: half a page, so that the processor goes on to the next page in time. Only a processor of Intel was measured: 1.06 on two threads, 1.1 on one. */
    private static final int AHEAD = Processor.THREE_LOADS ? 1024 : 0;

    private NarrowDots() {}

    /** Whether there is a kernel for a type on this CPU; else weights are widened into a buffer first. */
    static boolean has(DType type, int k) {
        return switch (type) {
            case BFLOAT16, FLOAT16 -> k % (2 * W) == 0;
            case Q8_0, Q4_0, Q4_1 -> BlockWidening.VECTORS;
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

    /**
     * {@code count} rows of BFLOAT16 in each of four streams, from b0 to b3 on; x in split order; sums as those of {@link Gemv#streams}. A pair of numbers is an int: one is its
     * upper half, the other moves there.
     *
     * @return what was read ahead, added up: for a caller who keeps it, so that the compiler keeps the reads
     */
    static int brain(float[] x, int k, short[] b, int b0, int b1, int b2, int b3, int count, float[] sums) {
        FloatVector none = FloatVector.broadcast(F, -0f);
        int read = 0;
        for (int j = 0; j < count; j++) {
            FloatVector s0 = FloatVector.zero(F), t0 = FloatVector.zero(F);
            FloatVector s1 = FloatVector.zero(F), t1 = FloatVector.zero(F);
            FloatVector s2 = FloatVector.zero(F), t2 = FloatVector.zero(F);
            FloatVector s3 = FloatVector.zero(F), t3 = FloatVector.zero(F);
            int at = j * k;
            boolean ahead = AHEAD > 0 && Math.max(Math.max(b0, b1), Math.max(b2, b3)) + at + k + AHEAD <= b.length;
            for (int p = 0; p < k; p += 2 * W) {
                if (ahead) {
                    read += b[b0 + at + p + AHEAD];
                    read += b[b1 + at + p + AHEAD];
                    read += b[b2 + at + p + AHEAD];
                    read += b[b3 + at + p + AHEAD];
                }
                FloatVector even = FloatVector.fromArray(F, x, p);
                FloatVector odd = FloatVector.fromArray(F, x, p + W);
                IntVector w0 = (IntVector) ShortVector.fromArray(PAIRS, b, b0 + at + p).reinterpretShape(I, 0);
                s0 = even.fma(w0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), s0);
                t0 = odd.fma(w0.and(HIGH).reinterpretAsFloats(), t0);
                IntVector w1 = (IntVector) ShortVector.fromArray(PAIRS, b, b1 + at + p).reinterpretShape(I, 0);
                s1 = even.fma(w1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), s1);
                t1 = odd.fma(w1.and(HIGH).reinterpretAsFloats(), t1);
                IntVector w2 = (IntVector) ShortVector.fromArray(PAIRS, b, b2 + at + p).reinterpretShape(I, 0);
                s2 = even.fma(w2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), s2);
                t2 = odd.fma(w2.and(HIGH).reinterpretAsFloats(), t2);
                IntVector w3 = (IntVector) ShortVector.fromArray(PAIRS, b, b3 + at + p).reinterpretShape(I, 0);
                s3 = even.fma(w3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), s3);
                t3 = odd.fma(w3.and(HIGH).reinterpretAsFloats(), t3);
            }
            s0 = none.add(s0).add(t0);
            s1 = none.add(s1).add(t1);
            s2 = none.add(s2).add(t2);
            s3 = none.add(s3).add(t3);
            s0 = s0.blend(s1, ODD).add(s1.blend(s0, ODD).rearrange(SWAP1));
            s2 = s2.blend(s3, ODD).add(s3.blend(s2, ODD).rearrange(SWAP1));
            s0 = s0.blend(s2, SECOND).add(s2.blend(s0, SECOND).rearrange(SWAP2));
            s0 = W >= 8 ? s0.add(s0.rearrange(SWAP4)) : s0;
            s0 = W >= 16 ? s0.add(s0.rearrange(SWAP8)) : s0;
            s0.intoArray(sums, 4 * j);
        }
        return read;
    }

    /** As brain, for one row each of FLOAT16 in two streams, whose lanes are numbers at and at + 1. */
    static void half(float[] x, int k, short[] b, int b0, int b1, float[] lanes, int at) {
        FloatVector s0 = FloatVector.zero(F), t0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F), t1 = FloatVector.zero(F);
        for (int p = 0; p < k; p += 2 * W) {
            FloatVector even = FloatVector.fromArray(F, x, p);
            FloatVector odd = FloatVector.fromArray(F, x, p + W);
            IntVector w0 = (IntVector) ShortVector.fromArray(PAIRS, b, b0 + p).reinterpretShape(I, 0);
            s0 = even.fma(upperHalf(w0.lanewise(VectorOperators.LSHL, 16)), s0);
            t0 = odd.fma(upperHalf(w0), t0);
            IntVector w1 = (IntVector) ShortVector.fromArray(PAIRS, b, b1 + p).reinterpretShape(I, 0);
            s1 = even.fma(upperHalf(w1.lanewise(VectorOperators.LSHL, 16)), s1);
            t1 = odd.fma(upperHalf(w1), t1);
        }
        FloatVector none = FloatVector.broadcast(F, -0f);
        none.add(s0).add(t0).intoArray(lanes, ALIGNED + at * W);
        none.add(s1).add(t1).intoArray(lanes, ALIGNED + (at + 1) * W);
    }

    /**
     * The FLOAT16 in the upper 16 bits of each lane: its bits as those of a float that is 2¹¹² times too small. What is no finite number would become 2¹⁶
     * or more, and overflows to infinity on the way.
     */
    private static FloatVector upperHalf(IntVector v) {
        FloatVector small = v.lanewise(VectorOperators.ASHR, 3).and(0x8FFFE000).reinterpretAsFloats();
        return small.mul(0x1p112f).mul(0x1p112f).mul(0x1p-112f);
    }

    /** Four rows of Q8_0 begin at bytes b0 to b3. */
    static void q8(float[] x, int xo, int k, byte[] b, int b0, int b1, int b2, int b3, float[] lanes) {
        if (W == 16) {
            q8Long(x, xo, k, b, b0, b1, b2, b3, lanes);
            return;
        }
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
                u0 = v.fma((FloatVector) ByteVector.fromArray(BlockWidening.B, b, b0 + o + 2 + i).convertShape(VectorOperators.B2F, F, 0), u0);
                u1 = v.fma((FloatVector) ByteVector.fromArray(BlockWidening.B, b, b1 + o + 2 + i).convertShape(VectorOperators.B2F, F, 0), u1);
                u2 = v.fma((FloatVector) ByteVector.fromArray(BlockWidening.B, b, b2 + o + 2 + i).convertShape(VectorOperators.B2F, F, 0), u2);
                u3 = v.fma((FloatVector) ByteVector.fromArray(BlockWidening.B, b, b3 + o + 2 + i).convertShape(VectorOperators.B2F, F, 0), u3);
            }
            s0 = FloatVector.broadcast(F, BlockFormats.half(b, b0 + o)).fma(u0, s0);
            s1 = FloatVector.broadcast(F, BlockFormats.half(b, b1 + o)).fma(u1, s1);
            s2 = FloatVector.broadcast(F, BlockFormats.half(b, b2 + o)).fma(u2, s2);
            s3 = FloatVector.broadcast(F, BlockFormats.half(b, b3 + o)).fma(u3, s3);
        }
        FloatVector none = FloatVector.broadcast(F, -0f);
        none.add(s0).intoArray(lanes, ALIGNED);
        none.add(s1).intoArray(lanes, ALIGNED + W);
        none.add(s2).intoArray(lanes, ALIGNED + 2 * W);
        none.add(s3).intoArray(lanes, ALIGNED + 3 * W);
    }

    /** As q8 with vectors of half a block, written without an inner loop, which the compiler would keep. */
    private static void q8Long(float[] x, int xo, int k, byte[] b, int b0, int b1, int b2, int b3, float[] lanes) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        FloatVector s2 = FloatVector.zero(F);
        FloatVector s3 = FloatVector.zero(F);
        for (int n = 0; n < k / 32; n++) {
            int p = xo + 32 * n;
            int o = 34 * n;
            FloatVector v = FloatVector.fromArray(F, x, p);
            FloatVector w = FloatVector.fromArray(F, x, p + W);
            FloatVector u0 = w.fma(numbers(b, b0 + o + 2 + W), v.mul(numbers(b, b0 + o + 2)));
            FloatVector u1 = w.fma(numbers(b, b1 + o + 2 + W), v.mul(numbers(b, b1 + o + 2)));
            FloatVector u2 = w.fma(numbers(b, b2 + o + 2 + W), v.mul(numbers(b, b2 + o + 2)));
            FloatVector u3 = w.fma(numbers(b, b3 + o + 2 + W), v.mul(numbers(b, b3 + o + 2)));
            s0 = FloatVector.broadcast(F, BlockFormats.half(b, b0 + o)).fma(u0, s0);
            s1 = FloatVector.broadcast(F, BlockFormats.half(b, b1 + o)).fma(u1, s1);
            s2 = FloatVector.broadcast(F, BlockFormats.half(b, b2 + o)).fma(u2, s2);
            s3 = FloatVector.broadcast(F, BlockFormats.half(b, b3 + o)).fma(u3, s3);
        }
        FloatVector none = FloatVector.broadcast(F, -0f);
        none.add(s0).intoArray(lanes, ALIGNED);
        none.add(s1).intoArray(lanes, ALIGNED + W);
        none.add(s2).intoArray(lanes, ALIGNED + 2 * W);
        none.add(s3).intoArray(lanes, ALIGNED + 3 * W);
    }

    private static FloatVector numbers(byte[] b, int at) {
        return (FloatVector) ByteVector.fromArray(BlockWidening.B, b, at).convertShape(VectorOperators.B2F, F, 0);
    }

    /** Sums of the elements that share a block of 32. */
    static void blockSums(float[] x, int xo, float[] y, int k) {
        for (int n = 0; n < k / 32; n++) {
            float s0 = 0, s1 = 0, s2 = 0, s3 = 0; // one sum would wait for each addition
            for (int i = xo + 32 * n; i < xo + 32 * (n + 1); i += 4) {
                s0 += x[i];
                s1 += x[i + 1];
                s2 += x[i + 2];
                s3 += x[i + 3];
            }
            y[n] = s0 + s1 + (s2 + s3);
        }
    }

    /**
     * Two rows of Q4_0 (blocks of 18 bytes) or Q4_1 (20), numbers at and at + 1. The numbers count as 0 to 15; what a block adds to all its
     * elements meets the sum of the vector's block at once, and goes to shifts.
     */
    static void q4(float[] x, int xo, float[] blockSums, int k, byte[] b, int b0, int b1, int size, float[] lanes, float[] shifts, int at) {
        FloatVector s0 = FloatVector.zero(F);
        FloatVector s1 = FloatVector.zero(F);
        float m0 = 0;
        float m1 = 0;
        for (int n = 0; n < k / 32; n++) {
            int o = size * n;
            FloatVector u0 = FloatVector.zero(F);
            FloatVector u1 = FloatVector.zero(F);
            for (int i = 0; i < 16; i += W) {
                FloatVector low = FloatVector.fromArray(F, x, xo + 32 * n + i);
                FloatVector high = FloatVector.fromArray(F, x, xo + 32 * n + 16 + i);
                IntVector q0 = BlockWidening.bytes(b, b0 + o + size - 16 + i);
                u0 = low.fma(BlockWidening.floats(q0.and(15)), u0);
                u0 = high.fma(BlockWidening.floats(q0.lanewise(VectorOperators.LSHR, 4)), u0);
                IntVector q1 = BlockWidening.bytes(b, b1 + o + size - 16 + i);
                u1 = low.fma(BlockWidening.floats(q1.and(15)), u1);
                u1 = high.fma(BlockWidening.floats(q1.lanewise(VectorOperators.LSHR, 4)), u1);
            }
            float d0 = BlockFormats.half(b, b0 + o);
            s0 = FloatVector.broadcast(F, d0).fma(u0, s0);
            m0 = Math.fma(size == 18 ? -8 * d0 : BlockFormats.half(b, b0 + o + 2), blockSums[n], m0);
            float d1 = BlockFormats.half(b, b1 + o);
            s1 = FloatVector.broadcast(F, d1).fma(u1, s1);
            m1 = Math.fma(size == 18 ? -8 * d1 : BlockFormats.half(b, b1 + o + 2), blockSums[n], m1);
        }
        FloatVector none = FloatVector.broadcast(F, -0f);
        none.add(s0).intoArray(lanes, ALIGNED + at * W);
        shifts[at] = m0;
        none.add(s1).intoArray(lanes, ALIGNED + (at + 1) * W);
        shifts[at + 1] = m1;
    }
}
