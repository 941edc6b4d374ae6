package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void suiteJsonAndThreadsAreRead() {
        Options options = Options.parse(List.of("gemm", "--json", "out.jsonl", "--threads", "1,4", "--quick"), 8);
        assertThat(options.suites()).containsExactly(Suite.GEMM);
        assertThat(options.json()).hasValue(Path.of("out.jsonl"));
        assertThat(options.threads()).containsExactly(1, 4);
        assertThat(options.quick()).isTrue();
    }

    @Test
    void allMeansEverySuiteOnceAndThreadsFollowTheMachine() {
        assertThat(Options.parse(List.of("all", "train"), 1).suites()).containsExactly(Suite.GEMM, Suite.TRAIN, Suite.EMBED, Suite.DECODE, Suite.EGRL, Suite.MEMORY);
        assertThat(Options.parse(List.of("all"), 1).threads()).containsExactly(1);
        assertThat(Options.parse(List.of("all"), 2).threads()).containsExactly(1, 2);
    }

    @Test
    void whatIsUnknownFailsWithTheList() {
        assertThatThrownBy(() -> Options.parse(List.of("plot"), 2)).hasMessage("unknown suite 'plot'; known are gemm, train, embed, decode, egrl, memory, all");
        assertThatThrownBy(() -> Options.parse(List.of(), 2)).hasMessage("no suite given; known are gemm, train, embed, decode, egrl, memory, all");
        assertThatThrownBy(() -> Options.parse(List.of("gemm", "--jsn"), 2)).hasMessageContaining("--json");
        assertThatThrownBy(() -> Options.parse(List.of("gemm", "--json"), 2)).hasMessage("--json needs a value");
        assertThatThrownBy(() -> Options.parse(List.of("gemm", "--threads", "0"), 2)).hasMessageContaining("whole numbers from 1");
    }
}
