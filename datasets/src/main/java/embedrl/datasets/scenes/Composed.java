package embedrl.datasets.scenes;

import embedrl.datasets.Item;
import embedrl.datasets.SeededRandom;
import embedrl.datasets.Trace;

/** Shows a scene and asks for an edit of one color, object or cell; the target is the edited scene. The trace states the wanted scene, not the shown one. */
final class Composed extends SceneFamily<Composed.Edit> {
    /** Is a scene before and after one change. */
    record Edit(Scene before, Scene after, Placed from, Placed to) {
        String phrase() {
            String concept = from.thing().concept();
            if (!to.cell().equals(from.cell())) {
                return "the same but the " + concept + " is at " + to.cell().word();
            }
            if (!to.thing().concept().equals(concept)) {
                return "the same with the " + to.thing().concept() + " for the " + concept;
            }
            return "the same but the " + concept + " is " + to.thing().color().word();
        }
    }

    Composed(World world, Split split, long seed, long size) {
        super("composed", world, split, seed, size);
    }

    @Override
    Edit draw(SeededRandom random) {
        SceneChanges changes = new SceneChanges(world, split);
        while (true) {
            World.Asked asked = world.drawScene(split, random, World.DESCRIBED, World.DESCRIBED);
            Scene after = asked.scene();
            // The edit is drawn backwards, so that the target keeps the asked thing of the split.
            Placed to = asked.item();
            Scene before = changes.change(after, to, random);
            Placed from = before.items().stream().filter(item -> !after.items().contains(item)).findFirst().orElseThrow();
            if (world.splits().admits(split, before.id())) {
                return new Edit(before, after, from, to);
            }
        }
    }

    @Override
    String targetId(Edit edit) {
        return edit.after().id();
    }

    @Override
    Item query(Edit edit) {
        Scene before = edit.before();
        Trace trace = Trace.ofBoxes(before.places(), before.boxes(), edit.after().facts(), edit.after().things());
        return Item.image(before.id() + " | " + edit.phrase(), edit.phrase(), world.painter().scene(before), trace);
    }

    @Override
    Item target(Edit edit) {
        return world.sceneImage(edit.after());
    }

    @Override
    void distract(Edit edit, SeededRandom random, CandidateList list) {
        SceneChanges changes = new SceneChanges(world, split);
        offer(edit.before(), list);
        for (int i = 0; i < 4; i++) {
            offer(changes.change(edit.before(), edit.from(), random), list);
        }
        changes.swaps(edit.after()).forEach(wrong -> offer(wrong, list));
        while (!list.full()) {
            offer(changes.change(edit.after(), random), list);
        }
    }

    private void offer(Scene wrong, CandidateList list) {
        list.offer(wrong.id(), () -> world.sceneImage(wrong));
    }
}
