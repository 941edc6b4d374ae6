package embedrl.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.gguf.GgufValue.Array;
import embedrl.models.gguf.GgufValue.Flag;
import embedrl.models.gguf.GgufValue.Real;
import embedrl.models.gguf.GgufValue.Type;
import embedrl.models.gguf.GgufValue.Whole;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWriterTest {
    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Map<String, GgufValue> metadata = new LinkedHashMap<>();
        metadata.put("u8", new Whole(Type.UINT8, 255));
        metadata.put("i16", new Whole(Type.INT16, -2));
        metadata.put("u32", GgufValue.of(7));
        metadata.put("i64", new Whole(Type.INT64, Long.MIN_VALUE));
        metadata.put("f32", GgufValue.of(1e-5f));
        metadata.put("f64", new Real(Type.FLOAT64, Math.PI));
        metadata.put("flag", GgufValue.of(true));
        metadata.put("text", GgufValue.of("é\n"));
        metadata.put("texts", GgufValue.ofTexts(List.of("a", "", "🙂")));
        metadata.put("ints", GgufValue.ofInts(List.of(1, -1)));
        metadata.put("deep", new Array(Type.ARRAY, List.of(new Array(Type.BOOL, List.of(new Flag(false))), new Array(Type.STRING, List.of()))));
        GgufWriter writer = new GgufWriter();
        metadata.forEach(writer::metadata);
        byte[] q6 = new byte[210];
        q6[3] = 9;
        float[] matrix = new float[3 * 64];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = i % 16 - 8;
        }
        writer.floats("f32", GgmlType.F32, new int[] {3}, () -> new float[] {1, -2, 3}).floats("q4", GgmlType.Q4_0, new int[] {3, 64}, () -> matrix)
                .blocks("q6", GgmlType.Q6_K, new int[] {256}, () -> MemorySegment.ofArray(q6)).floats("scalar", GgmlType.BF16, new int[0], () -> new float[] {0.5f});
        Path path = folder.resolve("m.gguf");
        writer.write(path);

        try (GgufFile file = GgufFile.open(path)) {
            assertThat(file.metadata().values()).isEqualTo(metadata);
            assertThat(file.metadata().values().keySet()).containsExactlyElementsOf(metadata.keySet());
            assertThat(file.names()).containsExactly("f32", "q4", "q6", "scalar");
            assertThat(file.tensor("q4").shape()).containsExactly(3L, 64L);
            assertThat(file.floats("f32")).containsExactly(1, -2, 3);
            assertThat(file.floats("q4")).containsExactly(matrix);   // −8 … 7 are the numbers of Q4_0 themselves
            assertThat(file.bytes("q6").mismatch(MemorySegment.ofArray(q6))).isEqualTo(-1);
            assertThat(file.floats("scalar")).containsExactly(0.5f);
            assertThat(file.tensors().values()).allMatch(tensor -> tensor.offset() % 32 == 0);
        }
        assertThat(Files.size(path) % 32).isZero();
    }

    @Test
    void writesValuesInParts() throws IOException {
        float[] values = new float[(1 << 20) + 32];
        values[values.length - 1] = 2;
        Path path = folder.resolve("m.gguf");
        new GgufWriter().floats("a", GgmlType.F16, new int[] {values.length / 32, 32}, () -> values).write(path);
        try (GgufFile file = GgufFile.open(path)) {
            assertThat(file.floats("a")).isEqualTo(values);
        }
    }

    @Test
    void aTensorOfAnotherSizeLeavesTheOldFile() throws IOException {
        Path path = Files.writeString(folder.resolve("m.gguf"), "old");
        assertThatThrownBy(() -> new GgufWriter().floats("a", GgmlType.F32, new int[] {2, 2}, () -> new float[3]).write(path))
                .isInstanceOf(GgufException.class).hasMessage("write: tensor 'a' has the shape [2, 2], got 3 values");
        assertThatThrownBy(() -> new GgufWriter().blocks("a", GgmlType.Q8_0, new int[] {32}, () -> MemorySegment.ofArray(new byte[33])).write(path))
                .isInstanceOf(GgufException.class).hasMessage("write: tensor 'a' of Q8_0[32] has 34 bytes, got 33");
        assertThat(path).hasContent("old");
        assertThat(folder).isDirectoryContaining(file -> file.equals(path));
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void refusesWhatNoReaderTakes() {
        GgufWriter writer = new GgufWriter().metadata("a", GgufValue.of(1)).floats("a", GgmlType.F32, new int[] {1}, () -> new float[1]);
        refuses(() -> writer.metadata("a", GgufValue.of(2)), "metadata 'a' is added twice");
        refuses(() -> writer.metadata("general.alignment", GgufValue.of(8)), "general.alignment is fixed at 32");
        refuses(() -> writer.floats("a", GgmlType.F32, new int[] {1}, () -> new float[1]), "tensor 'a' is added twice");
        refuses(() -> writer.floats("b", GgmlType.Q4_0, new int[] {32, 16}, () -> new float[512]), "rows of a multiple of 32 elements (Q4_0), got [32, 16]");
        refuses(() -> writer.floats("b", GgmlType.F32, new int[] {2, 0}, () -> new float[0]), "sizes from 1, got [2, 0]");
        refuses(() -> writer.floats("b", GgmlType.F32, new int[5], () -> new float[0]), "sizes from 1");
        refuses(() -> writer.floats("b", GgmlType.Q2_K, new int[] {256}, () -> new float[256]), "values are not converted to Q2_K");
        refuses(() -> new Whole(Type.UINT8, 256), "256 is not a value of type UINT8");
        refuses(() -> new Real(Type.FLOAT32, 0.1), "0.1 is not a value of type FLOAT32");
        refuses(() -> new Array(Type.INT32, List.of(new Flag(true))), "an array of INT32 holds a value of type BOOL");
    }

    private static void refuses(Runnable action, String message) {
        assertThatThrownBy(action::run).isInstanceOf(GgufException.class).hasMessageContaining(message);
    }
}
