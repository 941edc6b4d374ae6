package embedrl.examples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.bert.BertCheckpoint;
import embedrl.models.bert.BertConfig;
import embedrl.models.bert.BertEncoder;
import embedrl.tensor.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EmbedCommandTest {
    private static final Path TOKENIZER = Path.of("../models/src/test/resources/golden/tokenizer/small-wordpiece/tokenizer.json");

    @TempDir
    private static Path models;

    @TempDir
    private Path folder;

    @BeforeAll
    static void save() throws IOException {
        for (String name : new String[] {"e5-tiny", "plain"}) {
            BertCheckpoint.save(models.resolve(name), new BertEncoder(new BertConfig(807, 8, 12, 1, 2, 32, 2, 1e-12f, BertConfig.Activation.GELU, false), Seed.of(2)));
            Files.copy(TOKENIZER, models.resolve(name).resolve("tokenizer.json"));
        }
    }

    private static Invocation embed(String model, Object... more) {
        Object[] words = new Object[more.length + 3];
        words[0] = "embed";
        words[1] = "--model";
        words[2] = models.resolve(model);
        System.arraycopy(more, 0, words, 3, more.length);
        return Invocation.of(words);
    }

    private static float[] vector(String line) {
        JsonNode values = JsonMapper.shared().readTree(line).get("vector");
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) vector[i] = values.get(i).floatValue();
        return vector;
    }

    @Test
    void printsAUnitVectorForEachText() throws IOException {
        Path lines = Files.writeString(folder.resolve("lines.txt"), "two\n\nthree \"quoted\"\n");
        Invocation run = embed("e5-tiny", "--text", "one", "--file", lines);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        List<String> rows = run.out().lines().toList();
        assertThat(rows.stream().map(row -> JsonMapper.shared().readTree(row).get("text").stringValue())).containsExactly("one", "two", "", "three \"quoted\"");
        for (String row : rows) {
            double norm = 0;
            for (float value : vector(row)) norm += value * value;
            assertThat(norm).isBetween(0.99999, 1.00001);
        }
    }

    @Test
    void theFamilyOfTheNameDecidesAndOptionsComeFirst() {
        float[] passage = vector(embed("e5-tiny", "--text", "a wall").out());
        float[] query = vector(embed("e5-tiny", "--text", "a wall", "--query").out());
        assertThat(query).isNotEqualTo(passage);
        assertThat(vector(embed("plain", "--pooling", "mean", "--text", "query: a wall").out())).isEqualTo(query);
        assertThat(vector(embed("plain", "--family", "e5", "--text", "a wall", "--threads", 1).out())).isEqualTo(passage);
        assertThat(vector(embed("e5-tiny", "--pooling", "cls", "--text", "a wall").out())).isNotEqualTo(passage);
        assertThat(vector(embed("plain", "--pooling", "mean", "--text", "a wall of stone", "--max-tokens", 3).out()))
                .isEqualTo(vector(embed("plain", "--pooling", "mean", "--text", "a").out()));
    }

    @Test
    void oneItemOrSeveralAndTheFirstNumbersOfAVector() {
        Invocation together = embed("e5-tiny", "--text", "a ", "--text", "wall", "--together");
        assertThat(together.code()).as(together.err()).isZero();
        assertThat(vector(together.out())).isEqualTo(vector(embed("e5-tiny", "--text", "a wall").out()));
        float[] few = vector(embed("e5-tiny", "--text", "a wall", "--dimensions", 3).out());
        float[] whole = vector(together.out());
        assertThat(few).hasSize(3);
        for (int i = 1; i < 3; i++) assertThat(few[i] / few[0]).isCloseTo(whole[i] / whole[0], within(1e-4f));
    }

    @Test
    void filesHoldTheSameVectors() throws IOException {
        Path npy = folder.resolve("v.npy");
        Path jsonl = folder.resolve("v.jsonl");
        String printed = embed("e5-tiny", "--text", "one", "--text", "two").out();
        assertThat(embed("e5-tiny", "--text", "one", "--text", "two", "--out", npy).code()).isZero();
        assertThat(embed("e5-tiny", "--text", "one", "--text", "two", "--out", jsonl).out()).isEmpty();
        assertThat(jsonl).hasContent(printed);
        byte[] bytes = Files.readAllBytes(npy);
        assertThat(bytes).hasSize(128 + 2 * 8 * 4);
        assertThat(new String(bytes, 1, 5, StandardCharsets.US_ASCII)).isEqualTo("NUMPY");
        assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII)).startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 8), }").endsWith(" \n");
        float[] values = new float[16];
        ByteBuffer.wrap(bytes, 128, 64).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        assertThat(Arrays.copyOfRange(values, 8, 16)).isEqualTo(vector(printed.lines().toList().get(1)));
    }

    private static void fails(Invocation run, int code, String message) {
        assertThat(run.code()).as(run.err()).isEqualTo(code);
        assertThat(run.err().lines()).singleElement().asString().startsWith("embedrl embed: ").contains(message).doesNotContain("embed: embed:");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void whatIsWrongIsSaidInOneLine() throws IOException {
        fails(embed("plain", "--text", "x"), 2, "nor its name tell how its vectors are pooled; give a pooling (mean, cls or last) or a family (minilm, bge or e5)");
        fails(embed("e5-tiny"), 2, "there is nothing to embed");
        fails(embed("e5-tiny", "--text", "x", "--pooling", "max"), 2, "--pooling: 'max' is unknown; known are mean, cls, last");
        fails(embed("e5-tiny", "--text", "x", "--out", "v.txt"), 2, "--out: a file's name ends with .npy or .jsonl");
        fails(embed("e5-tiny", "--text", "x", "--max-tokens", 2), 2, "needs at least 3 tokens");
        fails(embed("e5-tiny", "--image", folder.resolve("x.png")), 2, "--image and --video need a Qwen3-VL model");
        fails(embed("e5-tiny", "--text", "x", "--dtype", "q8_0"), 2, "encoders are kept in float32");
        fails(embed("e5-tiny", "--text", "x", "--dtype", "q9"), 2, "--dtype: ");
        fails(embed("e5-tiny", "--text", "x", "--dimensions", 9), 2, "vectors have 8 numbers, so that no 9 of them can be kept");
        fails(embed("e5-tiny", "--file", folder.resolve("none")), 66, "no such file or folder");
        fails(embed("none", "--text", "x"), 66, "no such file or folder");
        fails(embed("e5-tiny", "--file", Files.write(folder.resolve("latin"), new byte[] {'a', (byte) 0xe9, '\n'})), 65, "is not UTF-8");
        Path broken = folder.resolve("e5");
        Files.createDirectory(broken);
        Files.writeString(broken.resolve("tokenizer.json"), "{");
        fails(embed(broken.toString(), "--text", "x"), 65, "tokenizer.json: not valid JSON");
        Files.copy(TOKENIZER, broken.resolve("tokenizer.json"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        fails(embed(broken.toString(), "--text", "x"), 66, "neither model.safetensors nor model.onnx");
        Files.write(broken.resolve("model.onnx"), new byte[] {0x3a, 100, 1});
        fails(embed(broken.toString(), "--text", "x"), 65, "model.onnx, byte 2: a field needs 100 bytes, and 1 are left");
    }
}
