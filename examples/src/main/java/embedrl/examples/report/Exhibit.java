package embedrl.examples.report;

import embedrl.embedrl.tcot.PixelBox;
import java.util.List;
import java.util.Objects;

/**
 * One held-out query of the gallery: what several arms thought about it, and what they found.
 *
 * @param family   of the task
 * @param query    what was asked
 * @param expected the relevant candidate
 * @param views    one for each arm, in the order of the columns
 */
public record Exhibit(String family, Shown query, Shown expected, List<View> views) {

    /**
     * One arm's view of the query.
     *
     * @param arm   its name
     * @param tcot  what it wrote; empty for an arm that does not think
     * @param boxes what the T-CoT points at, in pixels of the query's picture
     * @param keyFrames positions of the frames that the T-CoT points at, from 0
     * @param found the best candidates, best first
     */
    public record View(String arm, String tcot, List<PixelBox> boxes, List<Integer> keyFrames, List<Found> found) {
        public View {
            Objects.requireNonNull(arm, "arm");
            Objects.requireNonNull(tcot, "tcot");
            boxes = List.copyOf(boxes);
            keyFrames = List.copyOf(keyFrames);
            found = List.copyOf(found);
        }
    }

    /**
     * A retrieved candidate.
     *
     * @param item     as shown
     * @param relevant whether it is what was asked for
     */
    public record Found(Shown item, boolean relevant) {
    }

    public Exhibit {
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(expected, "expected");
        views = List.copyOf(views);
    }
}
