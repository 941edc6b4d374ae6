package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class RoundsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void medianIsTheMiddle() {
        assertThat(Rounds.median(new double[] {9, 1, 5})).isEqualTo(5);
        assertThat(Rounds.median(new double[] {4, 1, 9, 2})).isEqualTo(3);
    }

    @Test
    void lossesThatAgreeAreTold() {
        assertThat(TrainSuite.agreement(JSON.readTree("[6.0141, 5.7]"), JSON.readTree("[6.0142, 5.7005]"), 1))
                .isEqualTo("1 thread, loss of the first steps, ours and theirs: 6.01410 6.01420; 5.70000 5.70050");
    }

    @Test
    void anotherModelIsRefused() {
        assertThatThrownBy(() -> TrainSuite.agreement(JSON.readTree("[6.0, 5.7]"), JSON.readTree("[6.0, 5.702]"), 2)).hasMessageContaining("step 2 differs");
        assertThatThrownBy(() -> TrainSuite.agreement(JSON.readTree("[6.0]"), JSON.readTree("[\"NaN\"]"), 2)).hasMessageContaining("step 1 differs");
    }
}
