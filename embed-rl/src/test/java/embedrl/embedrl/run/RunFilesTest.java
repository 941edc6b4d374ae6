package embedrl.embedrl.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RunFilesTest {
    private static final Estimate HALF = new Estimate(0.5, 0.4, 0.6, 128);

    @TempDir
    private Path folder;

    private static JsonNode read(Path file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(file));
    }

    private static RunManifest manifest() {
        return RunManifest.begin(List.of("quickstart", "--seed", "7"), Map.of("steps", 300), 7, "0123abc", Map.of("jdk", "25", "cores", "2"), "reference", Map.of("name", "scenes"),
                Instant.parse("2026-11-24T12:00:00Z"));
    }

    @Test
    void runsOfOneSecondGetDifferentFolders() throws IOException {
        var time = LocalDateTime.of(2026, 11, 24, 9, 8, 7, 999);
        Path runs = folder.resolve("runs");
        assertThat(RunDirectory.createNamed(runs, time).path()).isEqualTo(runs.resolve("2026-11-24T09-08-07")).isEmptyDirectory();
        assertThat(RunDirectory.createNamed(runs, time).path()).isEqualTo(runs.resolve("2026-11-24T09-08-07-2"));
        assertThat(RunDirectory.createNamed(runs, time).path()).isEqualTo(runs.resolve("2026-11-24T09-08-07-3"));
    }

    @Test
    void aNewOrAnEmptyFolderIsTaken() throws IOException {
        assertThat(RunDirectory.create(folder).path()).isEqualTo(folder);
        assertThat(RunDirectory.create(folder.resolve("a/b")).path()).isEmptyDirectory();
    }

    @Test
    void aForeignFolderIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("thesis.txt"), "mine");
        assertThatThrownBy(() -> RunDirectory.create(folder)).isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(folder + ": is not empty; choose another folder, so that no file of yours is overwritten");
        assertThat(folder).isDirectoryNotContaining(file -> !file.endsWith("thesis.txt"));
        assertThatThrownBy(() -> RunDirectory.create(folder.resolve("thesis.txt"))).isInstanceOf(FileAlreadyExistsException.class).hasMessageContaining("is a file");
    }

    @Test
    void anEarlierRunIsOpenedAndNotOverwritten() throws IOException {
        assertThatThrownBy(() -> RunDirectory.open(folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("no run was written there");
        manifest().write(RunDirectory.create(folder).manifest());
        assertThat(RunDirectory.open(folder).path()).isEqualTo(folder);
        assertThatThrownBy(() -> RunDirectory.create(folder)).isInstanceOf(FileAlreadyExistsException.class).hasMessageContaining("holds a run already");
    }

    @Test
    void theManifestSaysWhatRanAndLaterHowItEnded() throws IOException {
        Path file = folder.resolve("manifest.json");
        manifest().write(file);
        JsonNode running = read(file);
        assertThat(running.get("command").toString()).isEqualTo("[\"quickstart\",\"--seed\",\"7\"]");
        assertThat(running.get("ended").isNull()).isTrue();
        assertThat(running.get("exit_code").isNull()).isTrue();
        assertThat(running.get("configuration").get("steps").asInt()).isEqualTo(300);
        assertThat(running.get("machine").get("cores").asString()).isEqualTo("2");
        assertThat(running.get("commit").asString()).isEqualTo("0123abc");
        manifest().end(Instant.parse("2026-11-24T12:05:00Z"), 0).write(file);
        JsonNode ended = read(file);
        assertThat(ended.get("ended").asString()).isEqualTo("2026-11-24T12:05:00Z");
        assertThat(ended.get("exit_code").asInt()).isZero();
        assertThat(folder).isDirectoryNotContaining("glob:**/.*");
    }

    @Test
    void aFileThatCannotBeReplacedStays() throws IOException {
        Path file = folder.resolve("manifest.json");
        manifest().write(file);
        String before = Files.readString(file);
        Files.createDirectories(folder.resolve(".manifest.json.tmp"));
        assertThatThrownBy(() -> manifest().end(Instant.EPOCH, 1).write(file)).isInstanceOf(IOException.class);
        assertThat(file).hasContent(before);
    }

    @Test
    void resultsHaveTheirAgreedNames() throws IOException {
        var results = new Results(
                List.of(new Arm("raw", "raw input", Map.of("hit@1", HALF), Map.of("grounding", Map.of("hit@1", HALF))), new Arm("egrl", "EG-RL, greedy", Map.of("hit@1", HALF), Map.of())),
                List.of(new Difference("egrl", "raw", "hit@1", new Estimate(0.1, 0.05, 0.15, 128))), List.of(new Arm("raw", "", Map.of("hit@1", HALF), Map.of())), new Results.HeldoutReward(1.25, 1.5), Map.of("seconds", Map.of("warmup", 69.0)));
        Path file = folder.resolve("results.json");
        results.write(file);
        JsonNode json = read(file);
        JsonNode raw = json.get("arms").get(0);
        assertThat(raw.get("name").asString()).isEqualTo("raw");
        assertThat(raw.get("hit@1").toString()).isEqualTo("{\"value\":0.5,\"low\":0.4,\"high\":0.6,\"n\":128}");
        assertThat(raw.get("families").get("grounding").get("hit@1").get("n").asInt()).isEqualTo(128);
        assertThat(json.get("egrl").get("heldout_reward_before").asDouble()).isEqualTo(1.25);
        assertThat(json.get("egrl").get("heldout_reward_after").asDouble()).isEqualTo(1.5);
        JsonNode difference = json.get("differences").get(0);
        assertThat(difference.toString()).isEqualTo(
                "{\"arm\":\"egrl\",\"baseline\":\"raw\",\"metric\":\"hit@1\",\"value\":0.1,\"low\":0.05,\"high\":0.15,\"n\":128,\"outside_interval\":true}");
        assertThat(json.get("unseen_concepts").get(0).get("hit@1").get("value").asDouble()).isEqualTo(0.5);
        assertThat(json.get("seconds").get("warmup").asDouble()).isEqualTo(69.0);
    }

    @Test
    void resultsThatContradictThemselvesAreRefused() {
        var raw = new Arm("raw", "", Map.of(), Map.of());
        assertThatThrownBy(() -> new Results(List.of(raw, raw), List.of(), List.of(), null, Map.of())).hasMessageContaining("different names");
        assertThatThrownBy(() -> new Results(List.of(raw), List.of(new Difference("egrl", "raw", "hit@1", HALF)), List.of(), null, Map.of())).hasMessageContaining("[raw], got egrl and raw");
        assertThatThrownBy(() -> new Estimate(0.5, 0.6, 0.7, 3)).hasMessage("estimate: needs low ≤ value ≤ high and n ≥ 1, got 0.6, 0.5, 0.7 and 3");
        assertThatThrownBy(() -> new Arm("raw", "", Map.of("name", HALF), Map.of())).hasMessageContaining("cannot be called name");
        assertThatThrownBy(() -> new RunManifest(List.of(), Map.of(), 0, null, Map.of(), "", Map.of(), Instant.EPOCH, null, 3)).hasMessageContaining("an exit code");
    }

    @Test
    void anIntervalThatTouchesZeroDoesNotExcludeIt() {
        assertThat(new Estimate(0.1, 0.0, 0.2, 9).excludesZero()).isFalse();
        assertThat(new Estimate(0.1, 0.01, 0.2, 9).excludesZero()).isTrue();
        assertThat(new Estimate(-0.1, -0.2, -0.01, 9).excludesZero()).isTrue();
    }
}
