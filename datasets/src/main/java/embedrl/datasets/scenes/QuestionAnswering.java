package embedrl.datasets.scenes;

import embedrl.datasets.Item;
import embedrl.datasets.SeededRandom;
import embedrl.datasets.Trace;
import java.util.List;

/** Asks what is in a cell of a scene; the target is a text such as "red cup". */
final class QuestionAnswering extends SceneFamily<World.Asked> {
    QuestionAnswering(World world, Split split, long seed, long size) {
        super("qa", world, split, seed, size);
    }

    @Override
    World.Asked draw(SeededRandom random) {
        return world.drawScene(split, random, 2, 4);
    }

    @Override
    String targetId(World.Asked content) {
        return content.item().thing().phrase();
    }

    @Override
    Item query(World.Asked content) {
        Placed item = content.item();
        String cell = item.cell().word();
        String text = "what is at " + cell + " ?";
        Trace trace = Trace.ofBoxes("at " + cell, List.of(item.cell().box()), item.facts(), item.thing().phrase());
        return Item.image(content.scene().id() + " | " + text, text, world.painter().scene(content.scene()), trace);
    }

    @Override
    Item target(World.Asked content) {
        return World.thingText(content.item().thing());
    }

    @Override
    void distract(World.Asked content, SeededRandom random, CandidateList list) {
        for (Placed other : content.scene().items()) {
            offer(other.thing(), list);
        }
        while (!list.full()) {
            offer(world.near(split, random.pick(content.scene().items()).thing(), random), list);
        }
    }

    private void offer(Thing thing, CandidateList list) {
        list.offer(thing.phrase(), () -> World.thingText(thing));
    }
}
