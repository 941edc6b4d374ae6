package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BpeTokenizerTest {
    private static final List<String> CORPUS = List.of(
            "the cat sat on the mat", "the cats and the hats <emb>", "box at 250 300, 250 400", "naïve café, 河水很低 the", "don't can't won't");
    private static final BpeTokenizer TRAINED = BpeTrainer.train(CORPUS, 300, List.of("<emb>", "<|im_end|>", "<|im_end|>s"));

    private static final List<PreTokenizer> SPLITTINGS = List.of(PreTokenizer.GPT2, PreTokenizer.QWEN2, PreTokenizer.QWEN3_5, PreTokenizer.LLAMA3,
            PreTokenizer.GPT4O, PreTokenizer.SMOLLM);

    private static Path golden() throws URISyntaxException {
        return Path.of(BpeTokenizerTest.class.getResource("/golden/tokenizer/small-bpe").toURI());
    }

    @Test
    void agreesWithTheReferenceTokenizer() throws IOException, URISyntaxException {
        BpeTokenizer tokenizer = BpeTokenizer.load(golden().resolve("tokenizer.json"));
        assertThat(tokenizer.vocabularySize()).isEqualTo(513);
        JsonNode root = new JsonMapper().readTree(Files.readString(golden().resolve("case.json")));
        JsonNode texts = root.at("/inputs/texts");
        assertThat(texts.size()).isEqualTo(182);
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i).asString();
            int[] expected = ints(root.at("/expected/ids").get(i));
            assertThat(tokenizer.encode(text)).as("text %d: %s", i, text).containsExactly(expected);
            assertThat(tokenizer.decode(expected)).as("text %d", i).isEqualTo(root.at("/expected/decoded").get(i).asString());
            assertThat(tokenizer.decode(expected, true)).as("text %d", i)
                    .isEqualTo(root.at("/expected/decoded_skip_special_tokens").get(i).asString());
        }
        JsonNode decodeOnly = root.at("/inputs/decode_only");
        for (int i = 0; i < decodeOnly.size(); i++) {
            assertThat(tokenizer.decode(ints(decodeOnly.get(i)))).as("ids %d", i).isEqualTo(root.at("/expected/decode_only").get(i).asString());
        }
    }

    @Test
    void offsetsAgreeWithTheReferenceTokenizer() throws IOException, URISyntaxException {
        BpeTokenizer tokenizer = BpeTokenizer.load(golden().resolve("tokenizer.json"));
        JsonNode root = new JsonMapper().readTree(Files.readString(golden().resolve("case.json")));
        JsonNode offsetsFor = root.at("/inputs/offsets_for");
        assertThat(offsetsFor.size()).isEqualTo(30);
        for (int i = 0; i < offsetsFor.size(); i++) {
            int text = offsetsFor.get(i).intValue();
            Encoding encoding = tokenizer.encodeWithOffsets(root.at("/inputs/texts").get(text).asString());
            assertThat(encoding.ids()).as("text %d", text).containsExactly(ints(root.at("/expected/ids").get(text)));
            for (int token = 0; token < encoding.length(); token++) {
                assertThat(new int[] {encoding.starts()[token], encoding.ends()[token]}).as("text %d, token %d", text, token)
                        .containsExactly(ints(root.at("/expected/offsets").get(i).get(token)));
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

    @Test
    void mergesAsTheDefinitionSays() {
        SplittableRandom random = new SplittableRandom(3);
        for (int trial = 0; trial < 300; trial++) {
            String text = random.nextBoolean() ? RandomText.next(random, 40) : CORPUS.get(random.nextInt(5)).substring(random.nextInt(10));
            List<Integer> expected = new ArrayList<>();
            PreTokenizer.GPT2.split(text, (word, start, prefixed) -> NaiveBpe.merge(word, TRAINED.definition().merges())
                    .forEach(token -> expected.add(TRAINED.id(token))));
            assertThat(TRAINED.encodeOrdinary(text)).as(text).containsExactly(expected.stream().mapToInt(i -> i).toArray());
        }
    }

    @Test
    void everyTextComesBack() {
        SplittableRandom random = new SplittableRandom(4);
        for (PreTokenizer splitting : SPLITTINGS) {
            BpeTokenizer tokenizer = BpeTrainer.train(CORPUS, 290, List.of("<emb>"), splitting);
            for (int trial = 0; trial < 2000; trial++) {
                String text = RandomText.next(random, 60) + (random.nextInt(4) == 0 ? "<emb>" : "");
                assertThat(tokenizer.decode(tokenizer.encode(text))).as(splitting + ": " + text).isEqualTo(text);
                assertThat(tokenizer.decode(tokenizer.encodeOrdinary(text))).isEqualTo(text);
            }
        }
    }

    @Test
    void wordsOfATextAreTheText() {
        SplittableRandom random = new SplittableRandom(5);
        for (PreTokenizer splitting : SPLITTINGS) {
            for (int trial = 0; trial < 1000; trial++) {
                String text = RandomText.next(random, 60);
                int[] last = {0};
                splitting.split(text, (word, start, prefixed) -> {
                    int end = start + word.length();
                    assertThat(start).isEqualTo(last[0]);
                    assertThat(end).isGreaterThan(start);
                    last[0] = end;
                });
                assertThat(last[0]).isEqualTo(text.length());
            }
        }
    }

    private static List<String> words(PreTokenizer splitting, String text) {
        List<String> words = new ArrayList<>();
        splitting.split(text, (word, start, prefixed) -> words.add(word));
        return words;
    }

    @Test
    void splitsAsEachFamilyDoes() {
        String text = "I'M at 1250  x\n\n½²";
        assertThat(words(PreTokenizer.GPT2, text)).containsExactly("I", "'", "M", " at", " 1250", " ", " x", "\n", "\n", "½²");
        assertThat(words(PreTokenizer.QWEN2, text)).containsExactly("I", "'M", " at", " ", "1", "2", "5", "0", " ", " x", "\n\n", "½", "²");
        assertThat(words(PreTokenizer.LLAMA3, text)).containsExactly("I", "'M", " at", " ", "125", "0", " ", " x", "\n\n", "½²");
        assertThat(words(PreTokenizer.SMOLLM, text)).containsExactly("I", "'", "M", " at", " ", "1", "2", "5", "0", " ", " x", "\n\n", "½", "²");
        assertThat(words(PreTokenizer.GPT2, "a\u00a0\u2003\u3000b")).containsExactly("a", "\u00a0\u2003", "\u3000", "b");
        assertThat(words(PreTokenizer.QWEN2, "e\u0301x")).containsExactly("e", "\u0301x");
        assertThat(words(PreTokenizer.QWEN3_5, "e\u0301x")).containsExactly("e\u0301x");
    }

    @Test
    void addedTokensAreCutOutLongestFirst() {
        int emb = TRAINED.id("<emb>");
        int end = TRAINED.id("<|im_end|>");
        int endS = TRAINED.id("<|im_end|>s");
        assertThat(TRAINED.encode("<emb><|im_end|>s<|im_end|>")).containsExactly(emb, endS, end);
        assertThat(TRAINED.decode(new int[] {emb, TRAINED.id("Ġthe"), end}, true)).isEqualTo(" the");
        assertThat(TRAINED.decode(emb, TRAINED.id("Ġthe"))).isEqualTo("<emb> the");
        assertThat(TRAINED.encodeOrdinary("<emb>")).doesNotContain(emb).hasSizeGreaterThan(1);
        assertThat(TRAINED.isSpecial(emb)).isTrue();
        assertThat(TRAINED.isSpecial(0)).isFalse();
    }

    @Test
    void singleWordTokensNeedABoundary() {
        int id = TRAINED.vocabularySize();
        BpeTokenizer tokenizer = new BpeTokenizer(TRAINED.definition().withAddedTokens(List.of(new AddedToken(id, "cat", false, false, true, false, false))));
        assertThat(tokenizer.encode("a cat.")).contains(id);
        assertThat(tokenizer.encode("cat")).containsExactly(id);
        assertThat(tokenizer.encode("cats tomcat cat_")).doesNotContain(id);
    }

    @Test
    void halfASurrogatePairBecomesTheReplacementCharacter() {
        assertThat(TRAINED.decode(TRAINED.encode("a\ud83d b"))).isEqualTo("a\ufffd b");
        assertThat(TRAINED.decode(TRAINED.encode("\ude00\ud83d\ude00"))).isEqualTo("\ufffd\ud83d\ude00");
    }

    @Test
    void incompleteBytesBecomeReplacementCharacters() {
        int[] ids = TRAINED.encode("水");
        assertThat(ids.length).isGreaterThan(1);
        assertThat(TRAINED.decode(Arrays.copyOf(ids, ids.length - 1))).isEqualTo("\ufffd");
        assertThat(TRAINED.decode(TRAINED.id("ÿ"), TRAINED.id("a"))).isEqualTo("\ufffda");
    }

    @Test
    void longWordsAndDeepTextsTakeLittleTime() {
        Assertions.assertTimeout(Duration.ofSeconds(10), () -> {
            for (String text : List.of("a".repeat(300_000), " ".repeat(100_000) + "x", "\n".repeat(100_000), "<|".repeat(100_000), "1".repeat(100_000))) {
                for (PreTokenizer splitting : SPLITTINGS) {
                    BpeTokenizer tokenizer = new BpeTokenizer(BpeDefinition.byteLevel(TRAINED.definition().vocabulary(), TRAINED.definition().merges(),
                            TRAINED.addedTokens(), splitting).withNormalizer(new TextNormalizer.Unicode(java.text.Normalizer.Form.NFC)));
                    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
                }
            }
        });
    }

    @Test
    void errorsNameTheToken() {
        int size = TRAINED.vocabularySize();
        assertThatThrownBy(() -> TRAINED.id("nope")).hasMessage("tokenizer: no token 'nope' among " + size);
        assertThatThrownBy(() -> TRAINED.decode(size))
                .hasMessage("tokenizer: identifier " + size + " belongs to no token, the vocabulary has " + size);
        assertThatThrownBy(() -> TRAINED.token(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new String(TRAINED.bytes(TRAINED.id("Ġthe")), StandardCharsets.UTF_8)).isEqualTo(" the");
        assertThat(TRAINED.token(TRAINED.id("Ġthe"))).isEqualTo("Ġthe");
    }
}
