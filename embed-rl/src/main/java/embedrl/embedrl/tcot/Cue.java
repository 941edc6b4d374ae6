package embedrl.embedrl.tcot;

import java.util.List;

/**
 * Everything that the JSON objects in a piece of text point at, merged in order of appearance and not yet checked against an item.
 *
 * @param boxes    entries of all {@code bbox_2d}, as written: an entry that is not a list of numbers holds NaN in their place
 * @param frames   whole numbers of all {@code key_frames}, as written
 * @param keywords strings of all {@code text_keywords}
 */
public record Cue(List<double[]> boxes, List<Long> frames, List<String> keywords) {

    public Cue {
        boxes = List.copyOf(boxes);
        frames = List.copyOf(frames);
        keywords = List.copyOf(keywords);
    }
}
