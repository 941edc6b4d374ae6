package embedrl.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @Test
    void writesExactBytes(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("a.safetensors");
        new SafetensorsWriter()
                .metadata("format", "pt")
                .bfloat16("half", new int[] {1}, new float[] {1f})
                .floats("z", new int[] {1}, new float[] {1f})
                .ints("b", new int[] {1}, new int[] {258})
                .longs("y", new int[] {}, new long[] {-1})
                .write(path);
        byte[] bytes = Files.readAllBytes(path);
        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"y\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[8,12]},"
                + "\"z\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]},"
                + "\"half\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[16,18]}}";
        int padded = (header.length() + 7) / 8 * 8;
        byte[] expected = SafetensorsFileTest.file(header + " ".repeat(padded - header.length()),
                new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, 2, 1, 0, 0, 0, 0, (byte) 0x80, 0x3f, (byte) 0x80, 0x3f});
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).isEqualTo(new String(expected, StandardCharsets.ISO_8859_1));
    }

    @Test
    void roundTripsTensorsLargerThanTheBuffer(@TempDir Path folder) throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        float[] floats = new float[700_001];
        int[] ints = random.ints(300_000).toArray();
        long[] longs = random.longs(140_000).toArray();
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.intBitsToFloat(random.nextInt());
        }
        Path path = folder.resolve("big.safetensors");
        new SafetensorsWriter().floats("f", new int[] {floats.length}, floats).ints("i", new int[] {3, 100_000}, ints)
                .longs("l", new int[] {140, 1000}, longs).bfloat16("b", new int[] {floats.length}, () -> floats).write(path);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            float[] read = file.floats("f");
            for (int i = 0; i < floats.length; i++) {
                if (Float.floatToRawIntBits(read[i]) != Float.floatToRawIntBits(floats[i])) {
                    assertThat(read[i]).as("element " + i).isEqualTo(floats[i]);
                }
            }
            assertThat(Arrays.equals(file.ints("i"), ints)).isTrue();
            assertThat(Arrays.equals(file.longs("l"), longs)).isTrue();
            assertThat(file.shape("i")).containsExactly(3, 100_000);
            float[] narrow = file.floats("b");
            for (int i = 0; i < floats.length; i++) {
                if (Float.isNaN(floats[i])) {
                    assertThat(narrow[i]).isNaN();
                } else if (Math.abs(floats[i]) < 1e38f && Math.abs(floats[i]) > 1e-37f
                        && Math.abs(narrow[i] - floats[i]) > Math.abs(floats[i]) / 256) {
                    assertThat(narrow[i]).as("element " + i).isEqualTo(floats[i]);
                }
            }
        }
    }

    @Test
    void roundsBfloat16ToNearestEven() {
        assertThat(SafetensorsWriter.bfloat16Bits(Float.intBitsToFloat(0x3f808000))).isEqualTo((short) 0x3f80);
        assertThat(SafetensorsWriter.bfloat16Bits(Float.intBitsToFloat(0x3f818000))).isEqualTo((short) 0x3f82);
        assertThat(SafetensorsWriter.bfloat16Bits(Float.intBitsToFloat(0x3f808001))).isEqualTo((short) 0x3f81);
        assertThat(SafetensorsWriter.bfloat16Bits(Float.MAX_VALUE)).isEqualTo((short) 0x7f80);
        assertThat(SafetensorsWriter.bfloat16Bits(Float.intBitsToFloat(0x7f800001))).isEqualTo((short) 0x7fc0);
        assertThat(SafetensorsWriter.bfloat16Bits(-0f)).isEqualTo((short) 0x8000);
    }

    @Test
    void failedWriteKeepsTheOldFile(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("a.safetensors");
        new SafetensorsWriter().floats("a", new int[] {1}, new float[] {4}).write(path);
        byte[] old = Files.readAllBytes(path);
        Supplier<float[]> failing = () -> {
            throw new UncheckedIOException(new IOException("No space left on device"));
        };
        SafetensorsWriter writer = new SafetensorsWriter().floats("a", new int[] {1}, new float[] {5}).floats("b", new int[] {1}, failing);
        assertThatThrownBy(() -> writer.write(path)).hasMessageContaining("No space left");
        assertThat(Files.readAllBytes(path)).isEqualTo(old);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void permissionsAreThoseOfAnOrdinaryFile(@TempDir Path folder) throws IOException {
        org.junit.jupiter.api.Assumptions.assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path ordinary = Files.createFile(folder.resolve("ordinary"));
        Path path = folder.resolve("a.safetensors");
        new SafetensorsWriter().write(path);
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(Files.getPosixFilePermissions(ordinary))
                .contains(PosixFilePermission.OWNER_READ);
    }

    @Test
    void leftoverOfAnotherWriteIsNotTouched(@TempDir Path folder) throws IOException {
        Path leftover = Files.writeString(folder.resolve(".a." + ProcessHandle.current().pid() + "-0.tmp"), "half");
        new SafetensorsWriter().write(folder.resolve("a"));
        assertThat(leftover).hasContent("half");
        assertThat(folder.resolve("a")).exists();
    }

    @Test
    void refusesWrongInput(@TempDir Path folder) {
        SafetensorsWriter writer = new SafetensorsWriter().floats("a", new int[] {2, 2}, new float[3]);
        assertThatThrownBy(() -> writer.write(folder.resolve("a")))
                .hasMessage("safetensors: tensor 'a': shape [2, 2] has 4 elements, got 3 values");
        assertThatThrownBy(() -> writer.ints("a", new int[0], new int[1])).hasMessageContaining("'a' was added twice");
        assertThatThrownBy(() -> writer.ints("n", new int[] {-1}, new int[0])).hasMessageContaining("not negative, got [-1]");
        assertThatThrownBy(() -> writer.ints("__metadata__", new int[0], new int[1])).isInstanceOf(IllegalArgumentException.class);
    }
}
