package embedrl.models.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RopePositionsTest {
    private static final int PAD = 9;

    private static VisualInput image(int rows, int columns) {
        return new VisualInput(rows, columns, new float[rows * columns]);
    }

    private static Sequence sequence(List<VisualInput> visuals, int... tokens) {
        return new Sequence(tokens, PAD, visuals);
    }

    @Test
    void textCountsUpOnAllAxes() {
        RopePositions rope = RopePositions.of(sequence(List.of(), 1, 2, 3), 2);
        assertThat(rope.time()).containsExactly(0, 1, 2);
        assertThat(rope.row()).containsExactly(0, 1, 2);
        assertThat(rope.column()).containsExactly(0, 1, 2);
        assertThat(rope.next()).isEqualTo(3);
    }

    @Test
    void anImageStandsStillInTimeAndTheCounterGrowsByItsLargerSide() {
        // 4 × 6 patches are 2 × 3 visual tokens from position 2 on; the text after them is at 2 + 3.
        RopePositions rope = RopePositions.of(sequence(List.of(image(4, 6)), 1, 2, PAD, PAD, PAD, PAD, PAD, PAD, 3, 4), 2);
        assertThat(rope.time()).containsExactly(0, 1, 2, 2, 2, 2, 2, 2, 5, 6);
        assertThat(rope.row()).containsExactly(0, 1, 2, 2, 2, 3, 3, 3, 5, 6);
        assertThat(rope.column()).containsExactly(0, 1, 2, 3, 4, 2, 3, 4, 5, 6);
        assertThat(rope.next()).isEqualTo(7);
    }

    @Test
    void aTallImageGrowsByItsRows() {
        RopePositions rope = RopePositions.of(sequence(List.of(image(6, 2)), PAD, PAD, PAD, 7), 2);
        assertThat(rope.row()).containsExactly(0, 1, 2, 3);
        assertThat(rope.column()).containsExactly(0, 0, 0, 3);
        assertThat(rope.next()).isEqualTo(4);
    }

    @Test
    void neighboringImagesFollowEachOther() {
        RopePositions rope = RopePositions.of(sequence(List.of(image(2, 2), image(2, 4)), PAD, PAD, PAD, 1), 2);
        assertThat(rope.time()).containsExactly(0, 1, 1, 3);
        assertThat(rope.row()).containsExactly(0, 1, 1, 3);
        assertThat(rope.column()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void eachFramePairOfAVideoCountsAsAnImage() {
        List<VisualInput> pairs = VisualInput.video(2, 2, 4, new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
        assertThat(pairs).hasSize(2);
        assertThat(pairs.get(1).patches()).containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
        Sequence video = Sequence.withVideos(new int[] {1, 8, 8, 2, 8, 8, 3}, PAD, 8, pairs);
        assertThat(video.tokens()).containsExactly(1, 8, 8, 2, 8, 8, 3);
        assertThat(video.isPlaceholder(1)).isTrue();
        assertThat(video.isPlaceholder(3)).isFalse();
        RopePositions rope = RopePositions.of(video, 2);
        assertThat(rope.time()).containsExactly(0, 1, 1, 3, 4, 4, 6);
        assertThat(rope.column()).containsExactly(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void placeholdersAndImagesMustMatch() {
        for (Sequence wrong : List.of(sequence(List.of(), 1, PAD), sequence(List.of(image(2, 2)), 1, 2), sequence(List.of(image(4, 2)), PAD, 1, PAD),
                sequence(List.of(image(4, 4)), 1, PAD, PAD, PAD)))
            assertThatThrownBy(() -> RopePositions.of(wrong, 2)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("visual tokens");
    }

    @Test
    void aVideoMustDivideIntoItsFramePairs() {
        assertThatThrownBy(() -> VisualInput.video(3, 1, 1, new float[4])).hasMessage("video: 4 numbers do not make 3 frame pairs");
        assertThatThrownBy(() -> new VisualInput(2, 2, new float[6])).hasMessage("visual input: 6 numbers do not make a grid of 2 × 2 patches");
    }

    @Test
    void appendedTokensComeAfterTheOthersAndKeepTheImages() {
        Sequence before = sequence(List.of(image(2, 2)), 1, PAD);
        Sequence after = before.append(new int[] {4, 5});
        assertThat(after.tokens()).containsExactly(1, PAD, 4, 5);
        assertThat(after.visuals()).isEqualTo(before.visuals());
        assertThat(before.length()).isEqualTo(2);
    }
}
