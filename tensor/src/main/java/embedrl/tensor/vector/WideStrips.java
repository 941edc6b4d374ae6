package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PackedNarrow.BLOCK;

import embedrl.tensor.DType;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Two strips of 8 or 4 bits in {@link PackedNarrow}, in WORDS, to floats: element p of the rows of one becomes a vector at {@code y[yo + p * step]}, of the other the vector behind it. Both at once,
 * so that two streams come from memory and a cache line of floats is written whole.
 */
final class WideStrips {
    private WideStrips() {}

    /** Elements {@code from}, a multiple of a block, up to {@code end}. */
    static void widen(PackedNarrow b, int s0, int s1, int from, int end, float[] y, int yo, int step) {
        boolean eight = b.type == DType.Q8_0;
        int size = b.block();
        for (int t = from / BLOCK; t < end / BLOCK; t++) {
            int to = yo + (t * BLOCK - from) * step;
            if (eight) {
                q8(b.bytes, b.start(s0) + t * size, b.start(s1) + t * size, b.scales, b.scale(s0, t), b.scale(s1, t), y, to, step);
            } else {
                q4Low(b.bytes, b.start(s0) + t * size, b.start(s1) + t * size, b.scales, b.shifts, b.scale(s0, t), b.scale(s1, t), y, to, step);
                q4High(b.bytes, b.start(s0) + t * size, b.start(s1) + t * size, b.scales, b.shifts, b.scale(s0, t), b.scale(s1, t), y, to, step);
            }
        }
    }

    private static void q8(byte[] b, int b0, int b1, float[] scales, int t0, int t1, float[] y, int yo, int step) {
        FloatVector d0 = FloatVector.fromArray(F, scales, t0);
        FloatVector d1 = FloatVector.fromArray(F, scales, t1);
        FloatVector m0 = d0.mul(-PackedNarrow.OFFSET);
        FloatVector m1 = d1.mul(-PackedNarrow.OFFSET);
        for (int p = 0; p < BLOCK; p += 4) {
            IntVector q0 = (IntVector) ByteVector.fromArray(BlockWidening.FOURS, b, b0 + p * W).reinterpretShape(I, 0);
            IntVector q1 = (IntVector) ByteVector.fromArray(BlockWidening.FOURS, b, b1 + p * W).reinterpretShape(I, 0);
            ((FloatVector) q0.and(0xFF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + p * step);
            ((FloatVector) q1.and(0xFF).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + p * step + W);
            ((FloatVector) q0.lanewise(VectorOperators.LSHR, 8).and(0xFF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + (p + 1) * step);
            ((FloatVector) q1.lanewise(VectorOperators.LSHR, 8).and(0xFF).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + (p + 1) * step + W);
            ((FloatVector) q0.lanewise(VectorOperators.LSHR, 16).and(0xFF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + (p + 2) * step);
            ((FloatVector) q1.lanewise(VectorOperators.LSHR, 16).and(0xFF).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + (p + 2) * step + W);
            ((FloatVector) q0.lanewise(VectorOperators.LSHR, 24).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + (p + 3) * step);
            ((FloatVector) q1.lanewise(VectorOperators.LSHR, 24).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + (p + 3) * step + W);
        }
    }

    /**
     * Elements 0 to 3 of each eight. With all eight of both strips in one loop, a product once allocated 384 bytes for each block in one JVM and in no other: about as much as the compiler keeps in registers.
     */
    private static void q4Low(byte[] b, int b0, int b1, float[] scales, float[] shifts, int t0, int t1, float[] y, int yo, int step) {
        FloatVector d0 = FloatVector.fromArray(F, scales, t0);
        FloatVector d1 = FloatVector.fromArray(F, scales, t1);
        FloatVector m0 = FloatVector.fromArray(F, shifts, t0);
        FloatVector m1 = FloatVector.fromArray(F, shifts, t1);
        for (int p = 0; p < BLOCK; p += 8) {
            IntVector q0 = (IntVector) ByteVector.fromArray(BlockWidening.FOURS, b, b0 + p / 2 * W).reinterpretShape(I, 0);
            IntVector q1 = (IntVector) ByteVector.fromArray(BlockWidening.FOURS, b, b1 + p / 2 * W).reinterpretShape(I, 0);
            ((FloatVector) q0.and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + p * step);
            ((FloatVector) q1.and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + p * step + W);
            ((FloatVector) q0.lanewise(VectorOperators.LSHR, 4).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + (p + 1) * step);
            ((FloatVector) q1.lanewise(VectorOperators.LSHR, 4).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + (p + 1) * step + W);
            ((FloatVector) q0.lanewise(VectorOperators.LSHR, 8).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + (p + 2) * step);
            ((FloatVector) q1.lanewise(VectorOperators.LSHR, 8).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + (p + 2) * step + W);
            ((FloatVector) q0.lanewise(VectorOperators.LSHR, 12).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + (p + 3) * step);
            ((FloatVector) q1.lanewise(VectorOperators.LSHR, 12).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + (p + 3) * step + W);
        }
    }

    /** Elements 4 to 7 of each eight. */
    private static void q4High(byte[] b, int b0, int b1, float[] scales, float[] shifts, int t0, int t1, float[] y, int yo, int step) {
        FloatVector d0 = FloatVector.fromArray(F, scales, t0);
        FloatVector d1 = FloatVector.fromArray(F, scales, t1);
        FloatVector m0 = FloatVector.fromArray(F, shifts, t0);
        FloatVector m1 = FloatVector.fromArray(F, shifts, t1);
        for (int p = 0; p < BLOCK; p += 8) {
            IntVector q0 = (IntVector) ByteVector.fromArray(BlockWidening.FOURS, b, b0 + p / 2 * W).reinterpretShape(I, 0);
            IntVector q1 = (IntVector) ByteVector.fromArray(BlockWidening.FOURS, b, b1 + p / 2 * W).reinterpretShape(I, 0);
            ((FloatVector) q0.lanewise(VectorOperators.LSHR, 16).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + (p + 4) * step);
            ((FloatVector) q1.lanewise(VectorOperators.LSHR, 16).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + (p + 4) * step + W);
            ((FloatVector) q0.lanewise(VectorOperators.LSHR, 20).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + (p + 5) * step);
            ((FloatVector) q1.lanewise(VectorOperators.LSHR, 20).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + (p + 5) * step + W);
            ((FloatVector) q0.lanewise(VectorOperators.LSHR, 24).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + (p + 6) * step);
            ((FloatVector) q1.lanewise(VectorOperators.LSHR, 24).and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + (p + 6) * step + W);
            ((FloatVector) q0.lanewise(VectorOperators.LSHR, 28).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m0).intoArray(y, yo + (p + 7) * step);
            ((FloatVector) q1.lanewise(VectorOperators.LSHR, 28).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m1).intoArray(y, yo + (p + 7) * step + W);
        }
    }
}
