package embedrl.models.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.chat.ChatMessage.Image;
import embedrl.models.chat.ChatMessage.Text;
import embedrl.models.chat.ChatMessage.ToolCall;
import embedrl.models.chat.ChatMessage.Video;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversationTemplateTest {
    private static final ConversationTemplate VISION = ConversationTemplate.of("""
            {%- for message in messages %}
                {{- '<|im_start|>' + message.role + '\\n' }}
                {%- if message.content is string %}
                    {{- message.content }}
                {%- else %}
                    {%- for part in message.content %}
                        {%- if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>
                        {%- elif part.type == 'video' %}<|vision_start|><|video_pad|><|vision_end|>
                        {%- else %}{{ part.text }}
                        {%- endif %}
                    {%- endfor %}
                {%- endif %}
                {%- for call in message.tool_calls %}
                    {{- '\\n<tool_call>' + (call.function | tojson) + '</tool_call>' }}
                {%- endfor %}
                {%- if message.reasoning_content %}({{ message.reasoning_content }}){% endif %}
                {{- '<|im_end|>\\n' }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- '<|im_start|>assistant\\n' }}
                {%- if enable_thinking is defined and not enable_thinking %}{{ '<think></think>' }}{% endif %}
            {%- endif %}
            """);

    @Test
    void placesImagesAndVideosWhereTheTurnHasThem() {
        List<ChatMessage> messages = List.of(ChatMessage.system("Look."),
                ChatMessage.user(List.of(new Image(), new Text("and "), new Video(), new Text("?"))));
        assertThat(VISION.render(messages, true)).isEqualTo("""
                <|im_start|>system
                Look.<|im_end|>
                <|im_start|>user
                <|vision_start|><|image_pad|><|vision_end|>and <|vision_start|><|video_pad|><|vision_end|>?<|im_end|>
                <|im_start|>assistant
                """);
        assertThat(VISION.render(List.of(ChatMessage.user("x")), true, Map.of("enable_thinking", false)))
                .isEqualTo("<|im_start|>user\nx<|im_end|>\n<|im_start|>assistant\n<think></think>");
    }

    @Test
    void carriesToolCallsAndReasoning() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("city", "Köln <1>");
        arguments.put("days", List.of(1, 2.5, true));
        ChatMessage turn = new ChatMessage("assistant", List.of(), List.of(new ToolCall("weather", arguments)), "why");
        assertThat(VISION.render(List.of(turn), false)).isEqualTo("<|im_start|>assistant\n\n<tool_call>{\"name\": \"weather\", \"arguments\": "
                + "{\"city\": \"Köln <1>\", \"days\": [1, 2.5, true]}}</tool_call>(why)<|im_end|>\n");
    }

    @Test
    void isFoundInTheFilesOfAFolder(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> ConversationTemplate.load(folder)).isInstanceOf(TemplateException.class).hasMessageContaining("no chat_template.jinja");
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"bos_token": {"content": "<s>"}, "chat_template": [{"name": "tools", "template": "t"}, {"name": "default", "template": "1{{ bos_token }}"}]}""");
        assertThat(ConversationTemplate.load(folder).render(List.of(), false)).isEqualTo("1<s>");
        Files.writeString(folder.resolve("chat_template.json"), "{\"chat_template\": \"2{{ bos_token }}\"}");
        assertThat(ConversationTemplate.load(folder).render(List.of(), false)).isEqualTo("2<s>");
        Files.writeString(folder.resolve("chat_template.jinja"), "3{{ bos_token }}{{ tools is none }}\n");
        assertThat(ConversationTemplate.load(folder).render(List.of(), false)).isEqualTo("3<s>True");
        Files.delete(folder.resolve("chat_template.jinja"));
        Files.writeString(folder.resolve("chat_template.json"), "{\"chat_template\": 7}");
        assertThatThrownBy(() -> ConversationTemplate.load(folder)).hasMessageContaining("chat_template: expected a string");
        Files.writeString(folder.resolve("chat_template.json"), "{");
        assertThatThrownBy(() -> ConversationTemplate.load(folder)).hasMessageContaining("not valid JSON");
    }
}
