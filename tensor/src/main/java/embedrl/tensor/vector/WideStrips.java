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

/** Strips of {@link PackedNarrow} to floats: element p of a strip's rows becomes a vector at {@code y[yo + p * step]}. */
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
        FloatVector d = FloatVector.fromArray(F, scales, scale);
        for (int p = 0; p < BLOCK; p++) {
            ((FloatVector) ByteVector.fromArray(BlockWidening.B, b, at + p * W).convertShape(VectorOperators.B2F, F, 0)).mul(d).intoArray(y, yo + p * step);
        }
    }

    private static void q4(byte[] b, int at, float[] scales, float[] shifts, int scale, float[] y, int yo, int step) {
        FloatVector d = FloatVector.fromArray(F, scales, scale);
        FloatVector m = FloatVector.fromArray(F, shifts, scale);
        for (int p = 0; p < BLOCK / 2; p++) {
            IntVector pair = BlockWidening.bytes(b, at + p * W);
            ((FloatVector) pair.and(15).convertShape(VectorOperators.I2F, F, 0)).fma(d, m).intoArray(y, yo + 2 * p * step);
            ((FloatVector) pair.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, F, 0)).fma(d, m).intoArray(y, yo + (2 * p + 1) * step);
        }
    }
}
