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
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kinds on stored cases, and on cases whose expectations were changed: each change must be noticed. */
class EncoderKindsTest {
    private static final Path GOLDEN = Path.of("../models/src/test/resources/golden");

    @TempDir
    private Path folder;

    private String run(Path cases) throws IOException {
        Map<String, ParityKind> kinds = new HashMap<>(EncoderKinds.KINDS);
        kinds.putAll(WordPieceKinds.KINDS);
        var printed = new ByteArrayOutputStream();
        try (Executor device = Executors.open("cpu", 2)) {
            new ParityRunner(kinds).runAll(cases, device, new PrintStream(printed, true, StandardCharsets.UTF_8));
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void storedCasesPass() throws IOException {
        assertThat(run(GOLDEN.resolve("models/bert-a"))).contains("2 passed, 0 failed");
        assertThat(run(GOLDEN.resolve("models/bert-places"))).contains("1 passed, 0 failed");
        assertThat(run(GOLDEN.resolve("tokenizer/small-wordpiece"))).contains("1 passed, 0 failed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"a b\" | \"a c\"", "442 | 441", "\"max_length\": 16 | \"max_length\": 17", "\"truncated_texts\" | \"twisted_texts\""})
    void aChangedTokenizerCaseFails(String from, String to) throws IOException {
        Path source = GOLDEN.resolve("tokenizer/small-wordpiece");
        Files.copy(source.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        String json = Files.readString(source.resolve("case.json"));
        assertThat(json).contains(from);
        Files.writeString(folder.resolve("case.json"), json.replace(from, to));
        assertThat(run(folder)).contains("FAIL").contains("0 passed, 1 failed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"pooling\": \"mean\" | \"pooling\": \"cls\" | FAIL", "\"value\": 0.0001 | \"value\": 1e-9 | FAIL",
        "\"checkpoint\": \"../..\" | \"checkpoint\": \"../../none\" | needs a config.json"})
    void aChangedEncoderCaseFails(String from, String to, String message) throws IOException {
        Path source = GOLDEN.resolve("models/bert-a");
        Path target = Files.createDirectories(folder.resolve("cases/pair"));
        for (String name : new String[] {"config.json", "model.safetensors"}) Files.copy(source.resolve(name), folder.resolve(name));
        Files.copy(source.resolve("cases/pair/tensors.safetensors"), target.resolve("tensors.safetensors"));
        String json = Files.readString(source.resolve("cases/pair/case.json"));
        assertThat(json).contains(from);
        Files.writeString(target.resolve("case.json"), json.replace(from, to));
        assertThat(run(folder)).contains(message).contains("0 passed, 1 failed");
    }
}
