package embedrl.datasets.scenes;

import embedrl.datasets.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/** Makes scenes that differ from a given one in a single respect: the hard distractors. */
record SceneChanges(World world, Split split) {

    /** Returns all scenes of the same objects with two cells, two colors or two names exchanged, as far as the split permits them. */
    List<Scene> swaps(Scene scene) {
        List<Scene> swapped = new ArrayList<>();
        List<Placed> items = scene.items();
        for (int i = 0; i < items.size(); i++) {
            for (int j = i + 1; j < items.size(); j++) {
                Placed a = items.get(i);
                Placed b = items.get(j);
                add(swapped, scene, a, b, new Placed(a.thing(), b.cell()), new Placed(b.thing(), a.cell()));
                add(swapped, scene, a, b, recolor(a, b.thing().color()), recolor(b, a.thing().color()));
                add(swapped, scene, a, b, rename(a, b.thing().concept()), rename(b, a.thing().concept()));
            }
        }
        return swapped;
    }

    private void add(List<Scene> list, Scene scene, Placed a, Placed b, Placed newA, Placed newB) {
        Scene changed = new Scene(scene.items().stream().map(item -> item.equals(a) ? newA : item.equals(b) ? newB : item).toList());
        if (!changed.equals(scene) && world.splits().permits(split, changed)) {
            list.add(changed);
        }
    }

    /** Returns the scene with the color, the name or the cell of one item changed at random. */
    Scene change(Scene scene, SeededRandom random) {
        return change(scene, random.pick(scene.items()), random);
    }

    /** Returns the scene with the color, the name or the cell of the item changed at random. */
    Scene change(Scene scene, Placed item, SeededRandom random) {
        while (true) {
            Placed changed = switch (random.between(0, 2)) {
                case 0 -> recolor(item, random.pick(List.of(TileColor.values())));
                case 1 -> rename(item, world.drawThing(split, random).concept());
                default -> new Placed(item.thing(), random.pick(Cell.ALL));
            };
            boolean clash = !changed.cell().equals(item.cell()) && scene.occupied(changed.cell())
                    || !changed.thing().concept().equals(item.thing().concept()) && scene.shows(changed.thing().concept());
            if (!clash && !changed.equals(item) && world.splits().permits(split, changed.thing())) {
                return scene.with(item, changed);
            }
        }
    }

    /** Returns the item in another color. */
    static Placed recolor(Placed item, TileColor color) {
        return new Placed(new Thing(item.thing().concept(), color), item.cell());
    }

    private static Placed rename(Placed item, String concept) {
        return new Placed(new Thing(concept, item.thing().color()), item.cell());
    }
}
