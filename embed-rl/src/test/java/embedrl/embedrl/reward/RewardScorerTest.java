package embedrl.embedrl.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RewardScorerTest {

    private static final RolloutId ANCHOR = RolloutId.query(0, 0);

    /** 3 pairs, 2 rollouts; row of query (0,0) from the worked example, everything else 0. */
    private static Similarities example() {
        var cosines = new float[36];
        System.arraycopy(new float[] {0.70f, 0.50f, 0.60f, 0.20f, 0.10f, -0.30f}, 0, cosines, 0, 6);
        return Similarities.dense(3, 2, cosines);
    }

    private static Similarities transposed() {
        var cosines = new float[36];
        float[] column = {0.70f, 0.50f, 0.60f, 0.20f, 0.10f, -0.30f};
        for (int i = 0; i < 6; i++) {
            cosines[i * 6] = column[i];
        }
        return Similarities.dense(3, 2, cosines);
    }

    @Test
    void outcomeOfTheWorkedExample() {
        OutcomeReward.Outcome outcome = new OutcomeReward(RewardConfig.DEFAULTS).of(ANCHOR, example());
        assertThat(outcome.acc()).isEqualTo(0.5);
        assertThat(outcome.positive()).isCloseTo(0.6, within(1e-7));
        assertThat(outcome.negative()).isCloseTo(0.3415190818, within(1e-7));
        assertThat(outcome.margin()).isCloseTo(0.2584809182, within(1e-7));
        assertThat(outcome.value()).isCloseTo(0.0646202296, within(1e-7));
    }

    @Test
    void targetAnchorsAreScoredAgainstQueries() {
        OutcomeReward.Outcome outcome = new OutcomeReward(RewardConfig.DEFAULTS).of(RolloutId.target(0, 0), transposed());
        assertThat(outcome.acc()).isEqualTo(0.5);
        assertThat(outcome.value()).isCloseTo(0.0646202296, within(1e-7));
    }

    @Test
    void plainMeanOfNegatives() {
        var config = RewardConfig.DEFAULTS.withNegatives(NegativeWeighting.MEAN, 0.5);
        assertThat(new OutcomeReward(config).of(ANCHOR, example()).negative()).isCloseTo(0.15, within(1e-7));
    }

    @Test
    void softmaxWeightsOfTheWorkedExample() {
        double[] negatives = {0.60, 0.20, 0.10, -0.30};
        double[] weights = {0.5044117635, 0.2266468152, 0.1855627177, 0.0833787037};
        double expected = 0;
        for (int i = 0; i < 4; i++) {
            expected += weights[i] * negatives[i];
        }
        assertThat(NegativeWeighting.SOFTMAX.average(negatives, 0.5)).isCloseTo(expected, within(1e-9));
    }

    @Test
    void totalsWithTheWeightsOfTheCode() {
        assertThat(total(RewardConfig.DEFAULTS, true, true)).isCloseTo(0.1533923673, within(1e-7));
        assertThat(total(RewardConfig.DEFAULTS, true, false)).isCloseTo(0.1016961836, within(1e-7));
        assertThat(total(RewardConfig.DEFAULTS, false, true)).isCloseTo(0.1033923673, within(1e-7));
    }

    @Test
    void totalsWithTheWeightsOfThePaper() {
        var paper = RewardConfig.DEFAULTS.withWeights(0.05, 0.2, 0.8).withOutcome(OutcomeRule.PRODUCT, 1).withPayoff(ProcessPayoff.ONE);
        assertThat(total(paper, true, true)).isCloseTo(0.8758480918, within(1e-7));
        assertThat(total(paper, true, false)).isCloseTo(0.0758480918, within(1e-7));
        assertThat(total(paper, false, true)).isCloseTo(0.8258480918, within(1e-7));
    }

    private static double total(RewardConfig config, boolean format, boolean hit) {
        return new RewardScorer(config).score(example(), format ? Set.of(ANCHOR) : Set.of(), hit ? Set.of(ANCHOR) : Set.of()).get(ANCHOR).total();
    }

    @Test
    void negativeMarginIsPunishedOnlyByTheRulesThatSaySo() {
        assertThat(OutcomeRule.PRODUCT.combine(0.5, -0.2)).isEqualTo(-0.1);
        assertThat(OutcomeRule.PRODUCT_OF_POSITIVE.combine(0.5, -0.2)).isZero();
        assertThat(OutcomeRule.SUM.combine(0.5, -0.2)).isCloseTo(0.15, within(1e-15));
        assertThat(ProcessPayoff.MARGIN.of(-0.2)).isEqualTo(-0.2);
        assertThat(ProcessPayoff.POSITIVE_MARGIN.of(-0.2)).isZero();
        assertThat(ProcessPayoff.ONE.of(-0.2)).isEqualTo(1);
    }

    @Test
    void onePairHasNoNegatives() {
        var reward = new RewardScorer(RewardConfig.DEFAULTS).score(Similarities.dense(1, 1, new float[] {0.4f}), Set.of(), Set.of()).get(ANCHOR);
        assertThat(reward.acc()).isEqualTo(1);
        assertThat(reward.negative()).isZero();
        assertThat(reward.margin()).isCloseTo(0.4, within(1e-7));
        assertThat(reward.total()).isCloseTo(0.8 * 0.5 * 0.4, within(1e-7));
    }

    @Test
    void equalCosinesAreTakenInOrderOfTheIds() {
        var similarities = Similarities.dense(2, 1, new float[] {0.5f, 0.5f, 0.5f, 0.5f});
        var rewards = new RewardScorer(RewardConfig.DEFAULTS).score(similarities, Set.of(), Set.of());
        assertThat(rewards.get(RolloutId.query(0, 0)).acc()).isEqualTo(1);
        assertThat(rewards.get(RolloutId.query(1, 0)).acc()).isEqualTo(0);
    }

    @Test
    void neighborsFallInSimilarityAndEqualOnesFollowTheirIds() {
        var random = new Random(8);
        var cosines = new float[400];
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = random.nextInt(-3, 4) * 0.25f;   // many equal ones
        }
        var similarities = Similarities.dense(5, 4, cosines);
        for (Side side : Side.values()) {
            for (RolloutId anchor : similarities.rollouts(side)) {
                List<RolloutId> shuffled = new ArrayList<>(similarities.rollouts(side.opposite()));
                Collections.shuffle(shuffled, random);
                List<RolloutId> sorted = similarities.nearestFirst(anchor, shuffled);
                assertThat(sorted).containsExactlyInAnyOrderElementsOf(shuffled);
                for (int i = 1; i < sorted.size(); i++) {
                    float before = similarities.of(anchor, sorted.get(i - 1));
                    float here = similarities.of(anchor, sorted.get(i));
                    assertThat(before > here || before == here && sorted.get(i - 1).compareTo(sorted.get(i)) < 0).as(anchor + " at " + i).isTrue();
                }
            }
        }
    }

    @Test
    void cosinesAreSumsInDoubleInTheOrderOfTheElements() {
        var random = new Random(9);
        var vectors = new TreeMap<RolloutId, float[]>();
        for (int pair = 0; pair < 3; pair++) {
            vectors.put(RolloutId.query(pair, 0), gaussian(random, 37));
            vectors.put(RolloutId.target(pair, 0), gaussian(random, 37));
            vectors.put(RolloutId.target(pair, 1), gaussian(random, 37));
        }
        var similarities = Similarities.ofUnitVectors(vectors);
        for (RolloutId query : similarities.rollouts(Side.QUERY)) {
            for (RolloutId target : similarities.rollouts(Side.TARGET)) {
                double sum = 0;
                for (int i = 0; i < 37; i++) {
                    sum += (double) vectors.get(query)[i] * vectors.get(target)[i];
                }
                assertThat(similarities.of(query, target)).isEqualTo((float) sum);
            }
        }
        vectors.put(RolloutId.target(2, 1), new float[36]);
        assertThatThrownBy(() -> Similarities.ofUnitVectors(vectors)).hasMessageContaining("must have one length, got 37 for RolloutId[pair=0")
                .hasMessageContaining("and 36 for RolloutId[pair=2");
    }

    private static float[] gaussian(Random random, int length) {
        var values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void rewardsFollowTheirRolloutsWhateverTheOrderOfTheSamples() {
        int pairs = 4;
        int rollouts = 3;
        var random = new Random(5);
        var vectors = new TreeMap<RolloutId, float[]>();
        for (int pair = 0; pair < pairs; pair++) {
            for (int index = 0; index < rollouts; index++) {
                vectors.put(RolloutId.query(pair, index), unit(random));
                vectors.put(RolloutId.target(pair, index), unit(random));
            }
        }
        var formatted = Set.of(RolloutId.query(1, 2), RolloutId.target(3, 0));
        var hits = Set.of(RolloutId.query(1, 2), RolloutId.query(2, 2), RolloutId.target(0, 1));
        var scorer = new RewardScorer(RewardConfig.DEFAULTS);
        var expected = scorer.score(Similarities.ofUnitVectors(vectors), formatted, hits);

        for (int trial = 0; trial < 20; trial++) {
            List<RolloutId> queries = new ArrayList<>(vectors.keySet().stream().filter(id -> id.side() == Side.QUERY).toList());
            List<RolloutId> targets = new ArrayList<>(vectors.keySet().stream().filter(id -> id.side() == Side.TARGET).toList());
            Collections.shuffle(queries, random);
            Collections.shuffle(targets, random);
            var cosines = new float[queries.size() * targets.size()];
            for (int row = 0; row < queries.size(); row++) {
                for (int column = 0; column < targets.size(); column++) {
                    cosines[row * targets.size() + column] = Similarities.ofUnitVectors(vectors).of(queries.get(row), targets.get(column));
                }
            }
            assertThat(scorer.score(new Similarities(queries, targets, cosines), formatted, hits)).isEqualTo(expected);
        }
    }

    @Test
    void alternatingListsReachOnlyTwoOfEightSamplesAndIdsReachAll() {
        // The released trainer lays samples out group by group and rewards alternating: what travels by position goes astray.
        var samples = new ArrayList<RolloutId>();
        var rewards = new ArrayList<RolloutId>();
        for (int i = 0; i < 4; i++) {
            samples.add(RolloutId.query(0, i));
        }
        for (int i = 0; i < 4; i++) {
            samples.add(RolloutId.target(0, i));
            rewards.add(RolloutId.query(0, i));
            rewards.add(RolloutId.target(0, i));
        }
        var aligned = new ArrayList<Integer>();
        for (int i = 0; i < 8; i++) {
            if (samples.get(i).equals(rewards.get(i))) {
                aligned.add(i);
            }
        }
        assertThat(aligned).containsExactly(0, 7);

        var similarities = Similarities.dense(1, 4, new float[16]);
        assertThat(new RewardScorer(RewardConfig.DEFAULTS).score(similarities, Set.of(), Set.of()).keySet()).containsExactlyElementsOf(samples);
    }

    @Test
    void aRolloutWithoutEmbeddingStandsInNoPool() {
        var vectors = Map.of(
                RolloutId.query(0, 0), new float[] {1, 0}, RolloutId.target(0, 0), new float[] {0.8f, 0.6f},
                RolloutId.query(0, 1), new float[] {0, 1}, RolloutId.query(1, 0), new float[] {0, 1},
                RolloutId.target(1, 1), new float[] {0.6f, 0.8f});
        var rewards = new RewardScorer(RewardConfig.DEFAULTS).score(Similarities.ofUnitVectors(vectors), Set.of(RolloutId.query(1, 1)), Set.of());
        assertThat(rewards).containsOnlyKeys(vectors.keySet());
        assertThat(rewards.get(RolloutId.query(0, 0)).acc()).isEqualTo(1);
        assertThat(rewards.get(RolloutId.query(0, 0)).positive()).isCloseTo(0.8, within(1e-7));
        assertThat(rewards.get(RolloutId.query(0, 0)).negative()).isCloseTo(0.6, within(1e-7));
    }

    @Test
    void withoutAnyPartnerNothingIsKnown() {
        var vectors = Map.of(RolloutId.query(0, 0), new float[] {1}, RolloutId.target(1, 0), new float[] {1});
        var reward = new RewardScorer(RewardConfig.DEFAULTS).score(Similarities.ofUnitVectors(vectors), Set.of(), Set.of(RolloutId.query(0, 0))).get(RolloutId.query(0, 0));
        assertThat(reward).isEqualTo(new RewardBreakdown(0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void wrongMatricesAreRefused() {
        assertThatThrownBy(() -> Similarities.dense(2, 1, new float[3])).hasMessageContaining("2 query rows and 2 target columns has 4 values, got 3");
        assertThatThrownBy(() -> Similarities.dense(1, 1, new float[] {Float.NaN})).hasMessageContaining("must be finite, got NaN");
        assertThatThrownBy(() -> new Similarities(List.of(ANCHOR, ANCHOR), List.of(), new float[0])).hasMessageContaining("twice");
        assertThatThrownBy(() -> new Similarities(List.of(RolloutId.target(0, 0)), List.of(), new float[0])).hasMessageContaining("side QUERY");
        assertThatThrownBy(() -> example().of(ANCHOR, RolloutId.query(1, 0))).hasMessageContaining("only query and target");
        assertThatThrownBy(() -> example().of(ANCHOR, RolloutId.target(7, 0))).hasMessageContaining("no values for");
    }

    @Test
    void unknownOptionNamesAreRefused() {
        assertThatThrownBy(() -> OutcomeRule.named("acc")).hasMessage("outcome rule: unknown name 'acc', use one of [acc*margin, acc*max(margin,0), 0.5*acc+0.5*margin]");
        assertThatThrownBy(() -> NegativeWeighting.named("max")).hasMessageContaining("[softmax, mean]");
        assertThatThrownBy(() -> ProcessPayoff.named("two")).hasMessageContaining("[margin, max(margin,0), one]");
        assertThat(OutcomeRule.named("acc*max(margin,0)")).isSameAs(OutcomeRule.PRODUCT_OF_POSITIVE);
        assertThat(NegativeWeighting.named("mean")).isSameAs(NegativeWeighting.MEAN);
        assertThat(ProcessPayoff.named("one")).isSameAs(ProcessPayoff.ONE);
    }

    @Test
    void configurationsAreChecked() {
        var d = RewardConfig.DEFAULTS;
        assertThatThrownBy(() -> d.withWeights(-1, 0, 0)).hasMessageContaining("formatWeight");
        assertThatThrownBy(() -> d.withWeights(0, Double.NaN, 0)).hasMessageContaining("outcomeWeight");
        assertThatThrownBy(() -> d.withNegatives(NegativeWeighting.SOFTMAX, 0)).hasMessageContaining("negativeTemperature");
        assertThatThrownBy(() -> d.withJudgeCandidates(-1, true)).hasMessageContaining("judgeNegatives");
        assertThatThrownBy(() -> d.withPayoff(null)).hasMessageContaining("processPayoff");
    }

    private static float[] unit(Random random) {
        double angle = random.nextDouble() * 2 * Math.PI;
        return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
    }
}
