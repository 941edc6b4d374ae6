package embedrl.embedrl.compact;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.datasets.Item;
import embedrl.datasets.PairSource;
import embedrl.datasets.scenes.Cell;
import embedrl.datasets.scenes.Concept;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.datasets.scenes.TileColor;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.Evidence;
import embedrl.embedrl.tcot.FormatCheck;
import embedrl.embedrl.tcot.Visual;
import embedrl.models.message.ChatTemplate;
import embedrl.models.tokenizer.BpeTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class CompactVocabularyTest {
    static final List<String> FAMILIES = SceneFamilies.NAMES;

    private static final CompactVocabulary VOCABULARY = TinyStudy.VOCABULARY;
    private static final BpeTokenizer TOKENIZER = VOCABULARY.tokenizer();
    /** Completions are cut at this length; see {@link CompactModels}. */
    private static final int LONGEST = 48;

    private static void areTokens(int[] ids, List<String> words) {
        assertThat(ids).hasSize(words.size()).doesNotHaveDuplicates();
        for (int i = 0; i < ids.length; i++) {
            assertThat(TOKENIZER.decode(new int[] {ids[i]})).isEqualTo(" " + words.get(i));
            assertThat(TOKENIZER.encode(" " + words.get(i))).containsExactly(ids[i]);
        }
    }

    @Test
    void namesColorsAndCellsAreOneTokenEach() {
        areTokens(VOCABULARY.names(), TinyStudy.SCENES.art().training().stream().map(Concept::name).toList());
        areTokens(VOCABULARY.colors(), Arrays.stream(TileColor.values()).map(TileColor::word).toList());
        areTokens(VOCABULARY.cells(), Cell.ALL.stream().map(Cell::word).toList());
    }

    @Test
    void aWordIsTheSameTokenWhereverItStands() {
        String name = TinyStudy.SCENES.art().training().getFirst().name();
        int token = VOCABULARY.names()[0];
        int cell = VOCABULARY.cells()[5];
        for (String text : List.of(" " + name, " find the red " + name + " query", "<thinking> " + name + " at B2 {\"bbox_2d\": [[", "</rethink><answer> red " + name + "</answer>"))
            assertThat(TOKENIZER.encode(text)).as(text).contains(token);
        for (String text : List.of(" what is at B2 ?", " at B2 {\"bbox_2d\": [[", " " + name + " B2</rethink>")) assertThat(TOKENIZER.encode(text)).as(text).contains(cell);
    }

    @Test
    void contentTokensAreAllOfThem() {
        Set<Integer> expected = Set.copyOf(Stream.of(VOCABULARY.names(), VOCABULARY.colors(), VOCABULARY.cells()).flatMapToInt(Arrays::stream).boxed().toList());
        assertThat(VOCABULARY.contentTokens()).isEqualTo(expected);
        VOCABULARY.names()[0] = -7;
        assertThat(VOCABULARY.contentTokens()).isEqualTo(expected);
    }

    @Test
    void partsOfTheFormatAndMarksAreSingleTokens() {
        for (String part : TextStyle.COMPACT_TOKENS) assertThat(TOKENIZER.encode(part)).as(part).hasSize(1);
        for (String mark : ChatTemplate.compact().marks()) assertThat(TOKENIZER.encode(mark)).as(mark).hasSize(1);
        assertThat(TOKENIZER.encode("<emb>")).hasSize(1);
    }

    /** What the true facts of an item say is well-formed, comes back from its tokens, and can be written within the limit. */
    @ParameterizedTest
    @FieldSource("FAMILIES")
    void completionsOfEveryFamilyRoundTripWithinTheLimit(String family) {
        for (Split split : Split.values()) {
            PairSource source = TinyStudy.SCENES.open(family, split, 8, 100);
            for (int i = 0; i < 5; i++)
                for (Side side : Side.values()) {
                    Item item = side.of(source.pair(i));
                    String completion = TextStyle.COMPACT.completion(item.trace());
                    int[] tokens = TOKENIZER.encode(completion + ChatTemplate.compact().end());
                    assertThat(tokens.length).as(completion).isLessThanOrEqualTo(LONGEST);
                    assertThat(TOKENIZER.decode(IntStream.of(tokens).limit(tokens.length - 1).toArray())).isEqualTo(completion);
                    assertThat(tokens[tokens.length - 1]).isEqualTo(TinyStudy.MODELS.encoder().endToken());
                    assertThat(FormatCheck.STRICT.accepts(completion, Visual.of(item))).as(completion).isTrue();
                    var message = TinyStudy.MODELS.messages().reasoned(item, completion);
                    int pictures = switch (Evidence.of(item.trace())) {
                        case Evidence.Keywords _ -> 0;
                        case Evidence.Boxes(var boxes) -> boxes.size();
                        case Evidence.KeyFrames(var frames) -> frames.size();
                    };
                    assertThat(message.evidence()).as(completion).hasSize(Math.min(pictures, 4));
                }
        }
    }

    @Test
    void aTokenizerThatWasTrainedEarlierHoldsTheSameWords() {
        CompactVocabulary again = CompactVocabulary.of(TOKENIZER, TinyStudy.SCENES);
        assertThat(again.names()).isEqualTo(VOCABULARY.names());
        assertThat(again.contentTokens()).isEqualTo(VOCABULARY.contentTokens());
    }
}
