package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final Comparison FASTER = Comparison.of("train", "step", 2, Unit.TOKENS_PER_SECOND, 3000, "pytorch", 2000);
    private static final Comparison LARGER = Comparison.of("memory", "peak", 1, Unit.BYTES, 300, "pytorch", 150);
    private static final Comparison ABSENT = Comparison.missing("gemm", "64x64x64", 1, Unit.GFLOPS, 180.5, "openblas", "no library \"openblas\"");

    @Test
    void ratioAboveOneMeansThatOursIsBetterWhateverTheUnit() {
        assertThat(FASTER.ratio()).hasValue(1.5);
        assertThat(LARGER.ratio()).hasValue(0.5);
        assertThat(Unit.GFLOPS.ratio(50, 100)).isEqualTo(0.5);
        assertThat(Unit.BYTES_PER_STEP.ratio(50, 100)).isEqualTo(2);
        assertThat(ABSENT.ratio()).isEmpty();
    }

    @Test
    void jsonHasTheEightFieldsInTheirOrder() {
        assertThat(JsonLines.line(FASTER)).isEqualTo(
                "{\"suite\":\"train\",\"case\":\"step\",\"threads\":2,\"unit\":\"tokens/s\",\"ours\":3000.0,\"peer\":\"pytorch\",\"theirs\":2000.0,\"ratio\":1.5}");
    }

    @Test
    void jsonOfMissingPeerHasNullsAndItsName() {
        assertThat(JsonLines.line(ABSENT)).isEqualTo(
                "{\"suite\":\"gemm\",\"case\":\"64x64x64\",\"threads\":1,\"unit\":\"GFLOP/s\",\"ours\":180.5,\"peer\":\"openblas\",\"theirs\":null,\"ratio\":null}");
    }

    @Test
    void aRunAtAvx2SaysSoInCaseAndSection() {
        Report report = new Report("gemm", List.of(ABSENT), List.of("note")).atAvx2();
        assertThat(report.suite()).isEqualTo("gemm at AVX2");
        assertThat(report.comparisons().getFirst().fields()).containsEntry("suite", "gemm").containsEntry("case", "64x64x64 (AVX2)").containsEntry("peer", "openblas");
        assertThat(report.comparisons().getFirst().note()).isEqualTo(ABSENT.note());
    }

    @Test
    void fileHoldsOneObjectALineAndReplacesAnOlderOne(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("figures.jsonl");
        Files.writeString(file, "old\nold\nold\n");
        JsonLines.write(file, List.of(FASTER, LARGER));
        assertThat(Files.readAllLines(file)).containsExactly(JsonLines.line(FASTER), JsonLines.line(LARGER));
    }
}
