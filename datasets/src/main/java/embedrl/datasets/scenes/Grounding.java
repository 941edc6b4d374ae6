package embedrl.datasets.scenes;

import embedrl.datasets.Box;
import embedrl.datasets.Item;
import embedrl.datasets.SeededRandom;
import embedrl.datasets.Trace;
import java.util.List;

/** Asks for a thing in a scene; the target is the crop of its cell. */
final class Grounding extends SceneFamily<World.Asked> {
    /** The middle of a tile, where the glyph is. */
    static final Box GLYPH = new Box(125, 125, 875, 875);

    Grounding(World world, Split split, long seed, long size) {
        super("grounding", world, split, seed, size);
    }

    @Override
    World.Asked draw(SeededRandom random) {
        return world.drawScene(split, random, 2, 4);
    }

    @Override
    String targetId(World.Asked content) {
        return cropId(content.item().thing());
    }

    @Override
    Item query(World.Asked content) {
        Placed item = content.item();
        String text = "find the " + item.thing().phrase();
        Trace trace = Trace.ofBoxes(item.thing().concept() + " at " + item.cell().word(), List.of(item.cell().box()), item.facts(), item.thing().phrase());
        return Item.image(content.scene().id() + " | " + text, text, world.painter().scene(content.scene()), trace);
    }

    @Override
    Item target(World.Asked content) {
        return crop(content.item().thing());
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
        list.offer(cropId(thing), () -> crop(thing));
    }

    private static String cropId(Thing thing) {
        return "crop: " + thing.phrase();
    }

    /** Makes the crop; a thing looks the same in every scene, so the tile is the crop. */
    private Item crop(Thing thing) {
        Trace trace = Trace.ofBoxes(thing.concept(), List.of(GLYPH), thing.facts(), thing.phrase());
        return Item.image(cropId(thing), "", world.painter().tile(thing, ScenePainter.CELL), trace);
    }
}
