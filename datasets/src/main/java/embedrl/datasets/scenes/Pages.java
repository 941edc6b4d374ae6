package embedrl.datasets.scenes;

import embedrl.datasets.Box;
import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import embedrl.datasets.SeededRandom;
import embedrl.datasets.Trace;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Asks for a page by its title and its picture; the target is the rendered page: a title, a picture, lines of text. */
final class Pages extends SceneFamily<Pages.Page> {
    private static final int SIDE = ScenePainter.CANVAS;
    private static final int PICTURE = 48;
    private static final Box TITLE = new Box(0, 0, 1000, 250);

    /**
     * Is what a page shows.
     *
     * @param left left edge of the picture in pixels
     * @param top top edge of the picture in pixels
     */
    record Page(String title, Thing thing, int left, int top) {
        String phrase() {
            return "a page about " + title + " with the " + thing.phrase();
        }

        String id() {
            return "page: " + phrase() + " at " + left + "," + top;
        }

        String facts() {
            return title + " " + thing.facts();
        }

        String answer() {
            return title + " " + thing.phrase();
        }

        Box box() {
            return new Box(left * Box.GRID / SIDE, top * Box.GRID / SIDE, (left + PICTURE) * Box.GRID / SIDE, (top + PICTURE) * Box.GRID / SIDE);
        }

        Page with(String newTitle, Thing newThing) {
            return new Page(newTitle, newThing, left, top);
        }
    }

    Pages(World world, Split split, long seed, long size) {
        super("page", world, split, seed, size);
    }

    @Override
    Page draw(SeededRandom random) {
        while (true) {
            Thing thing = world.splits().drawAsked(split, random);
            String title = world.drawThing(split, random).concept();
            Page page = new Page(title, thing, random.pick(List.of(16, 48, 64)), random.pick(List.of(32, 64)));
            if (!title.equals(thing.concept()) && world.splits().admits(split, page.id())) {
                return page;
            }
        }
    }

    @Override
    String targetId(Page page) {
        return page.id();
    }

    @Override
    Item query(Page page) {
        List<String> keywords = List.of(page.title(), page.thing().color().word(), page.thing().concept());
        return Item.text(page.phrase(), Trace.ofKeywords("text", keywords, page.facts(), page.answer()));
    }

    @Override
    Item target(Page page) {
        Trace trace = Trace.ofBoxes(page.title() + " and " + page.thing().concept(), List.of(TITLE, page.box()), page.facts(), page.answer());
        return new Item(page.id(), Kind.PAGE, "", List.of(paint(page)), trace);
    }

    private BufferedImage paint(Page page) {
        BufferedImage image = ScenePainter.ground(SIDE, SIDE, page.id());
        SeededRandom random = new SeededRandom(SeededRandom.hash(page.id())).split("lines");
        Graphics2D graphics = image.createGraphics();
        int scale = PixelFont.width(page.title()) * 3 <= SIDE - 8 ? 3 : 2;
        PixelFont.draw(graphics, page.title(), (SIDE - PixelFont.width(page.title()) * scale) / 2, (32 - PixelFont.HEIGHT * scale) / 2, scale, Color.BLACK);
        graphics.setColor(new Color(0x9A9A9A));
        for (int y = 36; y < SIDE - 4; y += 6) {
            boolean beside = y + 2 > page.top() && y < page.top() + PICTURE;
            int end = random.between(SIDE - 28, SIDE - 6);
            line(graphics, 6, beside ? Math.min(end, page.left() - 4) : end, y);
            if (beside) {
                line(graphics, page.left() + PICTURE + 4, end, y);
            }
        }
        graphics.drawImage(world.painter().tile(page.thing(), PICTURE), page.left(), page.top(), null);
        graphics.dispose();
        return image;
    }

    private static void line(Graphics2D graphics, int from, int to, int y) {
        if (to - from >= 6) {
            graphics.fillRect(from, y, to - from, 2);
        }
    }

    @Override
    void distract(Page page, SeededRandom random, CandidateList list) {
        offer(page.with(page.thing().concept(), new Thing(page.title(), page.thing().color())), list);
        while (!list.full()) {
            offer(random.chance(0.5)
                    ? page.with(world.drawThing(split, random).concept(), page.thing())
                    : page.with(page.title(), world.near(split, page.thing(), random)), list);
        }
    }

    private void offer(Page wrong, CandidateList list) {
        if (!wrong.title().equals(wrong.thing().concept()) && world.splits().permits(split, wrong.thing())) {
            list.offer(wrong.id(), () -> target(wrong));
        }
    }
}
