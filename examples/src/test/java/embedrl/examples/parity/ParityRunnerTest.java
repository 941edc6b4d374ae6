package embedrl.examples.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.nn.checkpoint.SafetensorsWriter;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParityRunnerTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    @TempDir
    Path folder;

    private ParityRunner.Counts run(Path cases) throws IOException {
        return run(ParityRunner.standard(), cases);
    }

    private ParityRunner.Counts run(ParityRunner runner, Path cases) throws IOException {
        try (Executor device = Executors.open("reference", 1)) {
            return runner.runAll(cases, device, new PrintStream(printed, true, StandardCharsets.UTF_8));
        }
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private void write(String name, String json) throws IOException {
        Files.createDirectories(folder.resolve(name));
        Files.writeString(folder.resolve(name).resolve("case.json"), json);
    }

    private void copy(String name) throws IOException {
        Path target = Files.createDirectories(folder.resolve(name));
        try (var files = Files.list(GOLDEN.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"rewards, 13", "tcot, 3", "metrics, 6", "sampling, 1", "losses, 10", "ops, 24", "tokenizer, 1", "conversation, 2"})
    void everyReferenceCaseOfTheAreaPasses(String area, int cases) throws IOException {
        ParityRunner.Counts counts = run(GOLDEN.resolve(area));
        assertThat(counts).as(printed.toString(StandardCharsets.UTF_8)).isEqualTo(new ParityRunner.Counts(cases, 0));
        assertThat(counts.exitCode()).isZero();
        assertThat(lines()).hasSize(cases + 1).last().isEqualTo(cases + " passed, 0 failed");
        assertThat(lines().subList(0, cases)).allMatch(line -> line.endsWith("  ok"));
    }

    @Test
    void aLineNamesKindCaseErrorToleranceAndResult() throws IOException {
        write("b/one", """
                {"kind": "task_averages", "tasks": {"x": [1, 2]}, "expected": {"x": 1.5, "all": 1.5000000005}, "tolerance": {"kind": "absolute", "value": 1e-9}}""");
        assertThat(run(folder).exitCode()).isZero();
        assertThat(lines()).containsExactly("task_averages  b/one  5.00e-10 (all)  absolute 1.0E-9  ok", "1 passed, 0 failed");
    }

    @Test
    void casesRunInTheOrderOfTheirPathsAndFailuresDoNotStopOthers() throws IOException {
        write("b", "{\"kind\": \"nonsense\"}");
        write("a/deep", "not json");
        write("c", """
                {"kind": "judge_answer_parse", "cases": [{"answer": "3", "candidates": 3, "expected": 3}], "tolerance": {"kind": "exact"}}""");
        assertThat(run(folder)).isEqualTo(new ParityRunner.Counts(1, 2));
        assertThat(lines()).hasSize(4);
        assertThat(lines().get(0)).startsWith("?  a/deep  ").endsWith("  FAIL");
        assertThat(lines().get(1)).startsWith("nonsense  b  unknown kind 'nonsense', known are [").contains(" reward_matrix, ").endsWith("]  FAIL");
        assertThat(lines().get(2)).isEqualTo("judge_answer_parse  c  0.00 (cases[0])  exact  ok");
        assertThat(lines().get(3)).isEqualTo("1 passed, 2 failed");
    }

    @Test
    void aWrongValueFails() throws IOException {
        write("w", """
                {"kind": "judge_answer_parse", "cases": [{"answer": "3", "candidates": 3, "expected": 3}, {"answer": "2", "candidates": 3, "expected": 1}],
                 "tolerance": {"kind": "exact"}}""");
        ParityRunner.Counts counts = run(folder);
        assertThat(counts).isEqualTo(new ParityRunner.Counts(0, 1));
        assertThat(counts.exitCode()).isEqualTo(1);
        assertThat(lines().getFirst()).isEqualTo("judge_answer_parse  w  1.00 (cases[1])  exact  [0]: expected 1.0, got 2.0  FAIL");
    }

    @Test
    void aWrongTextFailsAndNullIsNotChecked() throws IOException {
        String json = """
                {"kind": "tcot_parse", "cases": [{"completion": "a\\nb", "item": {"kind": "text"}, "expected": {"text_parts": %s, "format_lenient": %s}}],
                 "tolerance": {"kind": "exact"}}""";
        write("a", json.formatted("[\"a\\nb\"]", "null"));
        write("b", json.formatted("[\"c\"]", "0"));
        write("c", json.formatted("null", "1"));
        assertThat(run(folder)).isEqualTo(new ParityRunner.Counts(1, 2));
        assertThat(lines().get(1)).isEqualTo("tcot_parse  b  1.00 (cases[0].text_parts)  exact  expected [c], got [a⏎b]  FAIL");
        assertThat(lines().get(2)).contains("cases[0].format_lenient");
    }

    @Test
    void aMissingTensorFails() throws IOException {
        copy("rewards/advantage_g5_n1");
        Files.delete(folder.resolve("rewards/advantage_g5_n1/tensors.safetensors"));
        assertThat(run(folder)).isEqualTo(new ParityRunner.Counts(0, 1));
        assertThat(lines().getFirst()).isEqualTo("group_advantage  rewards/advantage_g5_n1  tensor 'input.rewards' is missing  FAIL");
    }

    @Test
    void aWrongTensorFails() throws IOException {
        copy("rewards/advantage_g5_n1");
        rewrite(new float[] {1, 2, 3, 4, 5}, new float[] {1, 2, 3, 4, 5.1f});
        assertThat(run(folder)).isEqualTo(new ParityRunner.Counts(0, 1));
        assertThat(lines().getFirst()).contains("0.100 (expected.advantages)").contains("[4]: expected 5.09").endsWith("FAIL");
    }

    @Test
    void notANumberFails() throws IOException {
        copy("rewards/advantage_g5_n1");
        rewrite(new float[] {1, 2, Float.NaN, 4, 5}, new float[] {1, 2, Float.NaN, 4, 5});
        assertThat(run(folder)).isEqualTo(new ParityRunner.Counts(0, 1));
        assertThat(lines().getFirst()).contains("NaN (expected.advantages)").endsWith("FAIL");
    }

    @Test
    void anotherNumberOfValuesFails() throws IOException {
        copy("rewards/advantage_g5_n1");
        rewrite(new float[] {1, 2, 3, 4}, new float[] {1, 2, 3, 4, 5});
        assertThat(run(folder)).isEqualTo(new ParityRunner.Counts(0, 1));
        assertThat(lines().getFirst()).contains("expected 5 values, got 4");
    }

    private void rewrite(float[] rewards, float[] advantages) throws IOException {
        new SafetensorsWriter()
                .floats("input.rewards", new int[] {rewards.length}, rewards)
                .floats("expected.advantages", new int[] {advantages.length}, advantages)
                .write(folder.resolve("rewards/advantage_g5_n1/tensors.safetensors"));
    }

    @Test
    void valuesMayStandInTheJson() throws IOException {
        write("inline", """
                {"kind": "group_advantage", "parameters": {"group": 2, "epsilon": 1e-6}, "inputs": {"rewards": [[0, 2]]},
                 "expected": {"advantages": [-0.70710678, 0.70710678]}, "tolerance": {"kind": "absolute", "value": 1e-5}}""");
        assertThat(run(folder)).as(printed.toString(StandardCharsets.UTF_8)).isEqualTo(new ParityRunner.Counts(1, 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "'\"acc*margin\"' | '\"acc^margin\"' | unknown name 'acc^margin'",
            "'\"softmax\"' | '\"hardest\"' | unknown name 'hardest'",
            "'\"margin\"' | '\"double\"' | unknown name 'double'",
            "'\"rollouts\"' | '\"new_option\": 1, \"rollouts\"' | parameters that this kind does not know: [new_option]",
            "'\"outcome_scale\"' | '\"outcome_scales\"' | 'parameter ''outcome_scale'' is missing'",
            "absolute | about | unknown kind 'about'"})
    void unknownOptionsFail(String from, String to, String message) throws IOException {
        copy("rewards/rewards_b1_n4");
        Path json = folder.resolve("rewards/rewards_b1_n4/case.json");
        Files.writeString(json, Files.readString(json).replace(from, to));
        assertThat(run(folder)).isEqualTo(new ParityRunner.Counts(0, 1));
        assertThat(lines().getFirst()).contains(message).endsWith("FAIL");
    }

    @Test
    void aResultThatNothingWasComparedWithFails() throws IOException {
        copy("rewards/advantage_g5_n1");
        ParityKind lazy = (file, _) -> List.of(Check.number("x", 1, 1, new Tolerance.Exact()));
        assertThat(run(new ParityRunner(Map.of("group_advantage", lazy)), folder)).isEqualTo(new ParityRunner.Counts(0, 1));
        assertThat(lines().getFirst()).contains("not compared: [expected.advantages]").endsWith("FAIL");
    }

    @Test
    void aCaseWithoutChecksFails() throws IOException {
        write("empty", "{\"kind\": \"judge_answer_parse\", \"cases\": [], \"tolerance\": {\"kind\": \"exact\"}}");
        assertThat(run(folder)).isEqualTo(new ParityRunner.Counts(0, 1));
        assertThat(lines().getFirst()).contains("nothing to check");
    }

    @Test
    void aFolderWithoutCasesIsAnError() {
        assertThatThrownBy(() -> run(folder)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no case.json below");
    }

    @Test
    void theFolderMayBeACaseItself() throws IOException {
        assertThat(run(GOLDEN.resolve("tcot/parse_0"))).isEqualTo(new ParityRunner.Counts(1, 0));
        assertThat(lines().getFirst()).startsWith("tcot_parse  .  ");
    }
}
