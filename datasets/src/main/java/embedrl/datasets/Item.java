package embedrl.datasets;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Objects;

/**
 * Is one thing to embed: a query or a retrieval target, with its pixels and, where known, its true trace.
 *
 * <p>Visuals are of type {@code TYPE_INT_RGB} and shared between items: read them, never draw on them.
 *
 * @param id the de-duplication name: items with equal ids are the same candidate and show the same content
 * @param kind the modality
 * @param text the text part; may be empty unless the kind is {@link Kind#TEXT}
 * @param visuals no visual for a text, one for an image or page, one to eight frames for a video
 * @param trace the true facts, or null where the source does not know them (files of users and benchmarks)
 */
public record Item(String id, Kind kind, String text, List<BufferedImage> visuals, Trace trace) {
    /** The greatest number of frames of a video. */
    public static final int MAX_FRAMES = 8;

    public Item {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(text, "text");
        visuals = List.copyOf(visuals);
        int count = visuals.size();
        boolean counted = switch (kind) {
            case TEXT -> count == 0;
            case IMAGE, PAGE -> count == 1;
            case VIDEO -> count >= 1 && count <= MAX_FRAMES;
        };
        if (!counted) {
            throw new IllegalArgumentException("item '" + id + "': a text has 0 visuals, an image or page 1, a video 1 to " + MAX_FRAMES + "; got " + count
                    + " for " + kind);
        }
        if (kind == Kind.TEXT && text.isEmpty()) {
            throw new IllegalArgumentException("item '" + id + "': a text item needs text, got an empty string");
        }
        for (BufferedImage visual : visuals) {
            if (visual.getType() != BufferedImage.TYPE_INT_RGB) {
                throw new IllegalArgumentException("item '" + id + "': visuals must be TYPE_INT_RGB (" + BufferedImage.TYPE_INT_RGB + "), got type "
                        + visual.getType() + "; convert with Pixels.rgb");
            }
        }
        if (trace != null && !trace.fits(kind)) {
            throw new IllegalArgumentException("item '" + id + "': the evidence of a trace must fit the kind " + kind + ", got " + trace);
        }
        if (trace != null && kind == Kind.VIDEO && trace.keyFrames().getLast() > count) {
            throw new IllegalArgumentException("item '" + id + "': key frames must be within 1…" + count + ", got " + trace.keyFrames());
        }
    }

    /** Makes a text item whose id is the text itself. */
    public static Item text(String text, Trace trace) {
        return new Item(text, Kind.TEXT, text, List.of(), trace);
    }

    /** Makes an image item. */
    public static Item image(String id, String text, BufferedImage image, Trace trace) {
        return new Item(id, Kind.IMAGE, text, List.of(image), trace);
    }
}
