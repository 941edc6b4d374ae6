package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.chat.ChatMessage;
import embedrl.models.chat.ConversationTemplate;
import embedrl.models.gguf.GgufMetadata;
import embedrl.models.gguf.GgufValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GgufTokenizerTest {
    private static GgufValue texts(List<String> values) {
        return new GgufValue.Array(GgufValue.Type.STRING, values.stream().map(value -> (GgufValue) new GgufValue.Text(value)).toList());
    }

    private static GgufValue integers(int... values) {
        return new GgufValue.Array(GgufValue.Type.INT32, IntStream.of(values).mapToObj(value -> (GgufValue) new GgufValue.Whole(GgufValue.Type.INT32, value)).toList());
    }

    private static Map<String, GgufValue> values(String pre) {
        List<String> tokens = new ArrayList<>(List.of("<s>", "<user>", "12", "ab"));
        IntStream.range(0, 256).forEach(b -> tokens.add(ByteSymbols.symbol(b)));
        int[] types = new int[tokens.size()];
        java.util.Arrays.fill(types, 1);
        types[0] = 3;
        types[1] = 4;
        Map<String, GgufValue> values = new HashMap<>();
        values.put("tokenizer.ggml.model", new GgufValue.Text("gpt2"));
        values.put("tokenizer.ggml.pre", new GgufValue.Text(pre));
        values.put("tokenizer.ggml.tokens", texts(tokens));
        values.put("tokenizer.ggml.token_type", integers(types));
        values.put("tokenizer.ggml.merges", texts(List.of("1 2", "a b")));
        values.put("tokenizer.ggml.bos_token_id", new GgufValue.Whole(GgufValue.Type.UINT32, 0));
        return values;
    }

    private static BpeTokenizer tokenizer(Map<String, GgufValue> values) {
        return GgufTokenizer.of(new GgufMetadata("t.gguf", values));
    }

    @Test
    void splitsAsTheFileSays() {
        BpeTokenizer gpt2 = tokenizer(values("gpt-2"));
        int one = gpt2.id("1");
        assertThat(gpt2.encode("ab12<s><user>")).containsExactly(3, 2, 0, 1);
        assertThat(tokenizer(values("smollm")).encode("ab12<s>")).containsExactly(3, one, one + 1, 0);
        assertThat(tokenizer(values("qwen2")).encode("12")).containsExactly(one, one + 1);
        assertThat(tokenizer(values("llama-bpe")).encode("12")).containsExactly(2);
        assertThat(tokenizer(values("qwen2")).encode("e\u0301")).isEqualTo(gpt2.encode("é"));
        assertThat(gpt2.decode(new int[] {0, 3, 1}, true)).isEqualTo("ab<user>");
    }

    @Test
    void addsTheTokensThatTheFileAsksFor() {
        Map<String, GgufValue> values = values("gpt-2");
        assertThat(tokenizer(values).encodeForModel("ab").ids()).containsExactly(3);
        values.put("tokenizer.ggml.add_bos_token", new GgufValue.Flag(true));
        assertThat(tokenizer(values).encodeForModel("ab").ids()).containsExactly(0, 3);
        assertThat(tokenizer(values).encodeForModel("ab", "ab").ids()).containsExactly(0, 3, 0, 3);
        values.put("tokenizer.ggml.bos_token_id", new GgufValue.Whole(GgufValue.Type.UINT32, 9999));
        assertThatThrownBy(() -> tokenizer(values)).isInstanceOf(TokenizerException.class).hasMessageContaining("identifier 9999, which belongs to no token");
    }

    @Test
    void givesTheChatTemplate() {
        Map<String, GgufValue> values = values("gpt-2");
        values.put("tokenizer.chat_template", new GgufValue.Text("{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"));
        assertThat(ConversationTemplate.of(new GgufMetadata("t.gguf", values)).render(List.of(ChatMessage.user("hi")), true)).isEqualTo("<s>[user]hi");
    }

    @Test
    void refusesWhatDoesNotFit() {
        refused("tokenizer.ggml.model", new GgufValue.Text("llama"), "model must be 'gpt2' (byte-level BPE), got 'llama'");
        refused("tokenizer.ggml.pre", new GgufValue.Text("poro"), "splitting 'poro' is unknown, known are [");
        refused("tokenizer.ggml.token_type", integers(1, 1), "260 tokens and 2 types");
        refused("tokenizer.ggml.merges", texts(List.of("1 2", "1")), "merge 1 must be two tokens");
        refused("tokenizer.ggml.merges", texts(List.of("1 zz")), "'zz' is not in the vocabulary");
    }

    private static void refused(String key, GgufValue value, String message) {
        Map<String, GgufValue> values = values("gpt-2");
        values.put(key, value);
        assertThatThrownBy(() -> tokenizer(values)).isInstanceOf(TokenizerException.class).hasMessageContaining(message);
    }
}
