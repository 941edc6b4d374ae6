package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BpeTrainerTest {
    private static List<String> corpus(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> corpus = new ArrayList<>();
        String[] words = {"the", "then", "hen", "aaaa", "aa", "banana", "bandana", "250", "25", "naïve", "河水", "box", "boxes"};
        for (int line = 0; line < 40; line++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(words[random.nextInt(words.length)]).append(random.nextInt(5) == 0 ? ", " : " ");
            }
            corpus.add(text.toString());
        }
        return corpus;
    }

    @Test
    void learnsWhatTheDefinitionLearns() {
        for (long seed = 0; seed < 8; seed++) {
            List<String> corpus = corpus(seed);
            Map<String, Integer> words = new TreeMap<>();
            corpus.forEach(text -> PreTokenizer.GPT2.split(text, (word, start, prefixed) -> words.merge(word, 1, Integer::sum)));
            BpeTokenizer trained = BpeTrainer.train(corpus, 256 + 60, List.of());
            assertThat(trained.definition().merges()).as("seed " + seed).isEqualTo(NaiveBpe.train(words, 60));
        }
    }

    @Test
    void doesNotDependOnTheOrderOfTheTexts() {
        List<String> corpus = corpus(1);
        BpeTokenizer first = BpeTrainer.train(corpus, 320, List.of("<emb>"));
        Collections.shuffle(corpus, new Random(7));
        assertThat(BpeTrainer.train(corpus, 320, List.of("<emb>")).definition()).isEqualTo(first.definition());
    }

    @Test
    void aNumberWithItsSpaceCanBecomeOneToken() {
        BpeTokenizer trained = BpeTrainer.train(Collections.nCopies(20, "[120, 250, 250, 380]"), 300, List.of());
        assertThat(trained.encode(" 250")).containsExactly(trained.id("Ġ250"));
    }

    @Test
    void addedTokensComeLastAndTeachNothing() {
        BpeTokenizer trained = BpeTrainer.train(Collections.nCopies(50, "<emb>"), 400, List.of("<emb>", "<think>"));
        assertThat(trained.definition().merges()).isEmpty();
        assertThat(trained.vocabularySize()).isEqualTo(258);
        assertThat(trained.id("<emb>")).isEqualTo(256);
        assertThat(trained.id("<think>")).isEqualTo(257);
        assertThat(trained.token(0)).isEqualTo("!");
    }

    @Test
    void reachesTheSizeAskedFor() {
        assertThat(BpeTrainer.train(corpus(2), 290, List.of("<emb>")).vocabularySize()).isEqualTo(290);
        assertThatThrownBy(() -> BpeTrainer.train(corpus(2), 256, List.of("<emb>")))
                .hasMessage("BPE training: 256 bytes and 1 added tokens need a vocabulary of at least 257, got 256");
    }
}
