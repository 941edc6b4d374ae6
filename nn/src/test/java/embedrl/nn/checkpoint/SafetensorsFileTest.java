package embedrl.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
    /** A file built by hand, independent of the writer. */
    static byte[] file(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length).put(json).put(data).array();
    }

    private static SafetensorsFile read(String header, int dataBytes) {
        return SafetensorsFile.of("test", file(header, new byte[dataBytes]));
    }

    @Test
    void readsEveryTypeFromHandMadeBytes(@TempDir Path folder) throws IOException {
        byte[] data = ByteBuffer.allocate(8 * 2 + 4 * 2 + 4 + 2 * 2 + 2 * 2 + 8).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(7).putLong(-3).putFloat(1.5f).putFloat(-0.25f).putInt(-9)
                .putShort((short) 0x3c00).putShort((short) 0xfbff)
                .putShort((short) 0x3f80).putShort((short) 0xc2f7)
                .putDouble(0.1).array();
        String header = """
                {"__metadata__":{"format":"pt"},
                "long":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},
                "float":{"dtype":"F32","shape":[1,2],"data_offsets":[16,24]},
                "int":{"dtype":"I32","shape":[],"data_offsets":[24,28]},
                "half":{"dtype":"F16","shape":[2,1],"data_offsets":[28,32]},
                "brain":{"dtype":"BF16","shape":[2],"data_offsets":[32,36]},
                "double":{"dtype":"F64","shape":[1],"data_offsets":[36,44]}}""";
        Path path = Files.write(folder.resolve("a.safetensors"), file(header, data));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.names()).containsExactly("brain", "double", "float", "half", "int", "long");
            assertThat(file.metadata()).containsExactly(org.assertj.core.api.Assertions.entry("format", "pt"));
            assertThat(file.longs("long")).containsExactly(7, -3);
            assertThat(file.ints("long")).containsExactly(7, -3);
            assertThat(file.floats("float")).containsExactly(1.5f, -0.25f);
            assertThat(file.shape("float")).containsExactly(1, 2);
            assertThat(file.ints("int")).containsExactly(-9);
            assertThat(file.longs("int")).containsExactly(-9);
            assertThat(file.shape("int")).isEmpty();
            assertThat(file.floats("half")).containsExactly(1f, -65504f);
            assertThat(file.floats("brain")).containsExactly(1f, -123.5f);
            assertThat(file.doubles("double")).containsExactly(0.1);
            assertThat(file.doubles("half")).containsExactly(1, -65504);
            assertThat(file.floatsNarrowed("double")).containsExactly(0.1f);
            assertThat(file.bytes("int").byteSize()).isEqualTo(4);
            assertThat(file.entry("half")).isEqualTo(new TensorEntry("half", ElementType.F16, new long[] {2, 1}, 28, 32));
            assertThatThrownBy(() -> file.floats("double")).isInstanceOf(SafetensorsException.class)
                    .hasMessageContaining("a.safetensors").hasMessageContaining("'double': F64 does not fit float32");
            assertThatThrownBy(() -> file.floats("int")).hasMessageContaining("'int': expected F32, F16 or BF16, found I32");
            assertThatThrownBy(() -> file.ints("float")).hasMessageContaining("expected I32 or I64, found F32");
            assertThatThrownBy(() -> file.entry("lost")).hasMessageContaining("no tensor 'lost' among 6, the first is 'brain'");
        }
    }

    @Test
    void intsOutsideThirtyTwoBitsAreNamed() {
        byte[] data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(1).putLong(1L << 31).array();
        SafetensorsFile file = SafetensorsFile.of("ids", file("{\"x\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]}}", data));
        assertThat(file.longs("x")).containsExactly(1, 1L << 31);
        assertThatThrownBy(() -> file.ints("x")).isInstanceOf(SafetensorsException.class)
                .hasMessage("ids: tensor 'x': element 1 is 2147483648, outside int32; read it with longs");
    }

    @Test
    void emptyFilesAndEmptyTensorsAreValid() {
        assertThat(read("{}", 0).names()).isEmpty();
        assertThat(read("{}      ", 0).metadata()).isEmpty();
        SafetensorsFile file = read("""
                {"a":{"dtype":"F32","shape":[0,3],"data_offsets":[4,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
                "c":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"extra":[{"x":1}]}}""", 4);
        assertThat(file.floats("a")).isEmpty();
        assertThat(file.floats("b")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "[]                                                                                    | 0 | must start with '{'",
        "` {}`                                                                                 | 0 | must start with '{'",
        "{} {}                                                                                 | 0 | follows the header's closing brace",
        "{                                                                                     | 0 | not valid JSON",
        "{\"a\":3}                                                                             | 0 | expected START_OBJECT",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}                                             | 4 | missing data_offsets",
        "{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}                                        | 4 | missing dtype",
        "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}                                    | 4 | missing shape",
        "{\"a\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}}                      | 4 | unknown dtype 'F33'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}                      | 4 | F32[2] takes 8 bytes, data_offsets [0, 4] span 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}                     | 4 | not negative, found -1",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}                    | 4 | expected VALUE_NUMBER_INT",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}                      | 4 | begin ≤ end",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}                    | 4 | [begin, end]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}                      | 8 | a hole",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}                      | 5 | something follows the last tensor",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}                      | 3 | it was cut short",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}  | 0 | overflows 64 bits",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551617],\"data_offsets\":[0,4]}}   | 4 | not valid JSON",
        "{\"__metadata__\":{\"a\":1}}                                                          | 0 | expected VALUE_STRING",
        "{\"__metadata__\":\"a\"}                                                              | 0 | expected START_OBJECT",
        "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}                                          | 0 | Duplicate",
        "{\"__metadata__\":{\"a\":\"\\ud800\"}}                                                | 0 | half of a surrogate pair",
    })
    void refusesWhatTheFormatForbids(String header, int dataBytes, String message) {
        assertThatThrownBy(() -> read(header, dataBytes)).isInstanceOf(SafetensorsException.class)
                .hasMessageStartingWith("test: ").hasMessageContaining(message);
    }

    @Test
    void refusesDuplicatesAndOverlaps() {
        String a = "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}";
        String b = "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}";
        assertThatThrownBy(() -> read("{" + a + "," + a + "}", 4)).hasMessageContaining("Duplicate");
        assertThatThrownBy(() -> read("{" + a + "," + b + "}", 6))
                .hasMessage("test: tensor 'b' must begin at byte 4, where the one before it ends, found 2 (an overlap)");
    }

    @Test
    void refusesBadLengthsAndText(@TempDir Path folder) {
        assertThatThrownBy(() -> SafetensorsFile.of("f", new byte[7])).hasMessage("f: a safetensors file has at least 8 bytes, found 7");
        byte[] tooLong = file("{}", new byte[0]);
        tooLong[0] = 3;
        assertThatThrownBy(() -> SafetensorsFile.of("f", tooLong)).hasMessage("f: the header claims 3 bytes, at most 2 follow in the file");
        tooLong[7] = (byte) 0x80;
        assertThatThrownBy(() -> SafetensorsFile.of("f", tooLong)).hasMessageContaining("9223372036854775811 bytes");
        byte[] latin = file("{\"?\":1}", new byte[0]);
        latin[10] = (byte) 0xe9;
        assertThatThrownBy(() -> SafetensorsFile.of("f", latin)).hasMessage("f: the header is not UTF-8");
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void viewsEndWithTheFile(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("a.safetensors");
        new SafetensorsWriter().floats("a", new int[] {2}, new float[] {1, 2}).write(path);
        SafetensorsFile file = SafetensorsFile.open(path);
        var view = file.bytes("a");
        assertThat(view.isReadOnly()).isTrue();
        file.close();
        assertThatThrownBy(() -> view.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> file.floats("a")).isInstanceOf(IllegalStateException.class);
    }

    /** Random damage to small valid files is an error of the content or goes unseen; nothing else is thrown. */
    @Test
    void survivesMutations() throws IOException {
        byte[][] seeds = {
            file("{}", new byte[0]),
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}", new byte[8]),
            file("{\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                    + "\"bé\":{\"dtype\":\"BF16\",\"shape\":[2,2],\"data_offsets\":[8,16]}}", new byte[16]),
        };
        byte[] alphabet = "{}[]\":,0123456789-eE.\\uF32I64 \t\n\0".getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(20261124);
        int refused = 0;
        int rounds = 60_000;
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = seeds[random.nextInt(seeds.length)].clone();
            for (int edit = random.nextInt(4); edit >= 0 && bytes.length > 0; edit--) {
                int at = random.nextInt(bytes.length);
                switch (random.nextInt(5)) {
                    case 0 -> bytes[at] = (byte) random.nextInt(256);
                    case 1 -> bytes[at] = alphabet[random.nextInt(alphabet.length)];
                    case 2 -> bytes = java.util.Arrays.copyOf(bytes, at);
                    case 3 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                    default -> {
                        int from = random.nextInt(bytes.length);
                        int count = Math.min(bytes.length - Math.max(at, from), 1 + random.nextInt(8));
                        System.arraycopy(bytes.clone(), from, bytes, at, count);
                    }
                }
            }
            try (SafetensorsFile file = SafetensorsFile.of("fuzz", bytes)) {
                for (String name : file.names()) {
                    assertThat(file.bytes(name).byteSize()).isLessThanOrEqualTo(bytes.length);
                    switch (file.entry(name).type()) {
                        case F32, F16, BF16 -> file.floats(name);
                        case I32, I64 -> file.longs(name);
                        default -> file.bytes(name);
                    }
                }
            } catch (SafetensorsException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(rounds / 3, rounds - 1);
    }
}
