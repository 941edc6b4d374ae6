package embedrl.models.message;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.models.EmbedderPrompt;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Order of an Embedder's content. Embed-RL, Embedder prompt. */
class EmbedderMessageTest {
    private static final EmbedderPrompt PROMPT = EmbedderPrompt.standard();
    private static final String SUMMARY = "Summarize the above content in one word:";

    private final BufferedImage first = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    private final BufferedImage second = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    private final BufferedImage crop = new BufferedImage(3, 3, BufferedImage.TYPE_INT_RGB);

    @Test
    void aTextIsGluedToItsThoughtAndTheSummary() {
        EmbedderMessage message = new EmbedderMessage(List.of(), false, "a cat", "<thinking>t</thinking>\n", List.of(), "<answer>a</answer>");
        assertThat(message.content(PROMPT)).containsExactly(Content.text("a cat<thinking>t</thinking>\n<answer>a</answer>" + SUMMARY));
        assertThat(EmbedderMessage.raw(List.of(), false, "a cat").content(PROMPT)).containsExactly(Content.text("a cat" + SUMMARY));
    }

    @Test
    void anImageComesBeforeItsTextAndTheEvidenceBetweenThinkingAndRest() {
        EmbedderMessage message = new EmbedderMessage(List.of(first), false, "what is it?", "<thinking>t</thinking>\n", List.of(crop, second), "<answer>a</answer>");
        assertThat(message.content(PROMPT)).containsExactly(new Content.Image(first), Content.text("what is it?<thinking>t</thinking>\n"),
                new Content.Evidence(crop), new Content.Evidence(second), Content.text("<answer>a</answer>" + SUMMARY));
    }

    @Test
    void aVideosTextComesBeforeItsFrames() {
        EmbedderMessage message = new EmbedderMessage(List.of(first, second), true, "a clip", "thinking", List.of(second), "");
        assertThat(message.content(PROMPT)).containsExactly(Content.text("a clip"), new Content.Image(first), new Content.Image(second),
                Content.text("thinking"), new Content.Evidence(second), Content.text(SUMMARY));
    }

    @Test
    void emptyPartsLeaveNoTrace() {
        assertThat(EmbedderMessage.raw(List.of(first), false, "").content(EmbedderPrompt.compact())).containsExactly(new Content.Image(first));
        assertThat(EmbedderMessage.raw(List.of(first), true, "").content(PROMPT)).containsExactly(new Content.Image(first), Content.text(SUMMARY));
        assertThat(Content.joined(List.of(Content.text("a"), Content.text(""), Content.text("b")))).containsExactly(Content.text("ab"));
    }
}
