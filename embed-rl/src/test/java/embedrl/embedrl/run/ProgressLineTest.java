package embedrl.embedrl.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressLineTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long nanoseconds;

    private ProgressLine line(boolean terminal) {
        return new ProgressLine(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, () -> nanoseconds, List.of("reward", "kl"));
    }

    private List<String> printed() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void withoutATerminalThereAreFewLinesAndNoControlCharacters() {
        var line = line(false);
        line.onPhase("egrl", 100);
        for (int step = 1; step <= 100; step++) {
            nanoseconds += 100_000_000L;
            line.onStep("egrl", step, Map.of("kl", 0.0125, "reward", 0.5, "loss", 9.0));
        }
        line.onPhaseEnd("egrl");
        assertThat(printed()).containsExactly(
                "egrl                       30/100  10.0 steps/s  7.0 s left  reward 0.5000  kl 0.01250",
                "egrl                       60/100  10.0 steps/s  4.0 s left  reward 0.5000  kl 0.01250",
                "egrl                       90/100  10.0 steps/s  1.0 s left  reward 0.5000  kl 0.01250",
                "egrl                       100/100  10.0 steps/s  reward 0.5000  kl 0.01250",
                "egrl                       done in 10 s");
        assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("\r", "\u001b");
    }

    @Test
    void onATerminalOneLineIsRewrittenAndTheOldTextCovered() {
        var line = line(true);
        line.onPhase("a", 2);
        nanoseconds += 1_000_000_000L;
        line.onStep("a", 1, Map.of("reward", 0.25));
        nanoseconds += 1_000_000_000L;
        line.onStep("a", 2, Map.of());
        line.onPhaseEnd("a");
        String[] texts = bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "").substring(1).split("\r");
        assertThat(texts).hasSize(3);
        assertThat(texts[0]).isEqualTo("a                          1/2  1.00 steps/s  1.0 s left  reward 0.2500");
        assertThat(texts[1]).hasSameSizeAs(texts[0]).startsWith("a                          2/2  1.00 steps/s ");
        assertThat(texts[2]).startsWith("a                          done in 2.0 s");
    }

    @Test
    void anUnknownNumberOfStepsGivesNoTimeLeft() {
        var line = line(false);
        line.onPhase("data", 0);
        nanoseconds += 4_000_000_000L;
        line.onStep("data", 2, Map.of());
        assertThat(printed()).containsExactly("data                       2  0.500 steps/s");
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0 s", "8.44, 8.4 s", "9.96, 10 s", "59.4, 59 s", "59.6, 1 min 00 s", "185, 3 min 05 s", "3720, 1 h 02 min"})
    void timesAreWrittenAsPeopleDo(double seconds, String text) {
        assertThat(ProgressLine.time(seconds)).isEqualTo(text);
    }
}
