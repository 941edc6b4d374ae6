package embedrl.embedrl.tcot;

import java.util.List;

/**
 * A T-CoT made ready for the Embedder's message.
 *
 * @param textParts none for a blank T-CoT; one when there is no complete thinking section; else the thinking section with a line break, and the
 *                  trimmed rest if it is not empty. Evidence pictures stand behind the first part
 * @param crops     rectangles to cut out of an item's picture, in the order written
 * @param frames    0-based positions of an item's frames to show again, in the order written
 * @param keywords  words the T-CoT names as evidence; text only, no input is made of them
 */
public record ParsedTCot(List<String> textParts, List<PixelBox> crops, List<Integer> frames, List<String> keywords) {

    /** The result for an item without a T-CoT. */
    public static final ParsedTCot NONE = new ParsedTCot(List.of(), List.of(), List.of(), List.of());

    public ParsedTCot {
        textParts = List.copyOf(textParts);
        crops = List.copyOf(crops);
        frames = List.copyOf(frames);
        keywords = List.copyOf(keywords);
    }

    /** True if there are crops or frames to show. */
    public boolean hasPictures() {
        return !crops.isEmpty() || !frames.isEmpty();
    }
}
