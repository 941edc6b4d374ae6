package embedrl.examples.parity;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the kinds on stored cases, and on cases whose expectations were changed: each change must be noticed. */
class VisionLanguageKindsTest {
    private static final Path GOLDEN = Path.of("../models/src/test/resources/golden/models");
    private static final Executor DEVICE = Executors.open("cpu", 2);

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        DEVICE.close();
    }

    @BeforeEach
    void copyCheckpoint() throws IOException {
        copy(GOLDEN.resolve("qwen3vl-a"), folder);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    private String run(String name, String from, String to) throws IOException {
        Path target = folder.resolve("cases").resolve(name);
        copy(GOLDEN.resolve("qwen3vl-a/cases").resolve(name), target);
        String json = Files.readString(target.resolve("case.json"));
        assertThat(json).contains(from);
        Files.writeString(target.resolve("case.json"), json.replace(from, to));
        var printed = new ByteArrayOutputStream();
        new ParityRunner(VisionLanguageKinds.KINDS).runAll(folder, DEVICE, new PrintStream(printed, true, StandardCharsets.UTF_8));
        return printed.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"two_images_different_sizes", "image_and_video", "greedy_batch_left_padded"})
    void storedCasesPass(String name) throws IOException {
        assertThat(run(name, "", "")).contains("  ok").contains("1 passed, 0 failed");
    }

    @Test
    void anUnusualConfigurationPasses() throws IOException {
        var printed = new ByteArrayOutputStream();
        new ParityRunner(VisionLanguageKinds.KINDS).runAll(GOLDEN.resolve("qwen3vl-merge3"), DEVICE, new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("1 passed, 0 failed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "text_only | \"layer_2\": { | \"layer_7\": { | expected.layer_7 is a result that this kind does not know",
            "two_images_different_sizes | \"image.block_3\": { | \"image.block_4\": { | expected.image.block_4",
            "text_only | embed_tokens.weight | embed_tokens.bias | the model has no parameter",
            "text_only | \"checkpoint\": \"../..\" | \"checkpoint\": \"../other\" | config.json",
            "greedy_batch_left_padded | \"step_logits\" | \"other_logits\" | expected.other_logits is a result that this kind does not know"})
    void whatIsNotKnownFails(String name, String from, String to, String message) throws IOException {
        assertThat(run(name, from, to)).contains(message).contains("0 passed, 1 failed");
    }

    @Test
    void placesOfEmbeddingTokensAreCompared() throws IOException {
        String json = Files.readString(GOLDEN.resolve("qwen3vl-a/cases/text_only/case.json"));
        String places = json.substring(json.indexOf("\"embedding_positions\""));
        String list = places.substring(places.indexOf('['), places.indexOf(']') + 1);
        assertThat(run("text_only", "\"embedding_positions\": " + list, "\"embedding_positions\": [1]")).contains("embedding_positions").contains("FAIL");
    }
}
