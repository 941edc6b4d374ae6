package embedrl.datasets.scenes;

import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import embedrl.datasets.SeededRandom;
import embedrl.datasets.Trace;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Describes a motion; the target is a video of eight frames. Key frames are the last one before the motion and the first one after it. */
final class Videos extends SceneFamily<Videos.Motion> {
    /**
     * Is a thing that moves straight from one cell to another, one cell a frame, among things that stand still.
     *
     * @param start the last frame at the first cell, 1-based
     */
    record Motion(Thing thing, Cell from, Cell to, int start, List<Placed> others) {
        int distance() {
            return Math.abs(to.column() - from.column()) + Math.abs(to.row() - from.row());
        }

        Cell at(int frame) {
            int moved = Math.clamp(frame - start, 0, distance());
            return new Cell(from.column() + Integer.signum(to.column() - from.column()) * moved,
                    from.row() + Integer.signum(to.row() - from.row()) * moved);
        }

        boolean possible() {
            for (Placed other : others) {
                if (other.thing().concept().equals(thing.concept())) {
                    return false;
                }
                for (int frame = start; frame <= start + distance(); frame++) {
                    if (at(frame).equals(other.cell())) {
                        return false;
                    }
                }
            }
            return true;
        }

        String phrase() {
            return "the " + thing.phrase() + " moves from " + from.word() + " to " + to.word();
        }

        String id() {
            return "video: " + phrase() + " after frame " + start + others.stream().map(item -> " and " + item.phrase()).collect(Collectors.joining());
        }

        String facts() {
            return from.word() + " " + to.word() + " " + thing.facts();
        }

        String answer() {
            return thing.phrase() + " " + from.word() + " " + to.word();
        }
    }

    Videos(World world, Split split, long seed, long size) {
        super("video", world, split, seed, size);
    }

    @Override
    Motion draw(SeededRandom random) {
        while (true) {
            Motion motion = path(world.splits().drawAsked(split, random), random, others(random));
            if (motion.possible() && world.splits().admits(split, motion.id())) {
                return motion;
            }
        }
    }

    private List<Placed> others(SeededRandom random) {
        return random.chance(0.5) ? List.of() : List.of(new Placed(world.drawThing(split, random), random.pick(Cell.ALL)));
    }

    private static Motion path(Thing thing, SeededRandom random, List<Placed> others) {
        while (true) {
            Cell from = random.pick(Cell.ALL);
            Cell to = random.pick(Cell.ALL);
            boolean straight = from.column() == to.column() || from.row() == to.row();
            Motion motion = new Motion(thing, from, to, 1, others);
            if (straight && motion.distance() >= 2) {
                return new Motion(thing, from, to, random.between(1, Item.MAX_FRAMES - motion.distance()), others);
            }
        }
    }

    @Override
    String targetId(Motion motion) {
        return motion.id();
    }

    @Override
    Item query(Motion motion) {
        List<String> keywords = List.of(motion.thing().color().word(), motion.thing().concept(), motion.from().word(), motion.to().word());
        return Item.text(motion.phrase(), Trace.ofKeywords("text", keywords, motion.facts(), motion.answer()));
    }

    @Override
    Item target(Motion motion) {
        List<BufferedImage> frames = new ArrayList<>();
        for (int frame = 1; frame <= Item.MAX_FRAMES; frame++) {
            if (frame > 1 && motion.at(frame).equals(motion.at(frame - 1))) {
                frames.add(frames.getLast());
                continue;
            }
            List<Placed> shown = new ArrayList<>(motion.others());
            shown.add(new Placed(motion.thing(), motion.at(frame)));
            frames.add(world.painter().paint(new Scene(shown), motion.id()));
        }
        List<Integer> keyFrames = List.of(motion.start(), motion.start() + motion.distance());
        Trace trace = Trace.ofFrames(motion.thing().concept() + " moves", keyFrames, motion.facts(), motion.answer());
        return new Item(motion.id(), Kind.VIDEO, "", frames, trace);
    }

    @Override
    void distract(Motion motion, SeededRandom random, CandidateList list) {
        offer(motion, new Motion(motion.thing(), motion.to(), motion.from(), motion.start(), motion.others()), list);
        while (!list.full()) {
            Motion wrong = switch (random.between(0, 2)) {
                case 0 -> new Motion(world.near(split, motion.thing(), random), motion.from(), motion.to(), motion.start(), motion.others());
                case 1 -> new Motion(world.near(split, motion.thing(), random), motion.to(), motion.from(), motion.start(), motion.others());
                default -> path(motion.thing(), random, motion.others());
            };
            offer(motion, wrong, list);
        }
    }

    /** Offers a motion unless it is impossible or the query describes it too. */
    private void offer(Motion motion, Motion wrong, CandidateList list) {
        if (wrong.possible() && !wrong.phrase().equals(motion.phrase())) {
            list.offer(wrong.id(), () -> target(wrong));
        }
    }
}
