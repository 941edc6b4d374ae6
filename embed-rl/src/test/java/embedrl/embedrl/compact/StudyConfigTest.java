package embedrl.embedrl.compact;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StudyConfigTest {
    private static StudyConfig of(String family, int steps, int rlPairs, float rate) {
        return new StudyConfig(0, List.of("qa"), List.of(family), List.of("qa"), 1, 1, 1, 1, 1, 4, steps, rlPairs, 2, rate, 1, 1, 0.25);
    }

    @Test
    void settingsThatCannotBeTrainedWithAreRefused() {
        of("qa", 0, 2, 1e-5f);
        assertThatThrownBy(() -> of("poetry", 1, 2, 1)).hasMessageContaining("families must be some of").hasMessageContaining("[poetry]");
        assertThatThrownBy(() -> of("qa", -1, 2, 1)).hasMessageContaining("steps must be 0 or more, got [1, 1, 1, 1, -1]");
        assertThatThrownBy(() -> of("qa", 1, 1, 1)).hasMessageContaining("rlPairs and rollouts of at least 2");
        assertThatThrownBy(() -> of("qa", 1, 2, 0)).hasMessageContaining("rlLearningRate must be positive, got 0.0");
    }

    @Test
    void aShareOfRawPairsIsBounded() {
        assertThatThrownBy(() -> new StudyConfig(0, List.of("qa"), List.of("qa"), List.of("qa"), 1, 1, 1, 1, 1, 4, 1, 2, 2, 1e-5f, 1, 1, 0.95))
                .hasMessage("study: tcotDropout must lie in 0 … 0.9, got 0.95");
    }
}
