package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class RowsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void bothSidesComputeTheSame() throws PeerMissing {
        OurRows ours = new OurRows(2, true);
        TorchRows theirs = new TorchRows(Torch.open(1), true);
        List<RowCase> compared = Arrays.stream(RowCase.values()).filter(c -> c.peer().equals("pytorch")).toList();
        assertThat(compared).hasSize(5);
        for (RowCase c : compared) assertThat(ours.result(c)).as(c.toString()).containsExactly(theirs.result(c), within(2e-5f));
    }

    @Test
    void casesAreFoundByTheirUniqueNames() {
        assertThat(RowCase.values()).extracting(RowCase::toString).doesNotHaveDuplicates().contains("AdamW 32768x512 in memory", "GELU 256x512 in cache");
        for (RowCase c : RowCase.values()) assertThat(RowCase.named(c.toString())).isSameAs(c);
        assertThatThrownBy(() -> RowCase.named("sin")).hasMessage("rows: no case 'sin'");
        assertThat(RowCase.ADAMW.bytes()).isEqualTo(28.0 * (1 << 24));
    }

    @Test
    void anotherResultIsRefused() {
        RowSuite.check(RowCase.SILU, JSON.readTree("[1.0, 2.0]"), "pytorch", JSON.readTree("[1.000001, 2.0]"));
        assertThatThrownBy(() -> RowSuite.check(RowCase.SILU, JSON.readTree("[1.0, 2.0]"), "pytorch", JSON.readTree("[1.0, 2.1]"))).hasMessageContaining("element 2 of 2");
    }
}
