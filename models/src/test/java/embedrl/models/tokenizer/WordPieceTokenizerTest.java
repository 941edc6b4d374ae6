package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WordPieceTokenizerTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/tokenizer/small-wordpiece");
    private static final String JSON = """
            {"normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
             "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
             "added_tokens": [{"id": 20, "content": "Ünit", "normalized": true, "special": false}, {"id": 21, "content": "<x>", "normalized": false, "lstrip": true, "special": true}],
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 6,
                       "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "##a": 4, "b": 5, "##b": 6, "ab": 7, "##é": 8, "A": 9, "中": 10, ".": 11, "a\u0301": 12, "##\u0301": 13, "i": 14, "##\u0307": 15}}}
            """;

    private static WordPieceTokenizer tokenizer(String from, String to) {
        assertThat(JSON).contains(from);
        return WordPieceTokenizer.parse("t.json", JSON.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    private static WordPieceTokenizer tokenizer() {
        return tokenizer("", "");
    }

    private static int[] ints(JsonNode values) {
        return IntStream.range(0, values.size()).map(i -> values.get(i).intValue()).toArray();
    }

    @Test
    void agreesWithTheReferenceTokenizer() throws IOException {
        WordPieceTokenizer tokenizer = WordPieceTokenizer.load(GOLDEN.resolve("tokenizer.json"));
        JsonNode root = JsonMapper.shared().readTree(Files.readString(GOLDEN.resolve("case.json")));
        JsonNode texts = root.at("/inputs/texts");
        assertThat(texts.size()).isEqualTo(162);
        for (int i = 0; i < texts.size(); i++) {
            Encoding encoding = tokenizer.encodeForModel(texts.get(i).stringValue());
            assertThat(encoding.ids()).as("text %d", i).containsExactly(ints(root.at("/expected/ids").get(i)));
            assertThat(tokenizer.decode(encoding.ids(), true)).as("text %d", i).isEqualTo(root.at("/expected/decoded").get(i).stringValue());
        }
        JsonNode offsetsFor = root.at("/inputs/offsets_for");
        for (int i = 0; i < offsetsFor.size(); i++) {
            Encoding encoding = tokenizer.encodeForModel(texts.get(offsetsFor.get(i).intValue()).stringValue());
            JsonNode expected = root.at("/expected/offsets").get(i);
            for (int token = 0; token < encoding.length(); token++)
                assertThat(new int[] {encoding.starts()[token], encoding.ends()[token]}).as("text %d, token %d", i, token).containsExactly(ints(expected.get(token)));
        }
        JsonNode pairs = root.at("/inputs/truncated_pairs");
        int errors = 0;
        for (int i = 0; i < pairs.size(); i++) {
            JsonNode pair = pairs.get(i).get("pair");
            Truncation truncation = Truncation.valueOf(pairs.get(i).get("strategy").stringValue().toUpperCase(java.util.Locale.ROOT));
            JsonNode expected = root.at("/expected/truncated_pairs").get(i);
            if (expected.isString()) {
                errors++;
                assertThatThrownBy(() -> tokenizer.encodeForModel(pair.get(0).stringValue(), pair.get(1).stringValue(), 16, truncation)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("which alone may be cut, has only");
                continue;
            }
            Encoding encoding = tokenizer.encodeForModel(pair.get(0).stringValue(), pair.get(1).stringValue(), 16, truncation);
            assertThat(encoding.ids()).as("pair %d", i).containsExactly(ints(expected.get("ids")));
            assertThat(encoding.typeIds()).as("pair %d", i).containsExactly(ints(expected.get("type_ids")));
        }
        assertThat(errors).isPositive().isLessThan(pairs.size());
    }

    @Test
    void splitsIntoTheLongestPiecesOrNotAtAll() {
        assertThat(tokenizer().encode("ab aab abab")).containsExactly(7, 3, 4, 6, 7, 4, 6);
        assertThat(tokenizer().encode("abc ab.ab")).as("a part that is no piece, and punctuation").containsExactly(0, 7, 11, 7);
        assertThat(tokenizer().encode("aaaaaa aaaaaaa")).as("seven characters are too many").containsExactly(3, 4, 4, 4, 4, 4, 0);
        assertThat(tokenizer().encode("a中b")).as("an ideograph is a word").containsExactly(3, 10, 5);
        assertThat(tokenizer().encode(" \t\n")).isEmpty();
        assertThat(tokenizer().encodeForModel("").ids()).containsExactly(1, 2);
    }

    @Test
    void settingsOfTheNormalizerAreFollowed() {
        assertThat(tokenizer().encode("Áb")).as("lower case, no accents").containsExactly(7);
        String cased = "\"strip_accents\": null, \"lowercase\": false";
        WordPieceTokenizer keeping = tokenizer("\"strip_accents\": null, \"lowercase\": true", cased);
        assertThat(keeping.encode("Ab A")).containsExactly(9, 6, 9);
        assertThat(tokenizer("\"strip_accents\": null", "\"strip_accents\": false").encode("bÉ İ")).as("accents stay, İ becomes two characters").containsExactly(5, 8, 14, 15);
        assertThat(tokenizer("\"strip_accents\": null, \"lowercase\": true", "\"strip_accents\": true, \"lowercase\": false").encode("Áá")).containsExactly(9, 4);
        assertThat(tokenizer("\"handle_chinese_chars\": true", "\"handle_chinese_chars\": false").encode("a中")).containsExactly(0);
        assertThat(tokenizer("\"clean_text\": true", "\"clean_text\": false").encode("a\u0000b a\u00a0b")).as("control characters stay").containsExactly(0, 3, 5);
    }

    @Test
    void addedTokensAreMatchedWithTheirOffsets() {
        Encoding encoding = tokenizer().encodeWithOffsets("😀 a  <x>ÜNIT");
        assertThat(encoding.ids()).containsExactly(0, 3, 21, 20);
        assertThat(encoding.starts()).containsExactly(0, 2, 3, 8);
        assertThat(encoding.ends()).containsExactly(1, 3, 8, 12);
        assertThat(tokenizer().decode(encoding.ids(), true)).isEqualTo("[UNK] a Ünit");
        assertThat(tokenizer().isSpecial(21)).isTrue();
        assertThat(tokenizer().vocabularySize()).isEqualTo(22);
        assertThat(tokenizer().token(7)).isEqualTo("ab");
        assertThatThrownBy(() -> tokenizer().decode(new int[] {17}, false)).hasMessageContaining("identifier 17 belongs to no token");
    }

    @Test
    void decodingJoinsPiecesAndCleansUp() {
        assertThat(tokenizer().decode(7, 4, 11, 3)).isEqualTo("aba. a");
        assertThat(tokenizer("\"cleanup\": true", "\"cleanup\": false").decode(7, 11)).isEqualTo("ab .");
    }

    @Test
    void cutsOneTextAndPairs() {
        assertThat(tokenizer().encodeForModel("a b a b", 4).ids()).containsExactly(1, 3, 5, 2);
        assertThat(tokenizer().encodeForModel("a b a b", "b a", 6, Truncation.LONGEST_FIRST).ids()).containsExactly(1, 3, 5, 2, 5, 2);
        assertThat(tokenizer().encodeForModel("a", "b a b a", 6, Truncation.ONLY_SECOND).typeIds()).containsExactly(0, 0, 0, 1, 1, 1);
        assertThatThrownBy(() -> tokenizer().encodeForModel("a", 1)).hasMessageContaining("special tokens alone are 1 too many");
    }

    @ParameterizedTest
    @CsvSource({"1,2,5,1,2", "5,1,4,3,1", "1,5,4,1,3", "9,9,7,3,4", "2,9,5,2,3", "9,2,5,3,2", "3,3,0,0,0"})
    void longestFirstFollowsTheReference(int first, int second, int most, int left, int right) {
        assertThat(Truncation.LONGEST_FIRST.fit(first, second, most)).isEqualTo(new Truncation.Lengths(left, right));
    }

    @Test
    void longRunsOfMarksTakeLinearTime() {
        // Processor time of this thread, which other work on the machine does not lengthen; the square of 8 would be 64.
        WordPieceTokenizer tokenizer = tokenizer();
        long few = marksTime(tokenizer, 25_000);
        assertThat(marksTime(tokenizer, 200_000)).isLessThan(24 * few);
    }

    /** Nanoseconds, the least of some trials. */
    private static long marksTime(WordPieceTokenizer tokenizer, int pairs) {
        String marks = "a" + "\u0301\u0323".repeat(pairs) + "b";
        var clock = ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int trial = 0; trial < 4; trial++) {
            long start = clock.getCurrentThreadCpuTime();
            assertThat(tokenizer.encode(marks)).containsExactly(7);
            least = Math.min(least, clock.getCurrentThreadCpuTime() - start);
        }
        return least;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"type\": \"WordPiece\", \"unk | \"type\": \"BPE\", \"unk | model.type: expected \"WordPiece\", found \"BPE\"",
        "BertPreTokenizer | Whitespace | pre_tokenizer: expected BertPreTokenizer",
        "BertNormalizer | NFC | normalizer: expected BertNormalizer",
        "\"unk_token\": \"[UNK]\" | \"unk_token\": \"?\" | the unknown token '?' is not in the vocabulary",
        "\"[SEP]\", 2 | \"[SEP]\", 99 | post_processor adds the identifier 99, which belongs to no token",
        "\"b\": 5 | \"b\": 3 | identifier 3 belongs to both 'a' and 'b'",
        "\"b\": 5 | \"b\": -5 | model.vocab.b: expected a whole number, found -5",
        "\"b\": 5 | \"b\": 99999999 | identifiers lie between 0 and 16777215",
        "\"b\": 5 | \"a\": 5 | not valid JSON",
        "\"prefix\": \"##\" | \"prefix\": \"@@\" | decoder: expected WordPiece with the prefix \"##\"",
    })
    void whatIsNotKnownIsRefused(String from, String to, String message) {
        assertThatThrownBy(() -> tokenizer(from, to)).isInstanceOf(TokenizerException.class).hasMessageStartingWith("t.json: ").hasMessageContaining(message);
    }
}
