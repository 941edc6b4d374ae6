package embedrl.examples.report;

import embedrl.datasets.Item;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Objects;

/**
 * What a page shows of an item.
 *
 * @param text   its text; may be empty
 * @param frames its pictures: none, one, or the frames of a video
 */
public record Shown(String text, List<BufferedImage> frames) {

    public Shown {
        Objects.requireNonNull(text, "text");
        frames = List.copyOf(frames);
    }

    /** All of an item. */
    public static Shown of(Item item) {
        return new Shown(item.text(), item.visuals());
    }
}
