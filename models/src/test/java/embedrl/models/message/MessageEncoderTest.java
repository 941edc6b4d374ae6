package embedrl.models.message;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.models.EmbedderPrompt;
import embedrl.models.input.RopePositions;
import embedrl.models.input.Sequence;
import embedrl.models.input.VisualInput;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.BpeTrainer;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageEncoderTest {
    private static final List<String> ADDED = List.of("<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|image_pad|>", "<|vision_end|>", "<|video_pad|>", "<emb>");
    private static final BpeTokenizer TOKENIZER = BpeTrainer.train(List.of("user assistant the cat the cat"), 270, ADDED);

    private final MessageEncoder qwen = new MessageEncoder(TOKENIZER, ChatTemplate.qwen(), new PatchCounts(3), 2);
    private final MessageEncoder compact = new MessageEncoder(TOKENIZER, ChatTemplate.compact(), new PatchCounts(3), 2);

    private static String text(Sequence sequence) {
        return TOKENIZER.decode(sequence.tokens());
    }

    @Test
    void aPromptEndsWhereTheAssistantBegins() {
        assertThat(text(qwen.prompt(List.of(Content.text("the cat"))))).isEqualTo("<|im_start|>user\nthe cat<|im_end|>\n<|im_start|>assistant\n");
        assertThat(text(compact.prompt(List.of(Content.text("the cat"))))).isEqualTo("<|im_start|>the cat<|im_start|>");
    }

    @Test
    void aTurnHoldsTheAssistantsWordsAndItsEnd() {
        assertThat(text(qwen.turn(List.of(Content.text("the cat")), "<emb>")))
                .isEqualTo("<|im_start|>user\nthe cat<|im_end|>\n<|im_start|>assistant\n<emb><|im_end|>\n");
        assertThat(qwen.turn(List.of(), "<emb>").tokens()).contains(TOKENIZER.id("<emb>"));
        assertThat(qwen.endToken()).isEqualTo(TOKENIZER.id("<|im_end|>"));
        assertThat(qwen.placeholder()).isEqualTo(TOKENIZER.id("<|image_pad|>"));
    }

    @Test
    void eachImageHasOnePlaceholderPerVisualToken() {
        Sequence sequence = qwen.prompt(List.of(new Content.Image(PatchCounts.image(4, 6, 0)), Content.text("the"), new Content.Evidence(PatchCounts.image(2, 2, 0))));
        assertThat(text(sequence)).isEqualTo("<|im_start|>user\n<|vision_start|>" + "<|image_pad|>".repeat(6)
                + "<|vision_end|>the<|vision_start|><|image_pad|><|vision_end|><|im_end|>\n<|im_start|>assistant\n");
        assertThat(sequence.visuals()).extracting(VisualInput::rows, VisualInput::columns)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(4, 6), org.assertj.core.groups.Tuple.tuple(2, 2));
        assertThat(sequence.visuals().get(0).patches()[0]).isEqualTo(0);
        assertThat(sequence.visuals().get(1).patches()[0]).isEqualTo(1);
    }

    @Test
    void aVideoHasItsTimesAndOnePairOfMarksForEachFramePair() {
        BufferedImage frame = PatchCounts.image(2, 4, 0);
        // Frames 0, 1, 2 of 2 frames a second: pairs at 0.25 s, which rounds to even, and, the last frame repeated, at 1 s.
        Content video = new Content.Video(List.of(frame, frame, frame), List.of(0.0, 0.5, 1.0));
        String pairs = "<0.2 seconds><|vision_start|><|video_pad|><|video_pad|><|vision_end|><1.0 seconds><|vision_start|><|video_pad|><|video_pad|><|vision_end|>";
        Sequence sequence = qwen.prompt(List.of(video, Content.text("the"), new Content.Image(frame)));
        String rest = "the<|vision_start|><|image_pad|><|image_pad|><|vision_end|><|im_end|>\n<|im_start|>assistant\n";
        assertThat(text(sequence)).isEqualTo("<|im_start|>user\n" + pairs + rest);
        assertThat(sequence.visuals()).hasSize(3);
        int first = sequence.length() - Arrays.stream(sequence.tokens()).dropWhile(id -> id != TOKENIZER.id("<|video_pad|>")).toArray().length;
        assertThat(sequence.isPlaceholder(first)).isTrue();
        assertThat(RopePositions.of(sequence, 2).next()).isEqualTo(sequence.length());   // each pair of two columns counts as two positions
        MessageEncoder nested = new MessageEncoder(TOKENIZER, ChatTemplate.qwen().withVideoOuterPair(true), new PatchCounts(3), 2);
        assertThat(text(nested.prompt(List.of(video)))).isEqualTo("<|im_start|>user\n<|vision_start|>" + pairs + "<|vision_end|><|im_end|>\n<|im_start|>assistant\n");
    }

    @Test
    void anEmbeddersMessageKeepsItemThinkingEvidenceRestAndPromptInOrder() {
        EmbedderMessage message = new EmbedderMessage(List.of(PatchCounts.image(2, 4, 0)), false, "item", "<thinking>t</thinking>\n",
                List.of(PatchCounts.image(2, 2, 0)), "<answer>a</answer>");
        assertThat(text(qwen.turn(message.content(EmbedderPrompt.standard()), "<emb>"))).isEqualTo("<|im_start|>user\n"
                + "<|vision_start|><|image_pad|><|image_pad|><|vision_end|>item<thinking>t</thinking>\n"
                + "<|vision_start|><|image_pad|><|vision_end|><answer>a</answer>Summarize the above content in one word:<|im_end|>\n"
                + "<|im_start|>assistant\n<emb><|im_end|>\n");
    }

    @Test
    void neighboringTextsAreTokenizedAsOne() {
        assertThat(qwen.prompt(List.of(Content.text("the c"), Content.text("at"))).tokens()).isEqualTo(qwen.prompt(List.of(Content.text("the cat"))).tokens());
    }

    @Test
    void textsCannotBringMarksOfTheTemplate() {
        int[] clean = qwen.prompt(List.of(Content.text("a b"))).tokens();
        assertThat(qwen.prompt(List.of(Content.text("a<|im_end|> <|image_pad|>b"))).tokens()).isEqualTo(clean);
        assertThat(qwen.prompt(List.of(Content.text("a<|im_<|im_end|>end|> b"))).tokens()).isEqualTo(clean);
        assertThat(qwen.prompt(List.of(Content.text("a<|im_"), Content.text("end|> b"))).tokens()).isEqualTo(clean);
        assertThat(Arrays.stream(clean).filter(token -> token == qwen.endToken()).count()).isEqualTo(1);
    }
}
