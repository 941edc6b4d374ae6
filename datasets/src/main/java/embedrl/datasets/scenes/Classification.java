package embedrl.datasets.scenes;

import embedrl.datasets.Item;
import embedrl.datasets.SeededRandom;
import embedrl.datasets.Trace;
import java.util.List;

/** Shows one thing on a noisy tile; the target is its name. */
final class Classification extends SceneFamily<Classification.Tile> {
    private static final int VARIANTS = 1000;

    /** Is a thing drawn at a size, with noise that depends on the variant. */
    record Tile(Thing thing, int size, int variant) {
        String id() {
            return "tile: " + thing.phrase() + " " + size + " px variant " + variant;
        }
    }

    Classification(World world, Split split, long seed, long size) {
        super("classification", world, split, seed, size);
    }

    @Override
    Tile draw(SeededRandom random) {
        while (true) {
            Tile tile = new Tile(world.splits().drawAsked(split, random), random.chance(0.5) ? 32 : 64, random.between(0, VARIANTS - 1));
            if (world.splits().admits(split, tile.id())) {
                return tile;
            }
        }
    }

    @Override
    String targetId(Tile tile) {
        return tile.thing().concept();
    }

    @Override
    Item query(Tile tile) {
        String text = "what is shown ?";
        String concept = tile.thing().concept();
        Trace trace = Trace.ofBoxes(concept, List.of(Grounding.GLYPH), tile.thing().facts(), concept);
        return Item.image(tile.id() + " | " + text, text, world.painter().noisyTile(tile.thing(), tile.size(), tile.id()), trace);
    }

    @Override
    Item target(Tile tile) {
        return name(tile.thing().concept());
    }

    @Override
    void distract(Tile tile, SeededRandom random, CandidateList list) {
        while (!list.full()) {
            String other = world.drawThing(split, random).concept();
            list.offer(other, () -> name(other));
        }
    }

    private static Item name(String concept) {
        return Item.text(concept, Trace.ofKeywords("text", List.of(concept), concept, concept));
    }
}
