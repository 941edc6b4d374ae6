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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the kinds of text decoders on stored cases, and on cases whose expectations were changed: each change must be noticed. */
class CausalLanguageKindsTest {
    private static final Path GOLDEN = Path.of("../models/src/test/resources/golden/models");
    private static final Executor DEVICE = Executors.open("cpu", 2);

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        DEVICE.close();
    }

    private static String run(Path cases) throws IOException {
        var printed = new ByteArrayOutputStream();
        new ParityRunner(CausalLanguageKinds.KINDS).runAll(cases, DEVICE, new PrintStream(printed, true, StandardCharsets.UTF_8));
        return printed.toString(StandardCharsets.UTF_8);
    }

    private String changed(String checkpoint, String name, String from, String to) throws IOException {
        try (var files = Files.walk(GOLDEN.resolve(checkpoint))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = folder.resolve(GOLDEN.resolve(checkpoint).relativize(file).toString());
                if (file.toString().contains("cases") && !file.toString().contains("cases/" + name + "/")) continue;
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        Path json = folder.resolve("cases").resolve(name).resolve("case.json");
        assertThat(Files.readString(json)).contains(from);
        Files.writeString(json, Files.readString(json).replace(from, to));
        return run(folder);
    }

    @ParameterizedTest
    @CsvSource({"qwen3-a, 3", "qwen3-bf16, 1", "llama-scaled, 4", "qwen3-untied, 3", "qwen3-yarn-bias, 2"})
    void storedCasesPass(String checkpoint, int cases) throws IOException {
        assertThat(run(GOLDEN.resolve(checkpoint))).contains(cases + " passed, 0 failed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            llama-scaled | batch_left_padded | "layer_1"           | "layer_2"         | expected.layer_2 is a result that this kind does not know
            llama-scaled | batch_left_padded | "rotary_sin"        | "rotary_tan"      | expected.rotary_tan is a result
            llama-scaled | batch_left_padded | "model.norm.weight" | "model.norm.bias" | which is no parameter here
            llama-scaled | greedy            | "step_logits"       | "other_logits"    | expected.other_logits is a result
            qwen3-a      | two_turn_cache    | "key_cache_2"       | "key_cache_3"     | expected.key_cache_3 is a result
            qwen3-a      | two_turn_cache    | "prefill_tokens": 10 | "prefill_tokens": 9 | FAIL
            qwen3-a      | lora              | "loss"              | "cost"            | expected.cost is a result
            qwen3-a      | lora              | merged.model.layers.2 | merged.model.layers.7 | expected.merged.model.layers.7
            """)
    void whatAKindDoesNotKnowIsAFailure(String checkpoint, String name, String from, String to, String message) throws IOException {
        assertThat(changed(checkpoint, name, from, to)).contains("FAIL").contains("0 passed, 1 failed").contains(message);
    }

    @Test
    void anotherScaleOfTheAdapterIsNoticed() throws IOException {
        Path config = Path.of("adapter/adapter_config.json");
        changed("qwen3-a", "lora", "", "");
        Path file = folder.resolve("cases/lora").resolve(config);
        Files.writeString(file, Files.readString(file).replace("\"lora_alpha\": 8", "\"lora_alpha\": 9"));
        assertThat(run(folder)).contains("expected.logits").contains("0 passed, 1 failed");
    }

    @Test
    void otherFrequenciesAreNoticed() throws IOException {
        changed("llama-scaled", "greedy", "", "");
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"factor\": 4.0", "\"factor\": 5.0"));
        assertThat(run(folder)).contains("0 passed, 1 failed");
    }
}
