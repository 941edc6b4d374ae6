package embedrl.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.nn.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class BlocksTest {
    @ParameterizedTest
    @EnumSource(value = GgmlType.class, names = {"I8", "I16", "I32", "I64", "F64"}, mode = Mode.EXCLUDE)
    void decodesTheReferenceBlocks(GgmlType type) throws IOException {
        String name = type.name().toLowerCase(Locale.ROOT);
        try (GgufFile file = GgufFile.of("blocks.gguf", resource("blocks.gguf"));
                SafetensorsFile expected = SafetensorsFile.of("tensors", resource("tensors.safetensors"))) {
            assertThat(file.tensor(name).type()).isEqualTo(type);
            assertThat(file.tensor(name).intShape()).containsExactly(3, 512);
            assertThat(file.floats(name)).containsExactly(expected.floats("expected.dequant." + name), within(1e-6f));
        }
    }

    @Test
    void decodesMoreBlocksThanAChunk() {
        byte[] blocks = new byte[1000 * 34];
        for (int i = 0; i < 1000; i++) {
            PlainFloats.putF16(i, blocks, i * 34);
            blocks[i * 34 + 2] = 2;
            blocks[i * 34 + 33] = -1;
        }
        float[] values = Blocks.floats(GgmlType.Q8_0, MemorySegment.ofArray(blocks));
        assertThat(values).hasSize(32000);
        for (int i = 0; i < 1000; i++) {
            assertThat(values[32 * i]).isEqualTo(2 * i);
            assertThat(values[32 * i + 31]).isEqualTo(-i);
        }
    }

    @ParameterizedTest
    @EnumSource(GgmlType.class)
    void refusesPartsOfBlocks(GgmlType type) {
        if (type.blockBytes() > 1) {
            assertThatThrownBy(() -> Blocks.floats(type, MemorySegment.ofArray(new byte[2 * type.blockBytes() - 1]))).isInstanceOf(GgufException.class)
                    .hasMessageContaining("blocks of " + type + " have " + type.blockBytes() + " bytes, got " + (2 * type.blockBytes() - 1));
        }
    }

    @Test
    void encodesWithinHalfAStep() {
        float[] values = normal(64 * 32);
        for (GgmlType type : new GgmlType[] {GgmlType.F32, GgmlType.F16, GgmlType.BF16, GgmlType.Q8_0, GgmlType.Q4_0, GgmlType.Q4_1}) {
            byte[] blocks = Blocks.encode(type, values);
            assertThat(blocks).hasSize((int) type.bytes(values.length));
            float[] decoded = Blocks.floats(type, MemorySegment.ofArray(blocks));
            for (int block = 0; block < 64; block++) {
                float smallest = 0;
                float largest = 0;
                for (int i = 0; i < 32; i++) {
                    smallest = Math.min(smallest, values[block * 32 + i]);
                    largest = Math.max(largest, values[block * 32 + i]);
                }
                float magnitude = Math.max(largest, -smallest);
                // Scales are F16 and add a relative 2^-11; Q4_0 has no number for the opposite of its largest value, and errs there by one step.
                double bound = magnitude * 2e-3 + switch (type) {
                    case F32, F16, BF16 -> magnitude * 2e-3;
                    case Q8_0 -> magnitude / 127 / 2;
                    case Q4_0 -> magnitude / 8;
                    default -> (largest - smallest) / 15 / 2;
                };
                for (int i = 0; i < 32; i++) {
                    assertThat((double) decoded[block * 32 + i]).as("%s block %d", type, block).isCloseTo(values[block * 32 + i], within(bound));
                }
            }
        }
    }

    @Test
    void encodesByTheReferenceRule() {
        float[] values = new float[32];
        values[0] = -127;
        values[1] = 2.5f;
        values[2] = -2.5f;
        values[3] = 0.49f;
        byte[] q8 = Blocks.encode(GgmlType.Q8_0, values);
        assertThat(q8).startsWith(bytes(0, 0x3C, -127, 3, -3, 0));

        values[0] = -8;
        byte[] q4 = Blocks.encode(GgmlType.Q4_0, values);
        assertThat(q4).startsWith(bytes(0, 0x3C, 0x80, 0x80 | 11, 0x80 | 6, 0x80 | 8));   // −2.5 + 8.5 = 6

        values[0] = 12.5f;
        byte[] q41 = Blocks.encode(GgmlType.Q4_1, values);
        assertThat(q41).startsWith(bytes(0, 0x3C, 0, 0xC1, 0x30 | 15, 0x30 | 5, 0x30, 0x30 | 3));
    }

    @Test
    void encodesZerosAndRefusesOtherTypes() {
        for (GgmlType type : new GgmlType[] {GgmlType.Q8_0, GgmlType.Q4_0, GgmlType.Q4_1}) {
            assertThat(Blocks.floats(type, MemorySegment.ofArray(Blocks.encode(type, new float[64])))).containsExactly(new float[64], within(0f));
        }
        assertThatThrownBy(() -> Blocks.encode(GgmlType.Q6_K, new float[256])).isInstanceOf(GgufException.class).hasMessageContaining("Q6_K is not written here");
        assertThatThrownBy(() -> Blocks.encode(GgmlType.Q4_0, new float[33])).isInstanceOf(GgufException.class).hasMessageContaining("a multiple of 32 values, got 33");
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static float[] normal(int count) {
        var random = new SplittableRandom(5);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = BlocksTest.class.getResourceAsStream("/golden/gguf/" + name)) {
            return in.readAllBytes();
        }
    }
}
