package embedrl.embedrl.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RankingTest {

    private static final List<String> RANKING = List.of("a", "b", "c", "d", "e");

    @Test
    void ndcgOfTheWorkedExamples() {
        assertThat(new RankingMetrics(RANKING, Relevance.binary(List.of("c"))).ndcgLinear(5)).isCloseTo(0.5, within(1e-12));
        assertThat(new RankingMetrics(RANKING, Relevance.binary(List.of("b", "e", "z"))).ndcgLinear(5)).isCloseTo(0.4776237035, within(1e-10));
        var graded = new RankingMetrics(List.of("b", "a", "c", "d", "e"),
                Relevance.of(List.of(new Relevance.Judgment("b", 1), new Relevance.Judgment("a", 2))));
        assertThat(graded.ndcgLinear(5)).isCloseTo(0.8597186999, within(1e-10));
        assertThat(graded.ndcgExponential(5)).isCloseTo(0.7967075810, within(1e-10));
    }

    @Test
    void everyMetricByHand() {
        var metrics = new RankingMetrics(RANKING, Relevance.binary(List.of("b", "e", "z")));
        assertThat(metrics.hit(1)).isZero();
        assertThat(metrics.hit(2)).isEqualTo(1);
        assertThat(metrics.precision(5)).isEqualTo(0.4);
        assertThat(metrics.recall(5)).isCloseTo(2 / 3.0, within(1e-15));
        assertThat(metrics.f1(5)).isCloseTo(0.5, within(1e-15));
        assertThat(metrics.averagePrecision(5)).isCloseTo((1 / 2.0 + 2 / 5.0) / 3, within(1e-15));
        assertThat(metrics.averagePrecision(2)).isCloseTo((1 / 2.0) / 2, within(1e-15));
        assertThat(metrics.reciprocalRank(5)).isEqualTo(0.5);
        assertThat(metrics.reciprocalRank(1)).isZero();
    }

    @Test
    void aListShorterThanKIsDividedByKAllTheSame() {
        var metrics = new RankingMetrics(List.of("a", "b"), Relevance.binary(List.of("a")));
        assertThat(metrics.precision(10)).isEqualTo(0.1);
        assertThat(metrics.recall(10)).isEqualTo(1);
        assertThat(metrics.ndcgLinear(10)).isEqualTo(1);
    }

    @Test
    void withoutRelevantCandidatesEverythingIsZero() {
        var metrics = new RankingMetrics(RANKING, Relevance.of(List.of(new Relevance.Judgment("a", 0), new Relevance.Judgment("b", -1))));
        assertThat(metrics.relevance().size()).isZero();
        assertThat(new double[] {metrics.hit(5), metrics.precision(5), metrics.recall(5), metrics.f1(5), metrics.averagePrecision(5),
                metrics.reciprocalRank(5), metrics.ndcgLinear(5), metrics.ndcgExponential(5)}).containsOnly(0);
    }

    @Test
    void ofRepeatedJudgmentsTheHigherCounts() {
        var relevance = Relevance.of(List.of(new Relevance.Judgment("a", 1), new Relevance.Judgment("a", 3), new Relevance.Judgment("a", 0)));
        assertThat(relevance.score("a")).isEqualTo(3);
        assertThat(relevance.score("b")).isZero();
    }

    @Test
    void misuseIsRefused() {
        assertThatThrownBy(() -> new RankingMetrics(List.of("a", "a"), Relevance.binary(List.of()))).hasMessageContaining("'a' twice");
        assertThatThrownBy(() -> new RankingMetrics(RANKING, Relevance.binary(List.of())).hit(0)).hasMessageContaining("k must be 1 or more");
        assertThatThrownBy(() -> new Relevance(java.util.Map.of("a", 0.0))).hasMessageContaining("above 0");
        assertThatThrownBy(() -> Ranking.stable(new double[] {1, Double.NaN})).hasMessageContaining("NaN at position 1");
    }

    @Test
    void equalScoresKeepTheirOrderOrPutPositivesLast() {
        double[] scores = {0.5, 0.9, 0.5, 0.5, 0.1};
        assertThat(Ranking.stable(scores)).containsExactly(1, 0, 2, 3, 4);
        assertThat(Ranking.pessimistic(scores, Set.of(0, 4))).containsExactly(1, 2, 3, 0, 4);
        assertThat(Ranking.stable(new float[] {0f, -0f, 1f})).containsExactly(2, 0, 1);
        assertThat(Ranking.pessimistic(new float[] {0f, -0f}, Set.of(0))).containsExactly(1, 0);
        assertThat(Ranking.stable(new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY})).containsExactly(1, 0);
        assertThat(Ranking.stable(new double[0])).isEmpty();
    }
}
