package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
    private static final Machine MACHINE = new Machine("Test CPU", 2, 24, 0.1, "Linux", "Vendor 25", "-Xmx2g", "abc1234");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 24);

    private static Report report(String suite, double ours) {
        return new Report(suite, List.of(Comparison.of(suite, "work", 1, Unit.GFLOPS, ours, "pytorch", 100)), List.of("a note\n## Suite of no section"));
    }

    @Test
    void sectionNamesMachineJdkCommitAndDate() {
        String page = Page.merge("", MACHINE, DAY, List.of(report("gemm", 200)));
        assertThat(page).startsWith("# Benchmarks\n").contains("## Suite gemm on Test CPU\n\n2026-11-24; Test CPU, 2 cores, 24 GiB, load 0.1 at the start, Linux, Vendor 25, options -Xmx2g, commit abc1234.\n")
                .contains("| work | 1 | GFLOP/s | 200 | pytorch | 100 | 2.00 |");
    }

    @Test
    void aRunReplacesItsOwnSectionsAlone() {
        Report train = new Report("train", List.of(Comparison.of("train", "step", 1, Unit.TOKENS_PER_SECOND, 11, "pytorch", 10)), List.of("plan"));
        Report gemm = new Report("gemm", List.of(Comparison.of("gemm", "old", 1, Unit.GFLOPS, 11, "pytorch", 10)), List.of());
        Report newGemm = new Report("gemm", List.of(Comparison.of("gemm", "new", 1, Unit.GFLOPS, 11, "pytorch", 10)), List.of());
        String first = Page.merge("", MACHINE, DAY, List.of(train, gemm));
        String second = Page.merge(first, MACHINE, DAY.plusDays(1), List.of(newGemm));
        assertThat(second).contains("| new |").doesNotContain("| old |").contains("| step |").containsOnlyOnce("# Benchmarks\n");
        assertThat(second).contains("```\nplan\n```");
        assertThat(second.indexOf("## Suite gemm")).isLessThan(second.indexOf("## Suite train"));
        assertThat(Page.merge(second, MACHINE, DAY.plusDays(1), List.of(newGemm))).isEqualTo(second);
    }

    @Test
    void aRunLeavesTheSectionsOfOtherProcessors() {
        Machine other = new Machine("Other CPU", 2, 24, 0.1, "Linux", "Vendor 25", "-Xmx2g", "abc1234");
        String page = Page.merge(Page.merge("", MACHINE, DAY, List.of(report("gemm", 200))), other, DAY, List.of(report("gemm", 400)));
        assertThat(page).contains("## Suite gemm on Test CPU", "| 200 |", "## Suite gemm on Other CPU", "| 400 |");
    }

    @Test
    void folderOfThePageIsMade(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("docs/BENCHMARKS.md");
        Page.write(page, MACHINE, DAY, List.of(report("gemm", 200)));
        assertThat(Files.readString(page)).isEqualTo(Page.merge("", MACHINE, DAY, List.of(report("gemm", 200))));
    }

    @Test
    void machineOfThisJvmIsKnown(@TempDir Path folder) {
        Machine machine = Machine.here(folder);
        assertThat(machine.cores()).isPositive();
        assertThat(machine.commit()).startsWith("unknown (git: ");
        assertThat(machine.text()).contains(Runtime.version().toString());
    }
}
