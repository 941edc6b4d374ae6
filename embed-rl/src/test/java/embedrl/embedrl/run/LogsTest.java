package embedrl.embedrl.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.embedrl.reward.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class LogsTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void metricsAreOneRowForEachValue() throws IOException {
        var times = new ArrayList<>(List.of(NOON, NOON.plusMillis(1500), NOON.plusMillis(2000)));
        Path file = folder.resolve("metrics.csv");
        try (var log = new MetricsLog(file, times::removeFirst)) {
            log.onStep("warmup", 1, ordered("loss", 2.5, "lr", 1e-4));
            log.onStep("egrl", 7, ordered("a,\"b\"", Double.NaN));
        }
        assertThat(file).hasContent("""
                seconds,phase,step,name,value
                1.500,warmup,1,loss,2.5
                1.500,warmup,1,lr,1.0E-4
                2.000,egrl,7,"a,""b""\",NaN
                """);
    }

    @Test
    void aSecondLogAppendsWithoutASecondHeader() throws IOException {
        Path file = folder.resolve("metrics.csv");
        for (int step = 1; step <= 2; step++) {
            try (var log = new MetricsLog(file, InstantSource.fixed(NOON))) {
                log.onStep("p", step, Map.of("x", 1.0));
            }
        }
        assertThat(Files.readAllLines(file)).containsExactly("seconds,phase,step,name,value", "0.000,p,1,x,1.0", "0.000,p,2,x,1.0");
    }

    @Test
    void aStepIsOnTheDiskBeforeTheLogIsClosed() throws IOException {
        Path file = folder.resolve("metrics.csv");
        try (var log = new MetricsLog(file, InstantSource.fixed(NOON))) {
            log.onStep("p", 1, Map.of("x", 1.0));
            assertThat(Files.readAllLines(file)).hasSize(2);
        }
    }

    @Test
    void completionsAreJsonLinesThatKeepEveryCharacter() throws IOException {
        Path file = folder.resolve("completions.jsonl");
        String text = "<think>\n\"ä→😀\"\u2028</think>";
        try (var log = new CompletionsLog(file)) {
            log.onCompletion(new Completion(3, "scene-17", Side.TARGET, 5, "prompt", text, ordered("format", 1.0, "outcome", 0.25), -0.5));
            log.onCompletion(new Completion(4, "scene-18", Side.QUERY, 0, "", "", Map.of(), 0));
            log.onStep("egrl", 3, Map.of());
            assertThat(Files.readAllLines(file)).hasSize(2);
        }
        var first = JsonMapper.shared().readTree(Files.readAllLines(file).getFirst());
        assertThat(first.get("step").asInt()).isEqualTo(3);
        assertThat(first.get("pair").asString()).isEqualTo("scene-17");
        assertThat(first.get("side").asString()).isEqualTo("target");
        assertThat(first.get("rollout").asInt()).isEqualTo(5);
        assertThat(first.get("completion").asString()).isEqualTo(text);
        assertThat(first.get("rewards").propertyNames()).containsExactly("format", "outcome");
        assertThat(first.get("advantage").asDouble()).isEqualTo(-0.5);
    }

    @Test
    void aRunLogWritesEveryFileAndPassesOn() throws IOException {
        var history = new MetricsHistory();
        var directory = RunDirectory.create(folder.resolve("run"));
        try (var log = new RunLog(directory, InstantSource.fixed(NOON), List.of(history))) {
            log.onPhase("egrl", 1);
            log.onCompletion(new Completion(1, "p", Side.QUERY, 0, "", "x", Map.of(), 0));
            log.onStep("egrl", 1, Map.of("reward", 0.5));
            log.onPhaseEnd("egrl");
        }
        assertThat(directory.metrics()).content().endsWith("egrl,1,reward,0.5\n");
        assertThat(Files.readAllLines(directory.completions())).hasSize(1);
        assertThat(directory.path().resolve("tensorboard")).isDirectoryContaining(file -> file.getFileName().toString().startsWith("events.out.tfevents."));
        assertThat(history.curve("egrl", "reward")).contains(new MetricsHistory.Curve(List.of(1.0), List.of(0.5)));
        assertThat(history.curve("egrl", "none")).isEmpty();
        assertThat(history.curve("none", "reward")).isEmpty();
        assertThat(history.phases()).containsExactly("egrl");
        assertThat(history.metrics("egrl")).containsExactly("reward");
    }

    @Test
    void aLogThatCannotBeOpenedSaysWhere() {
        Path file = folder.resolve("absent").resolve("metrics.csv");
        assertThatThrownBy(() -> new MetricsLog(file, InstantSource.fixed(NOON))).isInstanceOf(IOException.class).hasMessageContaining(file.toString());
    }

    @Test
    void phaseTimesAddUp() {
        var clock = new ArrayList<>(List.of(0L, 1_000_000_000L, 5_000_000_000L, 5_500_000_000L));
        var times = new PhaseTimes(clock::removeFirst);
        times.onPhase("a", 0);
        times.onPhaseEnd("a");
        times.onPhase("a", 0);
        times.onPhaseEnd("a");
        assertThat(times.seconds()).containsExactly(Map.entry("a", 1.5));
    }

    private static Map<String, Double> ordered(Object... entries) {
        Map<String, Double> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], (Double) entries[i + 1]);
        }
        return map;
    }
}
