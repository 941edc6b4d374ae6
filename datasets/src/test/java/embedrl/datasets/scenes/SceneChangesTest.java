package embedrl.datasets.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.datasets.SeededRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SceneChangesTest {
    private final IconArt art = new IconArt();
    private final Splits splits = new Splits(art, 42);
    private final World world = new World(splits, new ScenePainter(art));

    /** Returns a scene whose things and their color swaps are all permitted in training. */
    private Scene scene() {
        for (Thing a : splits.asked(Split.TRAIN)) {
            for (Thing b : splits.asked(Split.TRAIN)) {
                boolean swappable = splits.permits(Split.TRAIN, new Thing(a.concept(), b.color())) && splits.permits(Split.TRAIN, new Thing(b.concept(), a.color()));
                if (swappable && a.color() != b.color() && !a.concept().equals(b.concept())) {
                    return new Scene(List.of(new Placed(a, Cell.of("A1")), new Placed(b, Cell.of("C4"))));
                }
            }
        }
        throw new AssertionError("no such scene");
    }

    @Test
    void swapsExchangeCellsColorsAndNames() {
        Scene scene = scene();
        Thing a = scene.items().get(0).thing();
        Thing b = scene.items().get(1).thing();
        assertThat(new SceneChanges(world, Split.TRAIN).swaps(scene)).extracting(Scene::phrase).containsExactly(
                b.phrase() + " at A1 and " + a.phrase() + " at C4",
                b.color().word() + " " + a.concept() + " at A1 and " + a.color().word() + " " + b.concept() + " at C4",
                a.color().word() + " " + b.concept() + " at A1 and " + b.color().word() + " " + a.concept() + " at C4");
    }

    @Test
    void swapsThatShowHeldOutThingsAreLeftOut() {
        Thing held = splits.asked(Split.UNSEEN_COMBINATIONS).getFirst();
        Thing known = splits.asked(Split.TRAIN).stream().filter(thing -> thing.concept().equals(held.concept())).findFirst().orElseThrow();
        Thing other = splits.asked(Split.TRAIN).stream().filter(thing -> thing.color() == held.color() && !thing.concept().equals(held.concept())
                && splits.permits(Split.TRAIN, new Thing(thing.concept(), known.color()))).findFirst().orElseThrow();
        Scene scene = new Scene(List.of(new Placed(known, Cell.of("B2")), new Placed(other, Cell.of("B3"))));
        assertThat(new SceneChanges(world, Split.TRAIN).swaps(scene)).hasSize(1);
        assertThat(new SceneChanges(world, Split.UNSEEN_COMBINATIONS).swaps(scene)).hasSize(3);
    }

    @Test
    void aChangeTouchesOneRespectOfOneItem() {
        Scene scene = scene();
        SceneChanges changes = new SceneChanges(world, Split.TRAIN);
        SeededRandom random = new SeededRandom(3);
        Set<String> kinds = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            Scene changed = changes.change(scene, random);
            assertThat(splits.permits(Split.TRAIN, changed)).isTrue();
            List<Placed> added = changed.items().stream().filter(item -> !scene.items().contains(item)).toList();
            List<Placed> removed = scene.items().stream().filter(item -> !changed.items().contains(item)).toList();
            assertThat(added).hasSize(1);
            assertThat(removed).hasSize(1);
            boolean moved = !added.getFirst().cell().equals(removed.getFirst().cell());
            boolean renamed = !added.getFirst().thing().concept().equals(removed.getFirst().thing().concept());
            boolean recolored = added.getFirst().thing().color() != removed.getFirst().thing().color();
            assertThat((moved ? 1 : 0) + (renamed ? 1 : 0) + (recolored ? 1 : 0)).isEqualTo(1);
            kinds.add(moved ? "moved" : renamed ? "renamed" : "recolored");
        }
        assertThat(kinds).containsExactlyInAnyOrder("moved", "renamed", "recolored");
    }

    @Test
    void nearThingsShareConceptOrColor() {
        SeededRandom random = new SeededRandom(4);
        for (Split split : Split.values()) {
            for (int i = 0; i < 100; i++) {
                Thing thing = splits.drawAsked(split, random);
                Thing near = world.near(split, thing, random);
                assertThat(near).isNotEqualTo(thing);
                assertThat(near.color() == thing.color() || near.concept().equals(thing.concept())).isTrue();
                assertThat(splits.permits(split, near)).isTrue();
            }
        }
    }

    @Test
    void scenesHoldAnAskedThingAndTheAskedCountOfThings() {
        SeededRandom random = new SeededRandom(5);
        Set<Integer> sizes = new HashSet<>();
        for (Split split : Split.values()) {
            for (int i = 0; i < 100; i++) {
                World.Asked asked = world.drawScene(split, random, 2, 4);
                sizes.add(asked.scene().items().size());
                assertThat(asked.scene().items()).contains(asked.item());
                assertThat(splits.asked(split)).contains(asked.item().thing());
                assertThat(splits.permits(split, asked.scene())).isTrue();
                assertThat(splits.admits(split, asked.scene().id())).isTrue();
            }
        }
        assertThat(sizes).containsExactlyInAnyOrder(2, 3, 4);
    }

    @Test
    void videosMoveStraightAndNeverThroughOthers() {
        Thing cup = new Thing("cup", TileColor.RED);
        Videos.Motion motion = new Videos.Motion(cup, Cell.of("A1"), Cell.of("C1"), 3, List.of());
        assertThat(List.of(1, 2, 3, 4, 5, 6, 8)).extracting(frame -> motion.at(frame).word()).containsExactly("A1", "A1", "A1", "B1", "C1", "C1", "C1");
        assertThat(motion.phrase()).isEqualTo("the red cup moves from A1 to C1");
        Placed blocking = new Placed(new Thing("car", TileColor.BLUE), Cell.of("B1"));
        Placed beside = new Placed(new Thing("car", TileColor.BLUE), Cell.of("B2"));
        Placed same = new Placed(new Thing("cup", TileColor.BLUE), Cell.of("B2"));
        assertThat(new Videos.Motion(cup, Cell.of("A1"), Cell.of("C1"), 3, List.of(blocking)).possible()).isFalse();
        assertThat(new Videos.Motion(cup, Cell.of("A1"), Cell.of("C1"), 3, List.of(same)).possible()).isFalse();
        assertThat(new Videos.Motion(cup, Cell.of("A1"), Cell.of("C1"), 3, List.of(beside)).possible()).isTrue();
    }

    @Test
    void noisyTilesDifferByNameButKeepTheGlyph() {
        ScenePainter painter = world.painter();
        Thing cup = new Thing("cup", TileColor.RED);
        int[] clean = SceneTest.pixels(painter.tile(cup, 32));
        int[] first = SceneTest.pixels(painter.noisyTile(cup, 32, "a"));
        assertThat(SceneTest.pixels(painter.noisyTile(cup, 32, "a"))).isEqualTo(first);
        assertThat(SceneTest.pixels(painter.noisyTile(cup, 32, "b"))).isNotEqualTo(first);
        for (int i = 0; i < clean.length; i++) {
            assertThat(Math.abs((clean[i] >> 16 & 0xFF) - (first[i] >> 16 & 0xFF))).isLessThanOrEqualTo(18);
        }
    }
}
