package embedrl.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.datasets.Item;
import embedrl.datasets.RetrievalQuery;
import embedrl.embedrl.compact.StudyArm;
import embedrl.embedrl.compact.StudyResult;
import embedrl.embedrl.eval.RankingMetrics;
import embedrl.embedrl.eval.Relevance;
import embedrl.embedrl.eval.RetrievalEvaluation.Entry;
import embedrl.embedrl.eval.RetrievalEvaluation.QueryResult;
import embedrl.embedrl.grpo.EgRlTrainer.Evaluation;
import embedrl.embedrl.reward.RewardBreakdown;
import embedrl.embedrl.reward.RolloutId;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.run.Arm;
import embedrl.embedrl.run.Estimate;
import embedrl.embedrl.run.Results;
import embedrl.examples.report.Exhibit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StudyFiguresTest {
    private static final int QUERIES = 40;

    /** An arm whose first {@code hits} queries of each task rank the positive first, the others second. */
    private static StudyArm arm(String name, int hits) {
        List<QueryResult> results = new ArrayList<>();
        for (String task : List.of("qa", "grounding")) {
            for (int i = 0; i < QUERIES / 2; i++) {
                var query = new RetrievalQuery(task + i, Item.text("question " + i, null), List.of(Item.text("yes", null), Item.text("no", null)), Map.of("yes", 1.0));
                boolean hit = i < hits;
                List<String> ranking = hit ? List.of("yes", "no") : List.of("no", "yes");
                results.add(new QueryResult(task, query, ranking, new RankingMetrics(ranking, Relevance.of(List.of(new Relevance.Judgment("yes", 1.0)))), hit ? 1 : 0));
            }
        }
        String key = new Entry(Side.QUERY, Item.text("question 0", null)).key();
        return new StudyArm(name, results, name.equals("raw") ? Map.of() : Map.of(key, "<thinking> x {\"text_keywords\": [\"x\"]}</thinking>"));
    }

    private static Evaluation evaluation(double shift) {
        SortedMap<RolloutId, RewardBreakdown> rewards = new TreeMap<>();
        for (int pair = 0; pair < 10; pair++) {
            for (int rollout = 0; rollout < 4; rollout++) {
                double total = 0.1 * pair + 0.01 * rollout + shift;
                rewards.put(RolloutId.target(pair, rollout), new RewardBreakdown(0, 0, 0, 0, 0, 0, 0, total));
            }
        }
        return new Evaluation(new TreeMap<>(), rewards);
    }

    private static StudyResult study() {
        return new StudyResult(null, List.of(arm("raw", 4), arm("warmup", 12), arm("warmup-sampled", 8), arm("egrl", 12), arm("egrl-sampled", 11)), List.of(arm("raw", 1)),
                evaluation(0), evaluation(0.25));
    }

    @Test
    void anArmHasItsMeansByMetricAndFamily() {
        Results results = new StudyFigures(3).of(study(), Map.of("warmup", 2.0));
        assertThat(results.arms()).extracting(Arm::name).containsExactly("raw", "warmup", "warmup-sampled", "egrl", "egrl-sampled");
        Arm raw = results.arms().getFirst();
        assertThat(raw.metrics()).containsOnlyKeys("hit@1", "hit@1_ties_miss", "hit@5", "recall@5", "ndcg@5");
        Estimate hit = raw.metrics().get("hit@1");
        assertThat(hit.value()).isEqualTo(0.2, within(1e-12));
        assertThat(hit.n()).isEqualTo(QUERIES);
        assertThat(hit.low()).isBetween(0.05, 0.15);
        assertThat(hit.high()).isBetween(0.27, 0.38);
        assertThat(raw.metrics().get("recall@5").value()).isEqualTo(1);
        // The positive stands second where it is not first: 0.2 · 1 + 0.8 / log2(3).
        assertThat(raw.metrics().get("ndcg@5").value()).isEqualTo(0.2 + 0.8 / (Math.log(3) / Math.log(2)), within(1e-9));
        assertThat(results.unseenConcepts()).singleElement().satisfies(arm -> assertThat(arm.metrics().get("hit@1").value()).isEqualTo(0.05, within(1e-12)));
        assertThat(results.further()).containsEntry("seconds", Map.of("warmup", 2.0));
        assertThat(raw.families()).containsOnlyKeys("qa", "grounding");
        assertThat(raw.families().get("qa").get("hit@1").n()).isEqualTo(QUERIES / 2);
    }

    @Test
    void differencesArePairedAndLeaveOutArmsThatDidNotRun() {
        Results results = new StudyFigures(3).of(study(), Map.of("warmup", 2.0));
        assertThat(results.differences()).extracting(difference -> difference.arm() + " " + difference.baseline())
                .containsExactly("warmup raw", "egrl-sampled warmup-sampled", "egrl warmup", "egrl raw", "egrl-sampled raw");
        assertThat(results.differences().get(0).estimate().value()).isEqualTo(0.4, within(1e-12));
        assertThat(results.differences().get(0).estimate().excludesZero()).isTrue();
        assertThat(results.differences().get(2).estimate()).isEqualTo(new Estimate(0, 0, 0, QUERIES));
    }

    @Test
    void theRewardIsComparedPairByPair() {
        var figures = new StudyFigures(3);
        Estimate difference = figures.rewardDifference(study());
        // Every pair rises by the same: the interval has no width, though rewards of different pairs differ a lot.
        assertThat(difference.value()).isEqualTo(0.25, within(1e-12));
        assertThat(difference.high() - difference.low()).isLessThan(1e-12);
        assertThat(difference.n()).isEqualTo(10);
        Results.HeldoutReward reward = figures.of(study(), Map.of()).egrl();
        assertThat(reward.after() - reward.before()).isEqualTo(0.25, within(1e-12));
    }

    @Test
    void theGalleryTakesTheFirstQueriesOfEachTask() {
        List<Exhibit> gallery = StudyGallery.of(study(), 2);
        assertThat(gallery).extracting(Exhibit::family).containsExactly("qa", "qa", "grounding", "grounding");
        Exhibit first = gallery.getFirst();
        assertThat(first.query().text()).isEqualTo("question 0");
        assertThat(first.expected().text()).isEqualTo("yes");
        assertThat(first.views()).extracting(Exhibit.View::arm).containsExactly("raw", "warmup", "egrl");
        assertThat(first.views().getFirst().tcot()).isEmpty();
        assertThat(first.views().get(1).tcot()).startsWith("<thinking>");
        assertThat(first.views().get(1).found()).extracting(Exhibit.Found::relevant).containsExactly(true, false);
    }
}
