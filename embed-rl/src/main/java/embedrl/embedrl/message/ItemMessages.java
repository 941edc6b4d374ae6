package embedrl.embedrl.message;

import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.EvidenceCrops;
import embedrl.embedrl.tcot.ParsedTCot;
import embedrl.embedrl.tcot.TCotParser;
import embedrl.embedrl.tcot.Visual;
import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns items into what the models read: the Reasoner's prompt, and the Embedder's message with or without a T-CoT. The only place where that is done, for
 * every stage. A target's prompt never holds anything of the query and vice versa. Embed-RL, Embedder prompt and T-CoT format.
 */
public final class ItemMessages {
    private final TextStyle style;
    private final TCotParser parser;

    public ItemMessages(TextStyle style, TCotParser parser) {
        this.style = style;
        this.parser = parser;
    }

    public TextStyle style() {
        return style;
    }

    /** The Reasoner's prompt for one side: images first, then the text of its template, without the answer. */
    public List<Content> prompt(Item item, Side side) {
        List<Content> content = new ArrayList<>();
        for (BufferedImage visual : item.visuals()) content.add(new Content.Image(visual));
        content.add(Content.text(style.prompt(item, side)));
        return Content.joined(content);
    }

    /** The item alone. */
    public EmbedderMessage raw(Item item) {
        return EmbedderMessage.raw(item.visuals(), item.kind() == Kind.VIDEO, style.text(item.text()));
    }

    /** The item with a completion of the Reasoner: its text and the evidence that it points at. A blank completion gives the item alone. */
    public EmbedderMessage reasoned(Item item, String completion) {
        return reasoned(item, parser.parse(completion, Visual.of(item)), true);
    }

    /** The item with the text of a completion, without evidence images: an ablation and a part of the training mix. */
    public EmbedderMessage reasonedWithoutEvidence(Item item, String completion) {
        return reasoned(item, parser.parse(completion, Visual.of(item)), false);
    }

    private EmbedderMessage reasoned(Item item, ParsedTCot parsed, boolean withEvidence) {
        List<String> parts = parsed.textParts();
        return new EmbedderMessage(item.visuals(), item.kind() == Kind.VIDEO, style.text(item.text()), parts.isEmpty() ? "" : parts.getFirst(),
                withEvidence ? evidence(item, parsed) : List.of(), parts.size() < 2 ? "" : parts.get(1));
    }

    /** The images that a completion points at. */
    public static List<BufferedImage> evidence(Item item, ParsedTCot parsed) {
        if (!parsed.crops().isEmpty()) return EvidenceCrops.crops(item.visuals().getFirst(), parsed.crops());
        return EvidenceCrops.frames(item.visuals(), parsed.frames());
    }
}
