package embedrl.embedrl.prompts;

import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import embedrl.datasets.Pair;
import embedrl.embedrl.reward.Side;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a prompt may know about the item that a T-CoT is wanted for: the item itself, never the other side of its pair.
 *
 * @param kind        the item's modality
 * @param side        whether the item is a query or a target
 * @param text        the task text, with placeholders for pictures removed and white space collapsed; may be empty beside a picture
 * @param frames      how many frames of a video are shown, else 0
 * @param seeksVideo  true for a query whose targets are videos; known of the whole task, so it tells nothing about this query's target
 * @param knownAnswer the right target's text, only when annotating training queries
 */
public record PromptRequest(Kind kind, Side side, String text, int frames, boolean seeksVideo, Optional<String> knownAnswer) {

    private static final Pattern PLACEHOLDER = Pattern.compile("<video>|<image>|<\\|image_1\\|>");
    private static final Pattern SPACES = Pattern.compile("\\s+");

    public PromptRequest {
        text = SPACES.matcher(PLACEHOLDER.matcher(text).replaceAll(" ")).replaceAll(" ").strip();
        if ((kind == Kind.VIDEO) != (frames > 0) || frames < 0) {
            throw new IllegalArgumentException("prompt request: a video shows at least 1 frame and other items 0, got " + frames + " for " + kind);
        }
        if (side == Side.TARGET && knownAnswer.isPresent()) {
            throw new IllegalArgumentException("prompt request: only queries may be shown the known answer, a target is its own answer");
        }
        if (side == Side.TARGET && seeksVideo) {
            throw new IllegalArgumentException("prompt request: only queries seek videos, got a target");
        }
    }

    /** The request for one side of a pair, without the answer. */
    public static PromptRequest of(Pair pair, Side side) {
        Item item = side == Side.QUERY ? pair.query() : pair.target();
        int frames = item.kind() == Kind.VIDEO ? item.visuals().size() : 0;
        boolean seeksVideo = side == Side.QUERY && pair.target().kind() == Kind.VIDEO;
        return new PromptRequest(item.kind(), side, item.text(), frames, seeksVideo, Optional.empty());
    }

    /** The same query with the answer that its reasoning is to arrive at. */
    public PromptRequest withKnownAnswer(String answer) {
        return new PromptRequest(kind, side, text, frames, seeksVideo, Optional.of(answer));
    }
}
