package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorTest {
    @ParameterizedTest
    @CsvSource({"'processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\n', true", "'processor\t: 0\nvendor_id\t: AuthenticAMD\n', false",
            "'', false"})
    void theMakerIsInTheDescription(String description, boolean intel) {
        assertThat(Processor.intel(description)).isEqualTo(intel);
    }
}
