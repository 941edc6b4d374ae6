package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final List<Comparison> COMPARISONS = List.of(Comparison.of("gemm", "128x128x128", 1, Unit.GFLOPS, 217.25, "pytorch", 96.04),
            Comparison.missing("gemm", "a|b", 2, Unit.GFLOPS, 12345, "openblas", "not installed"));

    @Test
    void textAlignsColumnsAndNamesTheMissingPeer() {
        assertThat(Table.text(COMPARISONS)).isEqualTo("""
                case         threads  unit       ours  peer                      theirs  ratio
                128x128x128        1  GFLOP/s     217  pytorch                     96.0   2.26
                a|b                2  GFLOP/s  12,345  openblas  missing: not installed      –
                """);
    }

    @Test
    void markdownHasARuleAndEscapedBars() {
        assertThat(Table.markdown(COMPARISONS)).isEqualTo("""
                | case | threads | unit | ours | peer | theirs | ratio |
                |---|---:|---|---:|---|---:|---:|
                | 128x128x128 | 1 | GFLOP/s | 217 | pytorch | 96.0 | 2.26 |
                | a\\|b | 2 | GFLOP/s | 12,345 | openblas | missing: not installed | – |
                """);
    }

    @Test
    void numbersKeepThreeDigitsOrMore() {
        assertThat(Table.number(0.5)).isEqualTo("0.500");
        assertThat(Table.number(12.34)).isEqualTo("12.3");
        assertThat(Table.number(1234.6)).isEqualTo("1,235");
        assertThat(Table.number(7)).isEqualTo("7");
    }
}
