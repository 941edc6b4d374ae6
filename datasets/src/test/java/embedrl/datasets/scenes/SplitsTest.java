package embedrl.datasets.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SplitsTest {
    private final IconArt art = new IconArt();
    private final Splits splits = new Splits(art, 42);

    @Test
    void fifteenPercentOfTheCombinationsAreHeldOutEvenly() {
        assertThat(splits.asked(Split.UNSEEN_COMBINATIONS)).hasSize(22).doesNotHaveDuplicates();
        assertThat(splits.asked(Split.TRAIN)).hasSize(24 * 6 - 22).isEqualTo(splits.asked(Split.UNSEEN_SCENES));
        assertThat(splits.asked(Split.UNSEEN_CONCEPTS)).hasSize(art.unseen().size() * 6);
        for (TileColor color : TileColor.values()) {
            assertThat(splits.asked(Split.UNSEEN_COMBINATIONS).stream().filter(thing -> thing.color() == color).count()).isBetween(3L, 4L);
        }
        for (Concept concept : art.training()) {
            assertThat(splits.asked(Split.TRAIN).stream().filter(thing -> thing.concept().equals(concept.name())).count()).isBetween(5L, 6L);
        }
    }

    @Test
    void askedThingsOfDifferentSplitsAreDisjoint() {
        Set<Thing> all = new HashSet<>(splits.asked(Split.TRAIN));
        int size = all.size();
        all.addAll(splits.asked(Split.UNSEEN_COMBINATIONS));
        all.addAll(splits.asked(Split.UNSEEN_CONCEPTS));
        assertThat(all).hasSize(size + 22 + 60);
        for (Thing held : splits.asked(Split.UNSEEN_COMBINATIONS)) {
            assertThat(splits.permits(Split.TRAIN, held)).isFalse();
            assertThat(splits.permits(Split.UNSEEN_SCENES, held)).isFalse();
            assertThat(splits.permits(Split.UNSEEN_CONCEPTS, held)).isFalse();
            assertThat(splits.permits(Split.UNSEEN_COMBINATIONS, held)).isTrue();
        }
        for (Thing novel : splits.asked(Split.UNSEEN_CONCEPTS)) {
            assertThat(splits.permits(Split.TRAIN, novel)).isFalse();
            assertThat(splits.permits(Split.UNSEEN_COMBINATIONS, novel)).isFalse();
            assertThat(splits.permits(Split.UNSEEN_CONCEPTS, novel)).isTrue();
        }
    }

    @Test
    void anImageIsEitherForTrainingOrUnseen() {
        int unseen = 0;
        for (int i = 0; i < 5000; i++) {
            assertThat(splits.admits(Split.TRAIN, "image " + i)).isNotEqualTo(splits.admits(Split.UNSEEN_SCENES, "image " + i));
            unseen += splits.admits(Split.UNSEEN_SCENES, "image " + i) ? 1 : 0;
        }
        // A fifth of 5000 with a standard deviation of 28.
        assertThat(unseen).isBetween(880, 1120);
    }

    @Test
    void theSeedChoosesTheCombinations() {
        assertThat(new Splits(art, 42).asked(Split.UNSEEN_COMBINATIONS)).isEqualTo(splits.asked(Split.UNSEEN_COMBINATIONS));
        assertThat(new Splits(art, 43).asked(Split.UNSEEN_COMBINATIONS)).isNotEqualTo(splits.asked(Split.UNSEEN_COMBINATIONS));
    }
}
