package embedrl.datasets;

import java.util.List;
import java.util.Objects;

/**
 * Holds the true facts that a chain of thought about an item should state: its words and its evidence.
 *
 * <p>Exactly one kind of evidence is present. A box never covers more than 95 % of the image, since a reader of such text drops it.
 *
 * @param thinking first words, before the evidence
 * @param boxes evidence in an image or page, else empty
 * @param keyFrames evidence in a video, 1-based and ascending, else empty
 * @param keywords evidence in a text, else empty
 * @param rethink the narrowed-down facts
 * @param answer what is to be matched
 */
public record Trace(String thinking, List<Box> boxes, List<Integer> keyFrames, List<String> keywords, String rethink, String answer) {
    /** The largest share of an image that an evidence box may cover. */
    public static final double MAX_BOX_SHARE = 0.95;

    public Trace {
        Objects.requireNonNull(thinking, "thinking");
        Objects.requireNonNull(rethink, "rethink");
        Objects.requireNonNull(answer, "answer");
        boxes = List.copyOf(boxes);
        keyFrames = List.copyOf(keyFrames);
        keywords = List.copyOf(keywords);
        int present = (boxes.isEmpty() ? 0 : 1) + (keyFrames.isEmpty() ? 0 : 1) + (keywords.isEmpty() ? 0 : 1);
        if (present != 1) {
            throw new IllegalArgumentException("trace: exactly one kind of evidence must be present, got boxes " + boxes + ", key frames " + keyFrames
                    + ", keywords " + keywords);
        }
        for (Box box : boxes) {
            if (box.share() > MAX_BOX_SHARE) {
                throw new IllegalArgumentException("trace: a box may cover at most " + MAX_BOX_SHARE + " of the image, got " + box);
            }
        }
        int last = 0;
        for (int frame : keyFrames) {
            if (frame <= last) {
                throw new IllegalArgumentException("trace: key frames must be 1-based and ascending, got " + keyFrames);
            }
            last = frame;
        }
    }

    /** Makes the trace of a text. */
    public static Trace ofKeywords(String thinking, List<String> keywords, String rethink, String answer) {
        return new Trace(thinking, List.of(), List.of(), keywords, rethink, answer);
    }

    /** Makes the trace of an image or a page. */
    public static Trace ofBoxes(String thinking, List<Box> boxes, String rethink, String answer) {
        return new Trace(thinking, boxes, List.of(), List.of(), rethink, answer);
    }

    /** Makes the trace of a video. */
    public static Trace ofFrames(String thinking, List<Integer> keyFrames, String rethink, String answer) {
        return new Trace(thinking, List.of(), keyFrames, List.of(), rethink, answer);
    }

    /** Tells whether the evidence is of the kind that an item of this modality offers. */
    public boolean fits(Kind kind) {
        return switch (kind) {
            case TEXT -> !keywords.isEmpty();
            case IMAGE, PAGE -> !boxes.isEmpty();
            case VIDEO -> !keyFrames.isEmpty();
        };
    }
}
