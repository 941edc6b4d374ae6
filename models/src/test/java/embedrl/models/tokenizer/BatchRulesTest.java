package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class BatchRulesTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/tokenizer/small-wordpiece");
    private static final JsonMapper JSON = JsonMapper.shared();

    /** The tokenizer with other sections. */
    private static WordPieceTokenizer tokenizer(JsonNode truncation, JsonNode padding) throws IOException {
        ObjectNode root = (ObjectNode) JSON.readTree(Files.readAllBytes(FOLDER.resolve("tokenizer.json")));
        root.set("truncation", truncation);
        root.set("padding", padding);
        return WordPieceTokenizer.parse("t.json", JSON.writeValueAsBytes(root));
    }

    /** Expected values: encode_batch of tokenizers 0.23.3. */
    @Test
    void batchesAreThoseOfTheReference() throws IOException {
        JsonNode root = JSON.readTree(Files.readAllBytes(FOLDER.resolve("batches.json")));
        List<String> texts = new ArrayList<>();
        root.get("texts").forEach(text -> texts.add(text.stringValue()));
        assertThat(root.get("cases").size()).isEqualTo(9);
        for (JsonNode example : root.get("cases")) {
            WordPieceTokenizer tokenizer = tokenizer(example.get("truncation"), example.get("padding"));
            if (example.has("error")) {
                assertThatThrownBy(() -> tokenizer.encodeBatch(texts)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("only the second text may be cut, and there is none");
                continue;
            }
            List<BatchRules.Row> rows = tokenizer.encodeBatch(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(rows.get(i).tokens().ids()).as("%s", example).isEqualTo(JSON.treeToValue(example.get("ids").get(i), int[].class));
                assertThat(rows.get(i).tokens().typeIds()).isEqualTo(JSON.treeToValue(example.get("types").get(i), int[].class));
                assertThat(rows.get(i).attention()).isEqualTo(JSON.treeToValue(example.get("attention").get(i), int[].class));
            }
        }
    }

    @Test
    void otherMethodsCutAtTheSideOfTheFileAndFillNothingUp() throws IOException {
        JsonNode left = JSON.readTree("{\"direction\": \"Left\", \"max_length\": 4, \"strategy\": \"LongestFirst\", \"stride\": 0}");
        WordPieceTokenizer tokenizer = tokenizer(left, JSON.readTree("{\"strategy\": {\"Fixed\": 9}, \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"[PAD]\"}"));
        int[] whole = tokenizer.encode("the wall is red");
        assertThat(tokenizer.encodeForModel("the wall is red").ids()).as("as long as it is").hasSize(whole.length + 2);
        assertThat(tokenizer.encodeForModel("the wall is red", 5).ids()).containsExactly(2, whole[whole.length - 3], whole[whole.length - 2], whole[whole.length - 1], 3);
        Encoding pair = tokenizer.encodeForModel("the wall", "a wall", 7, Truncation.LONGEST_FIRST);
        int[] wall = tokenizer.encode("wall");
        assertThat(pair.ids()).containsExactly(2, wall[wall.length - 2], wall[wall.length - 1], 3, wall[wall.length - 2], wall[wall.length - 1], 3);
        assertThat(tokenizer.encodeBatch(List.of())).isEmpty();
        assertThat(tokenizer.batchRules().fill().orElseThrow()).isEqualTo(new BatchRules.Fill(Optional.of(9), 1, BatchRules.Side.RIGHT, 0, 0, "[PAD]"));
        assertThat(tokenizer(JSON.nullNode(), JSON.nullNode()).batchRules()).isEqualTo(BatchRules.NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{'direction': 'Up', 'max_length': 4, 'strategy': 'LongestFirst'} | null | truncation.direction: expected \"Left\" or \"Right\", found \"Up\"",
            "{'max_length': 4, 'strategy': 'DoNotTruncate'} | null | truncation.strategy: expected \"LongestFirst\"",
            "{'max_length': -1, 'strategy': 'OnlyFirst'} | null | truncation.max_length: expected a whole number",
            "{'max_length': 4, 'strategy': 'OnlyFirst', 'stride': 0.5} | null | truncation.stride: expected a whole number",
            "{'max_length': 4, 'strategy': 'OnlyFirst', 'middle': 1} | null | found 'middle'",
            "[] | null | truncation: expected an object or null",
            "null | {'strategy': 'Longest', 'pad_id': 0, 'pad_type_id': 0, 'pad_token': 'p'} | padding.strategy: expected \"BatchLongest\" or {\"Fixed\": length}, found \"Longest\"",
            "null | {'strategy': {'Fixed': 99999999}, 'pad_id': 0, 'pad_type_id': 0, 'pad_token': 'p'} | padding.strategy.Fixed: expected at most 16777216",
            "null | {'strategy': 'BatchLongest', 'pad_type_id': 0, 'pad_token': 'p'} | padding.pad_id: expected a whole number, found nothing",
            "null | {'strategy': 'BatchLongest', 'pad_id': 0, 'pad_type_id': 0} | padding.pad_token: expected a string, found nothing"})
    void whatIsNotHonoredIsRefusedByName(String truncation, String padding, String message) {
        assertThatThrownBy(() -> tokenizer(JSON.readTree(truncation.replace('\'', '"')), JSON.readTree(padding.replace('\'', '"'))))
                .isInstanceOf(TokenizerException.class).hasMessageStartingWith("t.json: ").hasMessageContaining(message);
    }
}
