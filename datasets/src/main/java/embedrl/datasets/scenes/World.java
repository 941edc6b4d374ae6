package embedrl.datasets.scenes;

import embedrl.datasets.Item;
import embedrl.datasets.SeededRandom;
import embedrl.datasets.Trace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Draws scenes and things that a split permits, and makes the items that several families share. */
record World(Splits splits, ScenePainter painter) {
    /** Things in a scene whose trace lists them all: two keep such a trace at about two dozen words and numbers. */
    static final int DESCRIBED = 2;

    /** Is a scene and the item that is asked about. */
    record Asked(Scene scene, Placed item) {}

    /** Draws a scene of min to max things; the asked one is of the kind that the split is about. */
    Asked drawScene(Split split, SeededRandom random, int min, int max) {
        while (true) {
            int count = random.between(min, max);
            List<Cell> cells = new ArrayList<>(Cell.ALL);
            random.shuffle(cells);
            Set<String> concepts = new HashSet<>();
            List<Placed> placed = new ArrayList<>();
            while (placed.size() < count) {
                Thing thing = placed.isEmpty() ? splits.drawAsked(split, random) : splits.drawOther(split, random);
                if (concepts.add(thing.concept())) {
                    placed.add(new Placed(thing, cells.get(placed.size())));
                }
            }
            Scene scene = new Scene(placed);
            if (splits.admits(split, scene.id())) {
                return new Asked(scene, placed.getFirst());
            }
        }
    }

    /** Draws another thing that the split permits. */
    Thing drawThing(Split split, SeededRandom random) {
        return splits.drawOther(split, random);
    }

    /** Draws a permitted thing that shares either the concept or the color. */
    Thing near(Split split, Thing thing, SeededRandom random) {
        while (true) {
            Thing other = random.chance(0.5)
                    ? new Thing(thing.concept(), random.pick(List.of(TileColor.values())))
                    : new Thing(drawThing(split, random).concept(), thing.color());
            if (!other.equals(thing) && splits.permits(split, other)) {
                return other;
            }
        }
    }

    /** Makes the text item of a thing, such as "red cup". */
    static Item thingText(Thing thing) {
        return Item.text(thing.phrase(), Trace.ofKeywords("text", List.of(thing.color().word(), thing.concept()), thing.phrase(), thing.phrase()));
    }

    /** Makes the text item that describes a scene. */
    static Item sceneText(Scene scene) {
        List<String> keywords = new ArrayList<>();
        for (Placed item : scene.items()) {
            keywords.add(item.thing().concept());
            keywords.add(item.cell().word());
        }
        return Item.text(scene.phrase(), Trace.ofKeywords("text", keywords, scene.facts(), scene.things()));
    }

    /** Makes the image item of a scene, whose trace lists all things. */
    Item sceneImage(Scene scene) {
        return Item.image(scene.id(), "", painter.scene(scene), Trace.ofBoxes(scene.places(), scene.boxes(), scene.facts(), scene.things()));
    }
}
