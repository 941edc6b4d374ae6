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
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Whole blocks of narrow weights to floats, a vector at a time. Needs vectors of 256 bits or more; see {@link BlockFormats} for the layouts. */
final class BlockWidening {
    static final boolean VECTORS = W >= 8;

    /** As many bytes as a vector has floats; shorter vectors than 64 bits do not exist. */
    static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * W)));

    /** Four bytes for each float of a vector: they become the ints of {@link PackedNarrow#WORDS}. */
    static final VectorSpecies<Byte> FOURS = VectorSpecies.of(byte.class, VectorShape.forBitSize(32 * W));

    /** As many halves as a vector has floats. */
    static final VectorSpecies<Short> S = VectorSpecies.of(short.class, VectorShape.forBitSize(16 * W));

    private BlockWidening() {}

    /** y = the elements of {@code blocks} blocks from byte {@code at} on. */
    static void widen(DType type, byte[] b, int at, float[] y, int yo, int blocks) {
        switch (type) {
            case Q8_0 -> q8(b, at, y, yo, blocks);
            case Q4_0, Q4_1 -> q4(b, at, type.blockBytes(), y, yo, blocks);
            case Q4_K -> q4k(b, at, y, yo, blocks);
            case Q6_K -> q6k(b, at, y, yo, blocks);
            default -> throw new IllegalStateException("not a block type: " + type);
        }
    }

    /** n elements of BFLOAT16. */
    static void brain(short[] x, int xo, float[] y, int yo, int n) {
        int i = 0;
        for (; i < Lanes.floor(n); i += W) {
            IntVector bits = (IntVector) ShortVector.fromArray(S, x, xo + i).convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0);
            bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = Float.intBitsToFloat(x[xo + i] << 16);
        }
    }

    private static void q8(byte[] b, int at, float[] y, int yo, int blocks) {
        for (int n = 0; n < blocks; n++) {
            FloatVector d = FloatVector.broadcast(F, BlockFormats.half(b, at + 34 * n));
            for (int i = 0; i < 32; i += W) {
                ((FloatVector) ByteVector.fromArray(B, b, at + 34 * n + 2 + i).convertShape(VectorOperators.B2F, F, 0)).mul(d).intoArray(y, yo + 32 * n + i);
            }
        }
    }

    private static void q4(byte[] b, int at, int size, float[] y, int yo, int blocks) {
        for (int n = 0; n < blocks; n++) {
            int from = at + size * n;
            float scale = BlockFormats.half(b, from);
            FloatVector d = FloatVector.broadcast(F, scale);
            FloatVector m = FloatVector.broadcast(F, size == 18 ? -8 * scale : BlockFormats.half(b, from + 2));
            for (int i = 0; i < 16; i += W) {
                IntVector q = bytes(b, from + size - 16 + i);
                floats(q.and(15)).fma(d, m).intoArray(y, yo + 32 * n + i);
                floats(q.lanewise(VectorOperators.LSHR, 4)).fma(d, m).intoArray(y, yo + 32 * n + 16 + i);
            }
        }
    }

    private static void q4k(byte[] b, int at, float[] y, int yo, int blocks) {
        for (int n = 0; n < blocks; n++) {
            int from = at + 144 * n;
            float d = BlockFormats.half(b, from);
            float m = -BlockFormats.half(b, from + 2);
            for (int g = 0; g < 8; g += 2) {
                q4kPair(b, from + 16 + 16 * g, d * BlockFormats.scale(b, from + 4, g), m * BlockFormats.minimum(b, from + 4, g),
                        d * BlockFormats.scale(b, from + 4, g + 1), m * BlockFormats.minimum(b, from + 4, g + 1), y, yo + 256 * n + 32 * g);
            }
        }
    }

    private static void q4kPair(byte[] b, int at, float d0, float m0, float d1, float m1, float[] y, int yo) {
        for (int i = 0; i < 32; i += W) {
            IntVector q = bytes(b, at + i);
            floats(q.and(15)).fma(FloatVector.broadcast(F, d0), FloatVector.broadcast(F, m0)).intoArray(y, yo + i);
            floats(q.lanewise(VectorOperators.LSHR, 4)).fma(FloatVector.broadcast(F, d1), FloatVector.broadcast(F, m1)).intoArray(y, yo + 32 + i);
        }
    }

    private static void q6k(byte[] b, int at, float[] y, int yo, int blocks) {
        for (int n = 0; n < 2 * blocks; n++) {   // half blocks
            int block = at + 210 * (n / 2);
            int run = n % 2;
            float d = BlockFormats.half(b, block + 208);
            for (int part = 0; part < 4; part++) {
                q6kRun(b, block + 64 * run + 32 * (part % 2), block + 128 + 32 * run, part, d, block + 192 + 8 * run + 2 * part, y, yo + 128 * n + 32 * part);
            }
        }
    }

    /** 32 elements: 4 bits from one place, 2 from another; part tells which. */
    private static void q6kRun(byte[] b, int low, int high, int part, float d, int scales, float[] y, int yo) {
        for (int i = 0; i < 32; i += W) {
            IntVector q = bytes(b, low + i).lanewise(VectorOperators.LSHR, part / 2 * 4).and(15);
            IntVector h = bytes(b, high + i).lanewise(VectorOperators.LSHR, part * 2).and(3).lanewise(VectorOperators.LSHL, 4);
            floats(q.or(h).sub(32)).mul(d * b[scales + i / 16]).intoArray(y, yo + i);
        }
    }

    static IntVector bytes(byte[] b, int at) {
        return (IntVector) ByteVector.fromArray(B, b, at).convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
    }

    static FloatVector floats(IntVector v) {
        return (FloatVector) v.convertShape(VectorOperators.I2F, F, 0);
    }
}
