package embedrl.embedrl.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {

    private static final RolloutId ANCHOR = RolloutId.query(0, 0);

    private static Similarities example() {
        var cosines = new float[36];
        System.arraycopy(new float[] {0.70f, 0.50f, 0.60f, 0.20f, 0.10f, -0.30f}, 0, cosines, 0, 6);
        return Similarities.dense(3, 2, cosines);
    }

    @Test
    void candidatesOfTheWorkedExample() {
        assertThat(JudgeCandidates.hardNegatives(ANCHOR, example(), 4)).containsExactly(RolloutId.target(1, 0), RolloutId.target(2, 0));
        assertThat(JudgeCandidates.unshuffled(ANCHOR, example(), 4).order())
                .containsExactly(RolloutId.target(0, 0), RolloutId.target(0, 1), RolloutId.target(1, 0), RolloutId.target(2, 0));
        assertThat(JudgeCandidates.hardNegatives(ANCHOR, example(), 1)).containsExactly(RolloutId.target(1, 0));
    }

    @Test
    void withoutHardNegativesThereIsNothingToChoose() {
        var alone = Similarities.dense(1, 2, new float[4]);
        assertThat(JudgeCandidates.unshuffled(ANCHOR, alone, 4).order()).isEmpty();
        assertThat(JudgeCandidates.shuffled(ANCHOR, alone, 4, 1).order()).isEmpty();
        var texts = texts(alone);
        Judge unaskable = (_, _) -> {
            throw new AssertionError("must not be asked");
        };
        assertThat(new JudgeRound(unaskable, RewardConfig.DEFAULTS).hits(alone, texts, texts, 1)).isEmpty();
    }

    @Test
    void shufflingKeepsTheCandidatesAndDependsOnSeedAndAnchor() {
        var order = JudgeCandidates.shuffled(ANCHOR, example(), 4, 3).order();
        assertThat(order).containsExactlyInAnyOrderElementsOf(JudgeCandidates.unshuffled(ANCHOR, example(), 4).order());
        assertThat(JudgeCandidates.shuffled(ANCHOR, example(), 4, 3).order()).isEqualTo(order);
        var orders = new HashSet<List<Integer>>();
        for (int seed = 0; seed < 200; seed++) {
            orders.add(JudgeCandidates.shuffled(ANCHOR, example(), 4, seed).order().stream().map(id -> 2 * id.pair() + id.index()).toList());
        }
        assertThat(orders).hasSize(24);
    }

    @Test
    void aJudgeThatAlwaysAnswersOneEarnsTheChanceRateOnlyWithShuffling() {
        Judge first = (_, _) -> OptionalInt.of(1);
        int pairs = 5;
        int rollouts = 4;
        var random = new Random(11);
        int trials = 300;
        int shuffledHits = 0;
        int unshuffledHits = 0;
        for (int trial = 0; trial < trials; trial++) {
            var cosines = new float[pairs * rollouts * pairs * rollouts];
            for (int i = 0; i < cosines.length; i++) {
                cosines[i] = random.nextFloat();
            }
            var similarities = Similarities.dense(pairs, rollouts, cosines);
            var texts = texts(similarities);
            shuffledHits += new JudgeRound(first, RewardConfig.DEFAULTS).hits(similarities, texts, texts, trial).size();
            unshuffledHits += new JudgeRound(first, RewardConfig.DEFAULTS.withJudgeCandidates(4, false)).hits(similarities, texts, texts, trial).size();
        }
        double calls = trials * 2.0 * pairs * rollouts;
        assertThat(unshuffledHits / calls).isEqualTo(1.0);
        assertThat(shuffledHits / calls).isCloseTo(0.5, within(4 * Math.sqrt(0.25 / calls)));   // n / (n + 4), four standard errors
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "3 | 8 | 3", "' 2\n' | 8 | 2", "Candidate 5 is best | 8 | 5", "12 | 8 | 0", "0 | 8 | 0", "none | 8 | 0", "'' | 8 | 0", "'I choose 4, not 7' | 8 | 4",
            "**1** | 5 | 1", "10 | 12 | 10", "#6. | 6 | 6", "99999999999999999999 | 8 | 0", "18446744073709551617 | 8 | 0", "007 | 8 | 7", "-3 | 8 | 3", "３ | 8 | 3"})
    void firstRunOfDigits(String answer, int candidates, int expected) {
        assertThat(JudgeAnswer.parse(answer, candidates).orElse(0)).isEqualTo(expected);
    }

    @Test
    void noAnswerIsNoChoice() {
        assertThat(JudgeAnswer.parse(null, 3)).isEmpty();
        assertThat(JudgeCandidates.unshuffled(ANCHOR, example(), 4).isHit(OptionalInt.empty())).isFalse();
    }

    @Test
    void choicesAreCountedFromOne() {
        var shown = JudgeCandidates.unshuffled(ANCHOR, example(), 4);
        assertThat(shown.isHit(OptionalInt.of(1))).isTrue();
        assertThat(shown.isHit(OptionalInt.of(2))).isTrue();
        assertThat(shown.isHit(OptionalInt.of(3))).isFalse();
        assertThatThrownBy(() -> shown.isHit(OptionalInt.of(5))).hasMessageContaining("must be 1 … 4 or empty, got 5");
        assertThatThrownBy(() -> shown.isHit(OptionalInt.of(0))).hasMessageContaining("got 0");
    }

    @Test
    void keywordJudgeComparesRethinkAndAnswer() {
        var judge = new KeywordOverlapJudge();
        String anchor = "Instruction: find it\n\nReasoning: <thinking>blue</thinking><rethink>a red mug</rethink><answer>a red mug on a table</answer>";
        assertThat(judge.choose(anchor, List.of(
                "<thinking>red mug table</thinking><rethink>a blue car</rethink><answer>a blue car</answer>",
                "<thinking>x</thinking><rethink>red mug</rethink><answer>the mug stands on the table</answer>",
                "<thinking>x</thinking><rethink>a dog</rethink><answer>a dog on grass</answer>"))).hasValue(2);
    }

    @Test
    void keywordJudgeWeighsRareWordsMore() {
        assertThat(new KeywordOverlapJudge().choose("picture zebra", List.of("picture picture picture", "picture lion", "picture zebra lion"))).hasValue(3);
    }

    @Test
    void keywordJudgeTakesTheFirstOfEqualsAndNoneWithoutOverlap() {
        var judge = new KeywordOverlapJudge();
        assertThat(judge.choose("cup", List.of("dog", "a cup", "a cup"))).hasValue(2);
        assertThat(judge.choose("cup", List.of("dog", "cat"))).isEmpty();
        assertThat(judge.choose("", List.of("", "cat"))).isEmpty();
        assertThat(judge.choose("cup", List.of())).isEmpty();
    }

    @Test
    void keywordJudgeOfARoundChoosesAsTheOneThatReadsAnew() {
        var random = new Random(5);
        var texts = IntStream.range(0, 30).mapToObj(_ -> "<rethink>" + words(random, 4) + "</rethink><answer>" + words(random, 6) + "</answer>").toList();
        var judge = new KeywordOverlapJudge();
        Judge round = judge.forRound();
        var choices = new HashSet<OptionalInt>();
        for (int call = 0; call < 200; call++) {
            String anchor = texts.get(random.nextInt(texts.size()));
            List<String> shown = random.ints(6, 0, texts.size()).mapToObj(texts::get).toList();
            choices.add(round.choose(anchor, shown));
            assertThat(round.choose(anchor, shown)).isEqualTo(judge.choose(anchor, shown));
        }
        assertThat(choices).hasSizeGreaterThan(4);
    }

    private static String words(Random random, int count) {
        return random.ints(count, 0, 12).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
    }

    @Test
    void aRoundAsksTheJudgeOfTheRound() {
        var rounds = new AtomicInteger();
        var texts = texts(example());
        Judge judge = new Judge() {
            @Override
            public OptionalInt choose(String anchor, List<String> candidates) {
                throw new AssertionError("the round's judge is asked");
            }

            @Override
            public Judge forRound() {
                rounds.incrementAndGet();
                return (_, _) -> OptionalInt.of(1);
            }
        };
        new JudgeRound(judge, RewardConfig.DEFAULTS).hits(example(), texts, texts, 1);
        assertThat(rounds).hasValue(1);
    }

    @Test
    void everyEmbeddedRolloutNeedsText() {
        assertThatThrownBy(() -> new JudgeRound(new KeywordOverlapJudge(), RewardConfig.DEFAULTS).hits(example(), Map.of(), Map.of(), 1))
                .hasMessageContaining("none given for RolloutId");
    }

    @Test
    void keywordJudgeFindsPartnersInARound() {
        String[] topics = {"red mug", "blue car", "green tree"};
        var texts = new TreeMap<RolloutId, String>();
        texts(example()).keySet().forEach(id -> texts.put(id, "<answer>" + topics[id.pair()] + "</answer>"));
        assertThat(new JudgeRound(new KeywordOverlapJudge(), RewardConfig.DEFAULTS).hits(example(), texts, texts, 9)).hasSize(12);
    }

    @Test
    void promptNumbersItsCandidates() {
        String prompt = JudgePrompt.of(JudgePrompt.queryBlock("find a mug", "T"), List.of(JudgePrompt.targetCandidate("A"), JudgePrompt.targetCandidate("B")));
        assertThat(prompt).contains("Instruction: find a mug\n\nReasoning: T").contains("1. A\n2. B\n").contains("number");
        assertThat(JudgePrompt.targetBlock("a mug", "T")).isEqualTo("Text: a mug\n\nReasoning: T");
    }

    private static Map<RolloutId, String> texts(Similarities similarities) {
        var texts = new TreeMap<RolloutId, String>();
        for (Side side : Side.values()) {
            similarities.rollouts(side).forEach(id -> texts.put(id, id.toString()));
        }
        return texts;
    }
}
