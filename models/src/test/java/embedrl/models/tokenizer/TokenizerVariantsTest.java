package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares every option of a tokenizer file with what the reference tokenizer makes of it. */
class TokenizerVariantsTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void everyVariantAgreesWithTheReferenceAndSurvivesSaving(@TempDir Path folder) throws IOException {
        JsonNode root;
        try (InputStream in = TokenizerVariantsTest.class.getResourceAsStream("/tokenizers/variants.json")) {
            root = JSON.readTree(in);
        }
        assertThat(root.get("tokenizers").size()).isEqualTo(12);
        for (var variant : root.get("tokenizers").properties()) {
            JsonNode expected = variant.getValue();
            BpeTokenizer read = new BpeTokenizer(TokenizerFile.parse(variant.getKey(), JSON.writeValueAsBytes(expected.get("tokenizer"))));
            read.save(folder.resolve("tokenizer.json"));
            BpeTokenizer saved = BpeTokenizer.load(folder.resolve("tokenizer.json"));
            assertThat(saved.definition()).as(variant.getKey()).isEqualTo(read.definition());
            for (int i = 0; i < root.get("texts").size(); i++) {
                String text = root.get("texts").get(i).stringValue();
                String name = variant.getKey() + ", text " + i + " '" + text + "'";
                Encoding encoding = saved.encodeForModel(text);
                assertThat(encoding.ids()).as(name).containsExactly(ints(expected.get("ids").get(i)));
                int[] offsets = ints(expected.get("offsets").get(i));
                for (int token = 0; token < encoding.length(); token++) {
                    assertThat(new int[] {encoding.starts()[token], encoding.ends()[token]}).as(name + ", token " + token)
                            .containsExactly(offsets[2 * token], offsets[2 * token + 1]);
                }
                assertThat(saved.encode(text)).as(name).isEqualTo(saved.encodeWithOffsets(text).ids());
                assertThat(saved.decode(encoding.ids())).as(name).isEqualTo(expected.get("decoded").get(i).stringValue());
                assertThat(saved.decode(encoding.ids(), true)).as(name).isEqualTo(expected.get("decoded_skip_special_tokens").get(i).stringValue());
            }
        }
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).intValue();
        }
        return values;
    }
}
