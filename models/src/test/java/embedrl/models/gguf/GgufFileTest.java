package embedrl.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.gguf.GgufValue.Type;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
    private static final int F32 = 0;
    private static final int Q8_0 = 8;

    @Test
    void readsTensorsInRowMajorShapes(@TempDir Path folder) throws IOException {
        byte[] bytes = RawGguf.file(2, 0).tensor("a", F32, 0, 3, 2).tensor("b", Q8_0, 32, 64, 1, 1, 2).align(32)
                .int32(Float.floatToIntBits(1.5f)).zeros(16).int32(Float.floatToIntBits(-2)).align(32).zeros(4 * 34).bytes();
        Path path = Files.write(folder.resolve("m.gguf"), bytes);

        try (GgufFile file = GgufFile.open(path)) {
            assertThat(file.version()).isEqualTo(3);
            assertThat(file.names()).containsExactly("a", "b");
            assertThat(file.tensor("a")).isEqualTo(new GgufTensor("a", GgmlType.F32, List.of(2L, 3L), 0, 24));
            assertThat(file.tensor("b")).isEqualTo(new GgufTensor("b", GgmlType.Q8_0, List.of(2L, 1L, 1L, 64L), 32, 136));
            assertThat(file.tensor("b").rowBytes()).isEqualTo(68);
            assertThat(file.tensor("b").size()).isEqualTo(128);
            assertThat(file.floats("a")).containsExactly(1.5f, 0, 0, 0, 0, -2);
            assertThat(file.floats("b")).hasSize(128).containsOnly(0);
            assertThat(file.bytes("a").byteSize()).isEqualTo(24);
            assertThat(file.bytes("a").isReadOnly()).isTrue();
            assertThat(file.bytes("a").get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0)).isEqualTo(1.5f);
            assertThatThrownBy(() -> file.bytes("c")).isInstanceOf(GgufException.class).hasMessageContaining("no tensor 'c' among 2, the first is 'a'");
        }
    }

    @Test
    void readsEveryKindOfMetadata() {
        byte[] bytes = RawGguf.file(0, 16)
                .key("u8", Type.UINT8).raw(200).key("i8", Type.INT8).raw(-3).key("u16", Type.UINT16).raw(0xFF, 0xFF).key("i16", Type.INT16).raw(0xFE, 0xFF)
                .key("u32", Type.UINT32).int32(-1).key("i32", Type.INT32).int32(-7).key("u64", Type.UINT64).int64(-1).key("i64", Type.INT64).int64(-9)
                .key("f32", Type.FLOAT32).int32(Float.floatToIntBits(0.1f)).key("f64", Type.FLOAT64).int64(Double.doubleToLongBits(0.1))
                .key("yes", Type.BOOL).raw(1).key("text", Type.STRING).text("Ġgrün 🙂")
                .key("texts", Type.ARRAY).int32(Type.STRING.id()).int64(2).text("").text("b")
                .key("ints", Type.ARRAY).int32(Type.INT16.id()).int64(2).raw(1, 0, 0xFF, 0xFF)
                .key("nested", Type.ARRAY).int32(Type.ARRAY.id()).int64(1).int32(Type.BOOL.id()).int64(1).raw(0)
                .key("none", Type.ARRAY).int32(Type.FLOAT64.id()).int64(0).bytes();
        GgufMetadata metadata = GgufFile.of("m", bytes).metadata();

        assertThat(metadata.values().keySet()).startsWith("u8", "i8").hasSize(16);
        assertThat(metadata.integer("u8")).isEqualTo(200);
        assertThat(metadata.integer("i8")).isEqualTo(-3);
        assertThat(metadata.integer("u16")).isEqualTo(65535);
        assertThat(metadata.integer("i16")).isEqualTo(-2);
        assertThat(metadata.get("u32")).contains(new GgufValue.Whole(Type.UINT32, 4294967295L));
        assertThat(metadata.number("u32")).isEqualTo(4294967295.0);
        assertThat(metadata.integer("i32")).isEqualTo(-7);
        assertThat(metadata.get("u64").orElseThrow()).hasToString("18446744073709551615");
        assertThat(metadata.number("i64")).isEqualTo(-9);
        assertThat(metadata.number("f32")).isEqualTo(0.1f);
        assertThat(metadata.number("f64")).isEqualTo(0.1);
        assertThat(metadata.flag("yes", false)).isTrue();
        assertThat(metadata.flag("absent", true)).isTrue();
        assertThat(metadata.text("text")).isEqualTo("Ġgrün 🙂");
        assertThat(metadata.text("absent", "x")).isEqualTo("x");
        assertThat(metadata.texts("texts")).containsExactly("", "b");
        assertThat(metadata.integers("ints")).containsExactly(1, -1);
        assertThat(metadata.numbers("none")).isEmpty();
        assertThat(metadata.get("nested")).contains(new GgufValue.Array(Type.ARRAY, List.of(new GgufValue.Array(Type.BOOL, List.of(new GgufValue.Flag(false))))));
        assertThatThrownBy(() -> metadata.text("u8")).isInstanceOf(GgufException.class).hasMessage("m: metadata 'u8': expected a STRING, found UINT8 200");
        assertThatThrownBy(() -> metadata.integer("u32")).isInstanceOf(GgufException.class).hasMessageContaining("found UINT32 4294967295");
        assertThatThrownBy(() -> metadata.number("u64")).isInstanceOf(GgufException.class);
        assertThatThrownBy(() -> metadata.integer("none")).isInstanceOf(GgufException.class).hasMessageContaining("found ARRAY FLOAT64[0]");
        assertThatThrownBy(() -> metadata.text("absent")).isInstanceOf(GgufException.class).hasMessageContaining("no metadata 'absent'");
    }

    @Test
    void alignsByTheMetadata() {
        byte[] bytes = RawGguf.file(1, 1).key("general.alignment", Type.UINT32).int32(512).tensor("a", F32, 512, 1).align(512).zeros(512)
                .int32(Float.floatToIntBits(3)).bytes();
        assertThat(GgufFile.of("m", bytes).floats("a")).containsExactly(3);
    }

    @Test
    void readsVersion2() {
        byte[] bytes = RawGguf.file(0, 0).bytes();
        bytes[4] = 2;
        assertThat(GgufFile.of("m", bytes).version()).isEqualTo(2);
    }

    @Test
    void refusesWhatIsNoGguf() {
        refuses(new byte[0], "at least 24 bytes, found 0");
        refuses(new byte[24], "it begins with the bytes 00000000, not with 'GGUF' (47475546)");
        byte[] old = RawGguf.file(0, 0).bytes();
        old[4] = 1;
        refuses(old, "version 1 is not read; 2 and 3 are");
        byte[] big = RawGguf.file(0, 0).bytes();
        big[4] = 0;
        big[7] = 3;
        refuses(big, "big-endian (version 3)");
    }

    @Test
    void holdsCountsAgainstTheFile() {
        refuses(RawGguf.file(1L << 60, 0).bytes(), "claims 1152921504606846976 tensors, and has 8 bytes left");
        refuses(RawGguf.file(0, -1).bytes(), "claims 18446744073709551615 metadata values, and has 0 bytes left");
        refuses(RawGguf.file(0, 1).key("a", Type.ARRAY).int32(Type.STRING.id()).int64(1L << 40).bytes(), "claims 1099511627776 elements of metadata 'a'");
        refuses(RawGguf.file(0, 1).key("a", Type.STRING).int64(100).zeros(99).bytes(), "a string claims 100 bytes, at most 99 are possible");
        refuses(RawGguf.file(0, 1).key("a", Type.STRING).int64(-1).bytes(), "a string claims 18446744073709551615 bytes");
        refuses(RawGguf.file(0, 1).key("a", Type.INT64).int32(1).bytes(), "metadata 'a': the file ends at byte 41, 8 bytes were expected from 37");
    }

    @Test
    void refusesMetadataThatIsNotWellFormed() {
        refuses(RawGguf.file(0, 1).text("a").int32(13).raw(0).bytes(), "unknown value type 13");
        refuses(RawGguf.file(0, 1).key("a", Type.BOOL).raw(2).bytes(), "a BOOL is 0 or 1, found 2");
        refuses(RawGguf.file(0, 1).key("", Type.BOOL).raw(1).zeros(9).bytes(), "the key of metadata value 0 is empty");
        refuses(RawGguf.file(0, 2).key("a", Type.BOOL).raw(1).key("a", Type.BOOL).raw(1).bytes(), "metadata 'a' stands twice");
        refuses(RawGguf.file(0, 1).key("a", Type.STRING).int64(2).raw(0xC3, 0x28).bytes(), "a string is not UTF-8");
        RawGguf deep = RawGguf.file(0, 1).key("a", Type.ARRAY);
        for (int i = 0; i < 5; i++) {
            deep.int32(Type.ARRAY.id()).int64(1);
        }
        refuses(deep.zeros(12).bytes(), "more than 4 deep");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, -1, 1 << 21})
    void refusesAlignments(int alignment) {
        refuses(RawGguf.file(0, 1).key("general.alignment", Type.INT32).int32(alignment).bytes(), "power of two up to 1048576, found " + alignment);
    }

    @Test
    void refusesTensorsOfImpossibleShapes() {
        refuses(RawGguf.file(1, 0).tensor("a", F32, 0, 1, 1, 1, 1, 1).bytes(), "tensor 'a' has 5 axes, at most 4");
        refuses(RawGguf.file(1, 0).tensor("a", F32, 0, 0, 3).bytes(), "the sizes [3, 0] are not a possible shape");
        refuses(RawGguf.file(1, 0).tensor("a", F32, 0, 1L << 32, 1L << 32).bytes(), "are not a possible shape");
        refuses(RawGguf.file(1, 0).tensor("a", Q8_0, 0, 33).bytes(), "a row of Q8_0 is a multiple of 32 elements, found 33");
        refuses(RawGguf.file(1, 0).tensor("a", 4, 0, 32).bytes(), "tensor 'a' has the type 4, which is not read here");
    }

    @Test
    void refusesTensorsOutOfPlace() {
        refuses(RawGguf.file(1, 0).tensor("a", F32, 0, 8).align(32).zeros(31).bytes(), "outside of the data section, which has 31 bytes; the file may be cut short");
        refuses(RawGguf.file(1, 0).tensor("a", F32, Long.MAX_VALUE / 32 * 32, 8).align(32).zeros(32).bytes(), "outside of the data section");
        refuses(RawGguf.file(1, 0).tensor("a", F32, 8, 1).align(32).zeros(32).bytes(), "begins at 8, which is not a multiple of the alignment 32");
        refuses(RawGguf.file(2, 0).tensor("a", F32, 32, 8).tensor("b", F32, 0, 9).align(32).zeros(64).bytes(), "tensors 'b' and 'a' overlap");
        refuses(RawGguf.file(2, 0).tensor("a", F32, 0, 8).tensor("a", F32, 32, 8).align(32).zeros(64).bytes(), "two tensors are named 'a'");
    }

    @Test
    void refusesIntegersAsWeights() {
        byte[] bytes = RawGguf.file(1, 0).tensor("a", 26, 0, 2).align(32).zeros(8).bytes();
        assertThatThrownBy(() -> GgufFile.of("m", bytes).floats("a")).isInstanceOf(GgufException.class).hasMessageContaining("holds I32");
    }

    private static void refuses(byte[] bytes, String message) {
        assertThatThrownBy(() -> GgufFile.of("m", bytes)).isInstanceOf(GgufException.class).hasMessageStartingWith("m: ").hasMessageContaining(message);
    }
}
