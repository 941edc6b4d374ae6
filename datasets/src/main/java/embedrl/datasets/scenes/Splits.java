package embedrl.datasets.scenes;

import embedrl.datasets.SeededRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Says which combination of concept and color, and which scene, belongs to which split.
 *
 * <p>About 15 % of the combinations of training concepts are held out, spread evenly over concepts and colors. Scenes of the remaining combinations are
 * divided by a hash of their content: one of {@value #BUCKETS} is unseen. So no image of a held-out split can appear in training, whatever the seed of the
 * source that draws it.
 */
public final class Splits {
    private static final int BUCKETS = 5;
    private static final double HELD_OUT = 0.15;

    private final List<Thing> known = new ArrayList<>();
    private final List<Thing> heldOut = new ArrayList<>();
    private final List<Thing> novel = new ArrayList<>();
    private final Set<Thing> knownSet;
    private final Set<Thing> heldOutSet;
    private final Set<Thing> novelSet;

    /**
     * @param art whose concepts are split
     * @param seed chooses the combinations that are held out
     */
    public Splits(Art art, long seed) {
        List<String> names = new ArrayList<>(art.training().stream().map(Concept::name).toList());
        SeededRandom.of(seed, "held-out combinations", 0).shuffle(names);
        TileColor[] colors = TileColor.values();
        int count = (int) Math.round(HELD_OUT * names.size() * colors.length);
        for (int k = 0; k < count; k++) {
            // The second round over the concepts is shifted by one color, so that no combination comes twice.
            int round = k / names.size();
            heldOut.add(new Thing(names.get(k % names.size()), colors[(k % names.size() + round) % colors.length]));
        }
        heldOutSet = Set.copyOf(heldOut);
        for (Concept concept : art.training()) {
            for (TileColor color : colors) {
                Thing thing = new Thing(concept.name(), color);
                if (!heldOutSet.contains(thing)) {
                    known.add(thing);
                }
            }
        }
        for (Concept concept : art.unseen()) {
            for (TileColor color : colors) {
                novel.add(new Thing(concept.name(), color));
            }
        }
        knownSet = new HashSet<>(known);
        novelSet = new HashSet<>(novel);
    }

    /** Returns the things that the split asks about. */
    public List<Thing> asked(Split split) {
        return List.copyOf(askedList(split));
    }

    private List<Thing> askedList(Split split) {
        return switch (split) {
            case TRAIN, UNSEEN_SCENES -> known;
            case UNSEEN_COMBINATIONS -> heldOut;
            case UNSEEN_CONCEPTS -> novel;
        };
    }

    /** Tells whether any image, text or distractor of the split may show the thing. */
    public boolean permits(Split split, Thing thing) {
        return switch (split) {
            case TRAIN, UNSEEN_SCENES -> knownSet.contains(thing);
            case UNSEEN_COMBINATIONS -> knownSet.contains(thing) || heldOutSet.contains(thing);
            case UNSEEN_CONCEPTS -> knownSet.contains(thing) || novelSet.contains(thing);
        };
    }

    /** Tells whether all things of a scene are permitted. */
    public boolean permits(Split split, Scene scene) {
        return scene.items().stream().allMatch(item -> permits(split, item.thing()));
    }

    /** Tells whether an image with this id may be a query or a target of the split. */
    public boolean admits(Split split, String imageId) {
        boolean unseen = Long.remainderUnsigned(SeededRandom.hash(imageId), BUCKETS) == 0;
        return switch (split) {
            case TRAIN -> !unseen;
            case UNSEEN_SCENES -> unseen;
            case UNSEEN_COMBINATIONS, UNSEEN_CONCEPTS -> true;
        };
    }

    /** Draws a thing that the split asks about. */
    Thing drawAsked(Split split, SeededRandom random) {
        return random.pick(askedList(split));
    }

    /** Draws a thing that may stand beside an asked one: half the time of the asked kind, else known. */
    Thing drawOther(Split split, SeededRandom random) {
        return random.chance(0.5) ? random.pick(askedList(split)) : random.pick(known);
    }
}
