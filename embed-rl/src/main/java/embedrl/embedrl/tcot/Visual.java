package embedrl.embedrl.tcot;

import embedrl.datasets.Item;
import java.awt.image.BufferedImage;

/** What can be cut out of an item: nothing, boxes of one picture, or frames of a video. A document page is a {@link Picture}. */
public sealed interface Visual {

    /** The visual of an item that is text alone. */
    Visual NONE = new None();

    /** No picture at all. */
    record None() implements Visual {
    }

    /** One picture of {@code width} × {@code height} pixels, as stored (before any resize). */
    record Picture(int width, int height) implements Visual {
        public Picture {
            if (width < 1 || height < 1) {
                throw new IllegalArgumentException("visual: a picture has at least 1 × 1 pixels, got " + width + " × " + height);
            }
        }
    }

    /** A video of which {@code count} frames are shown to the model. */
    record Frames(int count) implements Visual {
        public Frames {
            if (count < 1) {
                throw new IllegalArgumentException("visual: a video shows at least 1 frame, got " + count);
            }
        }
    }

    static Visual picture(int width, int height) {
        return new Picture(width, height);
    }

    static Visual frames(int count) {
        return new Frames(count);
    }

    /** What can be cut out of this item. */
    static Visual of(Item item) {
        return switch (item.kind()) {
            case TEXT -> NONE;
            case IMAGE, PAGE -> {
                BufferedImage picture = item.visuals().getFirst();
                yield picture(picture.getWidth(), picture.getHeight());
            }
            case VIDEO -> frames(item.visuals().size());
        };
    }
}
