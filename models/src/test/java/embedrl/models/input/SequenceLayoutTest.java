package embedrl.models.input;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.models.input.SequenceLayout.Group;
import embedrl.models.input.SequenceLayout.Rounding;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceLayoutTest {
    private static Sequence sequence(int length, int[]... grids) {
        List<VisualInput> visuals = java.util.Arrays.stream(grids).map(g -> new VisualInput(g[0], g[1], new float[g[0] * g[1]])).toList();
        return new Sequence(new int[length], 9, visuals);
    }

    @Test
    void exactLayoutsAreAsLargeAsTheirSequences() {
        SequenceLayout layout = SequenceLayout.of(List.of(sequence(5), sequence(17, new int[] {4, 6}, new int[] {2, 2}), sequence(3, new int[] {2, 2})), Rounding.EXACT);
        assertThat(layout).isEqualTo(new SequenceLayout(3, 17, List.of(new Group(2, 2, 2), new Group(4, 6, 1))));
    }

    @Test
    void roundedLayoutsGrowToMultiples() {
        SequenceLayout layout = SequenceLayout.of(List.of(sequence(17, new int[] {2, 2})), new Rounding(4, 16, 8));
        assertThat(layout).isEqualTo(new SequenceLayout(4, 32, List.of(new Group(2, 2, 8))));
        assertThat(SequenceLayout.of(List.of(sequence(16)), Rounding.COARSE)).isEqualTo(new SequenceLayout(4, 16, List.of()));
    }

    @Test
    void groupsAreOrderedByRowsThenColumnsWhateverTheOrderOfTheImages() {
        int[][] grids = {{10, 2}, {2, 10}, {2, 4}};
        SequenceLayout one = SequenceLayout.of(List.of(sequence(1, grids)), Rounding.EXACT);
        SequenceLayout other = SequenceLayout.of(List.of(sequence(1, grids[2], grids[0], grids[1])), Rounding.EXACT);
        assertThat(one.visuals()).containsExactly(new Group(2, 4, 1), new Group(2, 10, 1), new Group(10, 2, 1));
        assertThat(other).isEqualTo(one);
    }

    @Test
    void noSequencesStillMakeALayout() {
        assertThat(SequenceLayout.of(List.of(), Rounding.COARSE)).isEqualTo(new SequenceLayout(4, 16, List.of()));
    }

    @Test
    void visualTokensCountAllGroups() {
        assertThat(new SequenceLayout(1, 1, List.of(new Group(4, 6, 2), new Group(2, 2, 3))).visualTokens(2)).isEqualTo(2 * 6 + 3);
    }
}
