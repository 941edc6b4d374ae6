package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlockFormatsTest {
    private static final DType[] TYPES = {DType.Q8_0, DType.Q4_0, DType.Q4_1, DType.Q4_K, DType.Q6_K};

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte) (i * 37 + i / 7 * 11 + 5);
        return bytes;
    }

    private static void half(float value, byte[] bytes, int at) {
        short bits = Float.floatToFloat16(value);
        bytes[at] = (byte) bits;
        bytes[at + 1] = (byte) (bits >> 8);
    }

    /** Bits first .. first + count of a byte. */
    private static int bits(byte value, int first, int count) {
        return (Byte.toUnsignedInt(value) >>> first) & ((1 << count) - 1);
    }

    @Test
    void eachElementIsWhereTheFormatPutsIt() {
        byte[] q8 = bytes(34);
        half(0.5f, q8, 0);
        byte[] q4 = bytes(18);
        half(0.25f, q4, 0);
        byte[] q41 = bytes(20);
        half(0.25f, q41, 0);
        half(-3, q41, 2);
        float[] y = new float[32];
        for (int i = 0; i < 32; i++) {
            BlockFormats.dequantize(DType.Q8_0, q8, 0, y, 0, 32);
            assertThat(y[i]).isEqualTo(0.5f * q8[2 + i]);
            BlockFormats.dequantize(DType.Q4_0, q4, 0, y, 0, 32);
            assertThat(y[i]).isEqualTo(0.25f * (bits(q4[2 + i % 16], i / 16 * 4, 4) - 8));
            BlockFormats.dequantize(DType.Q4_1, q41, 0, y, 0, 32);
            assertThat(y[i]).isEqualTo(0.25f * bits(q41[4 + i % 16], i / 16 * 4, 4) - 3);
        }
    }

    @Test
    void theLargeBlocksHoldSixBitScalesAndSignedScales() {
        byte[] q4 = bytes(144);
        half(0.125f, q4, 0);
        half(0.5f, q4, 2);
        byte[] q6 = bytes(210);
        half(0.0625f, q6, 208);
        float[] four = new float[256];
        float[] six = new float[256];
        BlockFormats.dequantize(DType.Q4_K, q4, 0, four, 0, 256);
        BlockFormats.dequantize(DType.Q6_K, q6, 0, six, 0, 256);
        for (int i = 0; i < 256; i++) {
            int g = i / 32;
            int scale = g < 4 ? bits(q4[4 + g], 0, 6) : bits(q4[8 + g], 0, 4) + 16 * bits(q4[g], 6, 2);
            int minimum = g < 4 ? bits(q4[8 + g], 0, 6) : bits(q4[8 + g], 4, 4) + 16 * bits(q4[4 + g], 6, 2);
            assertThat(four[i]).isEqualTo(0.125f * scale * bits(q4[16 + g / 2 * 32 + i % 32], g % 2 * 4, 4) - 0.5f * minimum);
            int run = i / 128;
            int within = i % 128;
            int q = bits(q6[run * 64 + within % 64], within / 64 * 4, 4) + 16 * bits(q6[128 + run * 32 + within % 32], within / 32 * 2, 2);
            assertThat(six[i]).isEqualTo(0.0625f * q6[192 + i / 16] * (q - 32));
        }
    }

    @Test
    void roundingStaysWithinHalfAStep() {
        float[] x = new float[32 * 50];
        for (int i = 0; i < x.length; i++) x[i] = (float) Seed.of(1).normal(i);
        Map<DType, Double> worst = new EnumMap<>(DType.class);
        for (DType type : new DType[] {DType.Q8_0, DType.Q4_0, DType.Q4_1}) {
            byte[] blocks = new byte[(int) type.bytes(x.length)];
            BlockFormats.quantize(type, x, 0, x.length, blocks, 0);
            float[] y = new float[x.length];
            BlockFormats.dequantize(type, blocks, 0, y, 0, x.length);
            for (int b = 0; b < x.length; b += 32) {
                float largest = 0;
                for (int i = b; i < b + 32; i++) largest = Math.max(largest, Math.abs(x[i]));
                double step = type == DType.Q8_0 ? largest / 127 : type == DType.Q4_0 ? largest / 8 : 2 * largest / 15;
                for (int i = b; i < b + 32; i++) worst.merge(type, Math.abs(x[i] - y[i]) / step, Math::max);
            }
        }
        assertThat(worst.get(DType.Q8_0)).isBetween(0.4, 0.57);   // the scale itself is rounded to a half float
        assertThat(worst.get(DType.Q4_0)).isBetween(0.4, 1.01);   // the end without the extreme is cut at 7
        assertThat(worst.get(DType.Q4_1)).isBetween(0.4, 0.51);
    }

    @Test
    void knownValuesGiveKnownBlocks() {
        float[] x = new float[32];
        x[0] = -127;
        x[1] = 63.5f;   // a half: away from zero
        x[17] = 2;
        byte[] blocks = new byte[34];
        BlockFormats.quantize(DType.Q8_0, x, 0, 32, blocks, 0);
        assertThat(BlockFormats.half(blocks, 0)).isEqualTo(1);
        assertThat(new byte[] {blocks[2], blocks[3], blocks[4], blocks[19]}).containsExactly(-127, 64, 0, 2);
        x[0] = -8;
        x[1] = 3.4f;
        BlockFormats.quantize(DType.Q4_0, x, 0, 32, blocks, 0);
        assertThat(BlockFormats.half(blocks, 0)).isEqualTo(1);
        assertThat(new byte[] {blocks[2], blocks[3], blocks[4]}).containsExactly((byte) 0x80, (byte) 0xAB, (byte) 0x88);
        BlockFormats.quantize(DType.Q8_0, new float[32], 0, 32, blocks, 0);
        assertThat(blocks).containsOnly(0);
    }

    @Test
    void widensRunsThatBeginAndEndInsideOfBlocks() {
        for (DType type : TYPES) {
            byte[] bytes = bytes(3 * type.blockBytes() + 7);
            for (int b = 0; b < 3; b++)
                for (int h : type == DType.Q6_K ? new int[] {208} : new int[] {0, 2}) half(0.01f * (1 + b), bytes, 7 + b * type.blockBytes() + h);
            Buffer buffer = Buffer.over(new TensorType(type, Shape.of(3, type.blockElements())), bytes, 7);
            float[] whole = HostTensor.copyOf(buffer).floats();
            float[] part = new float[whole.length];
            int from = type.blockElements() - 3;
            int count = type.blockElements() + 20;
            Conversions.widen(buffer, from, part, 1, count);
            for (int i = 0; i < count; i++) {
                assertThat(part[1 + i]).isEqualTo(whole[from + i]);
                assertThat(BlockFormats.element(type, bytes, 7, from + i)).isEqualTo(whole[from + i]);
            }
        }
    }

    @Test
    void conversionsRoundAndWiden() {
        Buffer x = HostTensor.of(Shape.of(2, 32), new float[64]).toBuffer();
        for (int i = 0; i < 64; i++) x.floats()[x.offset() + i] = i - 31.3f;
        assertThat(Conversions.convert(x, DType.FLOAT32)).isSameAs(x);
        for (DType type : new DType[] {DType.BFLOAT16, DType.FLOAT16, DType.Q8_0, DType.Q4_1}) {
            Buffer narrow = Conversions.convert(x, type);
            assertThat(narrow.type()).isEqualTo(new TensorType(type, x.type().shape()));
            float[] back = HostTensor.copyOf(narrow).floats();
            for (int i = 0; i < 64; i++) assertThat(back[i]).isCloseTo(x.floats()[x.offset() + i], within(type == DType.Q4_1 ? 1.1f : 0.15f));
        }
        assertThatThrownBy(() -> Conversions.convert(x, DType.Q4_K)).hasMessage("tensor: the last axis of a Q4_K tensor must be a multiple of 256, got [2, 32]");
        Buffer long256 = Buffer.allocate(TensorType.float32(1, 256));
        assertThatThrownBy(() -> Conversions.convert(long256, DType.Q4_K)).hasMessage("quantize: values are rounded to Q8_0, Q4_0 and Q4_1, not to Q4_K");
    }

    @Test
    void countsRealBytesAndKeepsBlocksWhole() {
        assertThat(new TensorType(DType.Q4_0, Shape.of(3, 64)).bytes()).isEqualTo(3 * 2 * 18);
        assertThat(new TensorType(DType.Q6_K, Shape.of(2, 256)).bytes()).isEqualTo(2 * 210);
        assertThat(DType.BFLOAT16.bytes(10)).isEqualTo(20);
        assertThatThrownBy(() -> new TensorType(DType.Q4_0, Shape.of(64, 31)))
                .hasMessage("tensor: the last axis of a Q4_0 tensor must be a multiple of 32, got [64, 31]");
        TensorType large = new TensorType(DType.Q8_0, Shape.of(1 << 15, (1 << 16) - 32));
        assertThatThrownBy(() -> Buffer.allocate(large)).hasMessageContaining("more than one array can hold");
        Buffer one = Buffer.allocate(new TensorType(DType.Q4_0, Shape.of(2, 32)));
        assertThat(one.blocks()).as("36 bytes behind those up to the next cache line").hasSize(48 + 36);
        assertThat(one.offset()).isEqualTo(48);
        assertThatThrownBy(() -> Buffer.over(new TensorType(DType.Q4_0, Shape.of(3, 32)), one.blocks(), 48)).hasMessageContaining("at offset 48 does not fit into 84 bytes");
        assertThatThrownBy(one::floats).hasMessageContaining("this holds Q4_0[2, 32]");
    }

    @Test
    void onlyProductsGathersAndCastsReadBlocks() {
        Tensor w = Variable.zeros("w", new TensorType(DType.Q4_0, Shape.of(4, 32))).tensor();
        Tensor x = Tensor.input("x", DType.FLOAT32, 2, 32);
        assertThat(x.matmulTransposed(w).type()).isEqualTo(TensorType.float32(2, 4));
        assertThat(w.gather(Tensor.input("ids", DType.INT32, 3)).type()).isEqualTo(TensorType.float32(3, 32));
        assertThat(w.cast(DType.FLOAT32).type()).isEqualTo(TensorType.float32(4, 32));
        assertThatThrownBy(() -> w.slice(0, 0, 2)).hasMessage("slice: Q4_0[4, 32] is stored in blocks; cast it to FLOAT32 first");
        assertThatThrownBy(w::transpose).hasMessageContaining("permute: Q4_0[4, 32] is stored in blocks");
        assertThatThrownBy(() -> w.add(1)).hasMessageContaining("operands must be FLOAT32");
        assertThatThrownBy(() -> w.matmul(x)).hasMessageContaining("matmul: operands must be FLOAT32, got Q4_0[4, 32]");
        assertThatThrownBy(() -> x.cast(DType.Q4_0)).hasMessageContaining("cast: blocks are made while loading");
        assertThatThrownBy(() -> Tensor.input("y", DType.FLOAT32, 4, 2).transposedMatmul(w)).hasMessageContaining("a narrow right operand must have two axes");
    }
}
