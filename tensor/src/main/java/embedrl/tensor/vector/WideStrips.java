package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.F;
import static embedrl.tensor.vector.Lanes.I;
import static embedrl.tensor.vector.Lanes.W;
import static embedrl.tensor.vector.PackedNarrow.BLOCK;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Strips of {@link PackedNarrow}, in WORDS, to floats: element p of a strip's rows becomes a vector at {@code y[yo + p * step]}. */
final class WideStrips {
    private static final VectorSpecies<Short> PAIRS = VectorSpecies.of(short.class, VectorShape.forBitSize(32 * W));
    private static final int HIGH = 0xFFFF0000;

    private WideStrips() {}

    /** Elements {@code from}, a multiple of a block or of two, up to {@code end}. */
    static void widen(PackedNarrow b, int strip, int from, int end, float[] y, int yo, int step) {
        switch (b.type) {
            case BFLOAT16 -> brain(b.halves, b.start(strip) + from * W, end - from, y, yo, step);
            case Q8_0 -> {
                for (int t = from / BLOCK; t < end / BLOCK; t++) {
                    q8(b.bytes, b.start(strip) + t * BLOCK * W, b.scales, b.scale(strip, t), y, yo + (t * BLOCK - from) * step, step);
                }
            }
            default -> {
                for (int t = from / BLOCK; t < end / BLOCK; t++) {
                    q4(b.bytes, b.start(strip) + t * BLOCK / 2 * W, b.scales, b.shifts, b.scale(strip, t), y, yo + (t * BLOCK - from) * step, step);
                }
            }
        }
    }

    private static void brain(short[] b, int at, int count, float[] y, int yo, int step) {
        for (int p = 0; p < count; p += 2) {
            IntVector pair = (IntVector) ShortVector.fromArray(PAIRS, b, at + p * W).reinterpretShape(I, 0);
            pair.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(y, yo + p * step);
            pair.and(HIGH).reinterpretAsFloats().intoArray(y, yo + (p + 1) * step);
        }
    }

    private static void q8(byte[] b, int at, float[] scales, int scale, float[] y, int yo, int step) {
        FloatVector d0 = FloatVector.fromArray(F, scales, scale);
        FloatVector d1 = d0.mul(0x1p-8f);
        FloatVector d2 = d0.mul(0x1p-16f);
        FloatVector m = d0.mul(-PackedNarrow.OFFSET);
        for (int p = 0; p < BLOCK; p += 4) {
            IntVector q = (IntVector) ByteVector.fromArray(BlockWidening.FOURS, b, at + p * W).reinterpretShape(I, 0);
            ((FloatVector) q.and(0xFF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m).intoArray(y, yo + p * step);
            ((FloatVector) q.and(0xFF00).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m).intoArray(y, yo + (p + 1) * step);
            ((FloatVector) q.and(0xFF0000).convertShape(VectorOperators.I2F, F, 0)).fma(d2, m).intoArray(y, yo + (p + 2) * step);
            ((FloatVector) q.lanewise(VectorOperators.LSHR, 24).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m).intoArray(y, yo + (p + 3) * step);
        }
    }

    private static void q4(byte[] b, int at, float[] scales, float[] shifts, int scale, float[] y, int yo, int step) {
        FloatVector d0 = FloatVector.fromArray(F, scales, scale);
        FloatVector d1 = d0.mul(0x1p-4f);
        FloatVector d2 = d0.mul(0x1p-8f);
        FloatVector d3 = d0.mul(0x1p-12f);
        FloatVector d4 = d0.mul(0x1p-16f);
        FloatVector d5 = d0.mul(0x1p-20f);
        FloatVector d6 = d0.mul(0x1p-24f);
        FloatVector m = FloatVector.fromArray(F, shifts, scale);
        for (int p = 0; p < BLOCK; p += 8) {
            IntVector q = (IntVector) ByteVector.fromArray(BlockWidening.FOURS, b, at + p / 2 * W).reinterpretShape(I, 0);
            ((FloatVector) q.and(0xF).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m).intoArray(y, yo + p * step);
            ((FloatVector) q.and(0xF0).convertShape(VectorOperators.I2F, F, 0)).fma(d1, m).intoArray(y, yo + (p + 1) * step);
            ((FloatVector) q.and(0xF00).convertShape(VectorOperators.I2F, F, 0)).fma(d2, m).intoArray(y, yo + (p + 2) * step);
            ((FloatVector) q.and(0xF000).convertShape(VectorOperators.I2F, F, 0)).fma(d3, m).intoArray(y, yo + (p + 3) * step);
            ((FloatVector) q.and(0xF0000).convertShape(VectorOperators.I2F, F, 0)).fma(d4, m).intoArray(y, yo + (p + 4) * step);
            ((FloatVector) q.and(0xF00000).convertShape(VectorOperators.I2F, F, 0)).fma(d5, m).intoArray(y, yo + (p + 5) * step);
            ((FloatVector) q.and(0xF000000).convertShape(VectorOperators.I2F, F, 0)).fma(d6, m).intoArray(y, yo + (p + 6) * step);
            ((FloatVector) q.lanewise(VectorOperators.LSHR, 28).convertShape(VectorOperators.I2F, F, 0)).fma(d0, m).intoArray(y, yo + (p + 7) * step);
        }
    }
}
