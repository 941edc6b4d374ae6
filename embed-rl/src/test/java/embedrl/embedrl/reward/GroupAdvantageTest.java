package embedrl.embedrl.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GroupAdvantageTest {

    @Test
    void workedExample() {
        assertThat(GroupAdvantage.DEFAULTS.of(new double[] {0.30, 0.10, 0.50, 0.10}))
                .containsExactly(new double[] {0.2611151203, -0.7833453609, 1.3055756015, -0.7833453609}, within(1e-9));
    }

    @Test
    void aGroupOfOneKeepsItsReward() {
        assertThat(GroupAdvantage.DEFAULTS.of(new double[] {0.7})).containsExactly(0.7);
        assertThat(GroupAdvantage.DEFAULTS.of(new double[0])).isEmpty();
    }

    @Test
    void equalRewardsHaveNoAdvantage() {
        assertThat(GroupAdvantage.DEFAULTS.of(new double[] {0.1, 0.1, 0.1})).containsExactly(new double[] {0, 0, 0}, within(1e-9));
    }

    @Test
    void aDeviationFloorKeepsNoiseSmall() {
        double[] noise = {0.1001, 0.0999};
        assertThat(GroupAdvantage.DEFAULTS.of(noise)[0]).isCloseTo(0.702, within(0.01));
        assertThat(GroupAdvantage.DEFAULTS.withDeviationFloor(0.02).of(noise)[0]).isCloseTo(0.0001 / (0.02 + 1e-6), within(1e-9));
    }

    @Test
    void meanOnlyLeavesTheDifferences() {
        assertThat(GroupAdvantage.meanOnly().of(new double[] {1, 2, 6})).containsExactly(new double[] {-2, -1, 3}, within(1e-12));
    }

    @Test
    void groupsAreTheRolloutsOfOnePrompt() {
        var rewards = Map.of(
                RolloutId.query(0, 0), 1.0, RolloutId.query(0, 1), 3.0,
                RolloutId.target(0, 0), 10.0, RolloutId.target(0, 1), 14.0,
                RolloutId.query(1, 5), 0.25);
        assertThat(GroupAdvantage.meanOnly().of(rewards)).isEqualTo(Map.of(
                RolloutId.query(0, 0), -1.0, RolloutId.query(0, 1), 1.0,
                RolloutId.target(0, 0), -2.0, RolloutId.target(0, 1), 2.0,
                RolloutId.query(1, 5), 0.25));
    }

    @Test
    void totalsAreWhatCounts() {
        var rewards = Map.of(
                RolloutId.query(0, 0), new RewardBreakdown(1, 1, 0, 1, 9, 9, 1, 0.2),
                RolloutId.query(0, 1), new RewardBreakdown(1, 1, 0, 1, 0, 0, 1, 0.4));
        assertThat(GroupAdvantage.meanOnly().ofTotals(rewards).get(RolloutId.query(0, 0))).isCloseTo(-0.1, within(1e-12));
    }

    @Test
    void constantsAreChecked() {
        assertThatThrownBy(() -> new GroupAdvantage(GroupAdvantage.Scale.NONE, 0, 0)).hasMessageContaining("epsilon must be above 0");
        assertThatThrownBy(() -> GroupAdvantage.DEFAULTS.withDeviationFloor(-1)).hasMessageContaining("deviationFloor 0 or more");
    }
}
