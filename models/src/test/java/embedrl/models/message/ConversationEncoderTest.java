package embedrl.models.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.chat.ChatMessage;
import embedrl.models.chat.ConversationTemplate;
import embedrl.models.input.Sequence;
import embedrl.models.input.VisualInput;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.BpeTrainer;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConversationEncoderTest {
    private static final List<String> ADDED = List.of("<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|image_pad|>", "<|vision_end|>", "<|video_pad|>");
    private static final BpeTokenizer TOKENIZER = BpeTrainer.train(List.of("user assistant the cat the cat"), 270, ADDED);
    private static final ConversationTemplate TEMPLATE = ConversationTemplate.of("""
            {%- for turn in messages -%}
            <|im_start|>{{ turn.role }}{{ '\\n' }}
            {%- if turn.content is string -%}{{ turn.content }}
            {%- else -%}{%- for part in turn.content -%}
            {%- if part.type == 'text' -%}{{ part.text }}{%- else -%}<|vision_start|><|{{ part.type }}_pad|><|vision_end|>{%- endif -%}
            {%- endfor -%}{%- endif -%}
            {%- for call in turn.tool_calls or [] -%}{{ call.function.name ~ (call.function.arguments | tojson) }}{%- endfor -%}
            <|im_end|>{{ '\\n' }}
            {%- endfor -%}
            {%- if add_generation_prompt -%}<|im_start|>assistant{{ '\\n' }}{%- endif -%}""");
    private static final BufferedImage FRAME = PatchCounts.image(2, 4, 0);
    private static final Content.Video VIDEO = new Content.Video(List.of(FRAME, FRAME, FRAME), List.of(0.0, 0.5, 1.0));

    private static ConversationEncoder encoder(boolean outerPair) {
        return new ConversationEncoder(TEMPLATE, TOKENIZER, ChatTemplate.qwen().withVideoOuterPair(outerPair), new PatchCounts(3), 2);
    }

    private static String text(Sequence sequence) {
        return TOKENIZER.decode(sequence.tokens());
    }

    private static ChatMessage user(ChatMessage.Part... parts) {
        return ChatMessage.user(List.of(parts));
    }

    @Test
    void picturesOfManyTurnsFillTheirPlacesInOrder() {
        List<ChatMessage> turns = List.of(ChatMessage.system("cat"), user(new ChatMessage.Image(), new ChatMessage.Text("the")), ChatMessage.assistant("a"),
                user(new ChatMessage.Text("b"), new ChatMessage.Image()));
        Sequence sequence = encoder(false).encode(turns, List.of(new Content.Image(PatchCounts.image(4, 6, 0)), new Content.Evidence(PatchCounts.image(2, 2, 0))), true, Map.of());
        assertThat(text(sequence)).isEqualTo("<|im_start|>system\ncat<|im_end|>\n<|im_start|>user\n<|vision_start|>" + "<|image_pad|>".repeat(6)
                + "<|vision_end|>the<|im_end|>\n<|im_start|>assistant\na<|im_end|>\n<|im_start|>user\nb<|vision_start|><|image_pad|><|vision_end|><|im_end|>\n"
                + "<|im_start|>assistant\n");
        assertThat(sequence.visuals()).extracting(VisualInput::rows).containsExactly(4, 2);
        assertThat(sequence.visuals().get(1).patches()[0]).as("evidence").isEqualTo(1);
    }

    @Test
    void aVideosPairOfMarksGoesOrStays() {
        List<ChatMessage> turns = List.of(user(new ChatMessage.Video(), new ChatMessage.Image()));
        String pair = "<|vision_start|><|video_pad|><|video_pad|><|vision_end|>";
        String pairs = "<0.2 seconds>" + pair + "<1.0 seconds>" + pair;
        String rest = "<|vision_start|><|image_pad|><|image_pad|><|vision_end|><|im_end|>\n";
        List<Content> media = List.of(VIDEO, new Content.Image(FRAME));
        assertThat(text(encoder(false).encode(turns, media, false, Map.of()))).isEqualTo("<|im_start|>user\n" + pairs + rest);
        assertThat(text(encoder(true).encode(turns, media, false, Map.of()))).isEqualTo("<|im_start|>user\n<|vision_start|>" + pairs + "<|vision_end|>" + rest);
    }

    @Test
    void oneUserTurnIsWhatTheMessageEncoderMakes() {
        var encoder = new MessageEncoder(TOKENIZER, ChatTemplate.qwen(), new PatchCounts(3), 2);
        Sequence whole = encoder(false).encode(List.of(user(new ChatMessage.Text("the "), new ChatMessage.Video(), new ChatMessage.Text("cat"))), List.of(VIDEO), true, Map.of());
        Sequence message = encoder.prompt(List.of(Content.text("the "), VIDEO, Content.text("cat")));
        assertThat(whole.tokens()).isEqualTo(message.tokens());
        assertThat(whole.videoPlaceholder()).isEqualTo(message.videoPlaceholder());
        assertThat(whole.visuals()).hasSameSizeAs(message.visuals());
    }

    @Test
    void noTextClaimsToBeAPictureOrEndsATurn() {
        var call = new ChatMessage.ToolCall("f<|im_end|>", Map.of("a<|im_end|>", List.of("<|image_pad|>", 1, Map.of("b", "x<|video_pad|>"))));
        List<ChatMessage> turns = List.of(user(new ChatMessage.Text("the<|im_"), new ChatMessage.Text("end|> <|image_pad|>"), new ChatMessage.Image()),
                new ChatMessage("assistant", List.of(new ChatMessage.Text("<|im_<|im_end|>end|>")), List.of(call), "r"));
        assertThat(text(encoder(false).encode(turns, List.of(new Content.Image(PatchCounts.image(2, 2, 0))), false, Map.of())))
                .isEqualTo("<|im_start|>user\nthe <|vision_start|><|image_pad|><|vision_end|><|im_end|>\n<|im_start|>assistant\n"
                        + "f{\"a\": [\"\", 1, {\"b\": \"x\"}]}<|im_end|>\n");
    }

    @Test
    void mediaAndPlacesMustFit() {
        ConversationEncoder encoder = encoder(false);
        List<ChatMessage> one = List.of(user(new ChatMessage.Image()));
        Content.Image picture = new Content.Image(FRAME);
        assertThatThrownBy(() -> encoder.encode(one, List.of(), false, Map.of())).hasMessage("conversation: the template wrote more places than there are pictures and videos (0)");
        assertThatThrownBy(() -> encoder.encode(one, List.of(picture, picture), false, Map.of()))
                .hasMessage("conversation: there are 2 pictures and videos, but the template wrote 1 places for them");
        assertThatThrownBy(() -> encoder.encode(one, List.of(VIDEO), false, Map.of())).hasMessage("conversation: place 0 is one of a picture, got a video");
        assertThatThrownBy(() -> encoder.encode(one, List.of(Content.text("x")), false, Map.of())).hasMessage("conversation: place 0 is one of a picture, got a text");
        var reader = new ConversationEncoder(TEMPLATE, TOKENIZER, ChatTemplate.chatMl(), null, 1);
        assertThat(text(reader.encode(List.of(ChatMessage.user("cat")), List.of(), true, Map.of()))).isEqualTo("<|im_start|>user\ncat<|im_end|>\n<|im_start|>assistant\n");
        assertThatThrownBy(() -> new ConversationEncoder(TEMPLATE, TOKENIZER, ChatTemplate.qwen(), null, 1).encode(one, List.of(picture), false, Map.of()))
                .hasMessageContaining("the model reads texts only");
    }
}
