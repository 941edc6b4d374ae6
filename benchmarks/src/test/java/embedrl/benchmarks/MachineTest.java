package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {
    @Test
    void processorsOfOneNameDifferByFamilyAndModel() {
        List<String> x86 = List.of("processor\t: 0", "cpu family\t: 25", "model\t\t: 1", "model name\t: AMD EPYC", "", "processor\t: 1", "cpu family\t: 26", "model\t\t: 2", "model name\t: other");
        assertThat(Machine.processor(x86, "amd64")).isEqualTo("AMD EPYC (family 25, model 1)");
    }

    @Test
    void withoutFamilyTheNameStandsAlone() {
        assertThat(Machine.processor(List.of("processor\t: 0", "BogoMIPS\t: 50.00"), "aarch64")).isEqualTo("aarch64");
        assertThat(Machine.processor(List.of("cpu family\t: 6", "model name\t: a processor"), "amd64")).isEqualTo("a processor");
        assertThat(Machine.processor(List.of("model name\t: a processor"), "riscv64")).isEqualTo("a processor");
    }
}
