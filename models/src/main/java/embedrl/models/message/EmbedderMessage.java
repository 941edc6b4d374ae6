package embedrl.models.message;

import embedrl.models.EmbedderPrompt;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * What the Embedder reads of one item: the raw item, then the chain of thought with its evidence images between the thinking and the rest, then the
 * fixed prompt. One builder serves contrastive training, the reward and evaluation. Embed-RL, Embedder prompt.
 *
 * @param visuals     the item's images; a video's frames, in order
 * @param visualsLast whether the text comes before the visuals (videos)
 * @param text        the item's text, may be empty
 * @param thinking    text parts before the evidence (may be empty)
 * @param evidence    crops or key frames
 * @param rest        text parts after the evidence (may be empty)
 */
public record EmbedderMessage(List<BufferedImage> visuals, boolean visualsLast, String text, String thinking, List<BufferedImage> evidence, String rest) {
    public EmbedderMessage {
        visuals = List.copyOf(visuals);
        evidence = List.copyOf(evidence);
    }

    /** A raw item without a chain of thought. */
    public static EmbedderMessage raw(List<BufferedImage> visuals, boolean visualsLast, String text) {
        return new EmbedderMessage(visuals, visualsLast, text, "", List.of(), "");
    }

    /** The user's content, in order. */
    public List<Content> content(EmbedderPrompt prompt) {
        List<Content> parts = new ArrayList<>();
        if (visualsLast) parts.add(Content.text(text));
        for (BufferedImage visual : visuals) parts.add(new Content.Image(visual));
        if (!visualsLast) parts.add(Content.text(text));
        parts.add(Content.text(thinking));
        for (BufferedImage image : evidence) parts.add(new Content.Evidence(image));
        parts.add(Content.text(rest));
        parts.add(Content.text(prompt.summary()));
        return Content.joined(parts);
    }
}
