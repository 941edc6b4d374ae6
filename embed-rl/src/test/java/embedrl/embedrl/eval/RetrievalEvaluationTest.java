package embedrl.embedrl.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.datasets.Item;
import embedrl.datasets.RetrievalQuery;
import embedrl.datasets.RetrievalTask;
import embedrl.embedrl.compact.TinyStudy;
import embedrl.embedrl.eval.RetrievalEvaluation.Entry;
import embedrl.embedrl.eval.RetrievalEvaluation.QueryResult;
import embedrl.embedrl.reward.Side;
import embedrl.models.Embedder;
import embedrl.models.message.EmbedderMessage;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RetrievalEvaluationTest {
    private static final Embedder EMBEDDER = TinyStudy.MODELS.embedder(TinyStudy.MODELS.model(Seed.of(41)));
    private static final List<Item> POOL = List.of("red cup", "blue cup", "red car", "green tree", "blue car").stream().map(t -> Item.text(t, null)).toList();

    @AfterAll
    static void close() {
        EMBEDDER.close();
    }

    private static EmbedderMessage words(String text) {
        return EmbedderMessage.raw(List.of(), false, " " + text);
    }

    private static Item text(String text) {
        return Item.text(text, null);
    }

    private static RetrievalQuery query(String text, Map<String, Double> relevance, Item... candidates) {
        return new RetrievalQuery(text, text(text), List.of(candidates), relevance);
    }

    /** Two tasks over one pool; the word "red cup" is a query and a candidate. */
    private static List<RetrievalTask> tasks() {
        return List.of(new RetrievalTask("colors", List.of(query("what is red", Map.of("red cup", 1.0, "red car", 0.5), POOL.get(0), POOL.get(1), POOL.get(2)),
                        query("red cup", Map.of("blue car", 1.0), POOL.get(4), POOL.get(0)))),
                new RetrievalTask("plants", List.of(query("tree", Map.of("green tree", 1.0), POOL.get(3), POOL.get(2), POOL.get(1), POOL.get(0)),
                        query("what is red", Map.of("green tree", 1.0), POOL.get(3), POOL.get(4)))));
    }

    @Test
    void everyDistinctItemOfASideIsReadOnce() {
        RetrievalEvaluation evaluation = new RetrievalEvaluation(tasks());
        assertThat(evaluation.entries().stream().map(Entry::key)).containsExactly("QUERY what is red", "TARGET red cup", "TARGET blue cup", "TARGET red car",
                "QUERY red cup", "TARGET blue car", "QUERY tree", "TARGET green tree");
        Map<String, Integer> calls = new HashMap<>();
        List<QueryResult> results = evaluation.run(EMBEDDER, entry -> {
            calls.merge(entry.key(), 1, Integer::sum);
            return words(entry.item().text());
        });
        assertThat(calls.values()).containsOnly(1);
        assertThat(calls).hasSize(8);
        assertThat(results.stream().map(r -> r.task() + ": " + r.query().id())).containsExactly("colors: what is red", "colors: red cup", "plants: tree", "plants: what is red");
    }

    /** Rankings are those of cosines of vectors that are computed one message at a time. */
    @Test
    void candidatesAreRankedByTheirCosine() {
        for (QueryResult result : new RetrievalEvaluation(tasks()).run(EMBEDDER, entry -> words(entry.item().text() + " " + entry.side()))) {
            float[] q = EMBEDDER.embed(List.of(words(result.query().query().text() + " QUERY")))[0];
            Map<String, Double> cosines = new HashMap<>();
            for (Item candidate : result.query().candidates()) {
                float[] t = EMBEDDER.embed(List.of(words(candidate.text() + " TARGET")))[0];
                double dot = 0;
                for (int i = 0; i < q.length; i++) dot += (double) q[i] * t[i];
                cosines.put(candidate.id(), dot);
            }
            List<String> expected = new ArrayList<>(cosines.keySet());
            expected.sort(Comparator.comparingDouble(cosines::get).reversed());
            assertThat(result.ranking()).isEqualTo(expected);
            double hit = result.query().relevance().getOrDefault(expected.getFirst(), 0.0) > 0 ? 1 : 0;
            assertThat(result.metrics().hit(1)).isEqualTo(hit);
            assertThat(result.pessimisticHit()).isEqualTo(hit);
        }
    }

    /** A query that says exactly what its positive says has cosine 1 with it. */
    @Test
    void theMessageDecidesNotTheItem() {
        Map<String, String> says = Map.of("QUERY what is red", "blue cup", "TARGET red cup", "tree", "TARGET blue cup", "blue cup", "TARGET red car", "apple");
        RetrievalEvaluation evaluation = new RetrievalEvaluation(List.of(new RetrievalTask("t", List.of(tasks().getFirst().queries().getFirst()))));
        QueryResult result = evaluation.run(EMBEDDER, entry -> words(says.get(entry.key()))).getFirst();
        assertThat(result.ranking().getFirst()).isEqualTo("blue cup");
        assertThat(result.metrics().hit(1)).isZero();
    }

    /** Where all candidates say the same, the listed order stands, the positive first; counted as a miss it is none. */
    @Test
    void tiesAreShownBothWays() {
        List<RetrievalTask> tasks = List.of(new RetrievalTask("ties", List.of(query("q", Map.of("red cup", 1.0), POOL.get(0), POOL.get(1), POOL.get(2), POOL.get(3)))));
        QueryResult result = new RetrievalEvaluation(tasks).run(EMBEDDER, _ -> words("the same")).getFirst();
        assertThat(result.ranking()).containsExactly("red cup", "blue cup", "red car", "green tree");
        assertThat(result.metrics().hit(1)).isEqualTo(1);
        assertThat(result.pessimisticHit()).isZero();
    }

    @Test
    void aTieBetweenPositivesAloneIsNoMiss() {
        List<RetrievalTask> tasks = List.of(new RetrievalTask("ties", List.of(query("q", Map.of("red cup", 1.0, "blue cup", 1.0), POOL.get(0), POOL.get(1)))));
        QueryResult result = new RetrievalEvaluation(tasks).run(EMBEDDER, _ -> words("the same")).getFirst();
        assertThat(result.pessimisticHit()).isEqualTo(1);
    }

    @Test
    void hitsAreInTheOrderOfTheQueries() {
        List<QueryResult> results = new RetrievalEvaluation(tasks()).run(EMBEDDER, entry -> words(entry.item().text()));
        double[] hits = RetrievalEvaluation.hits(results);
        assertThat(hits).hasSize(4);
        for (int i = 0; i < 4; i++) assertThat(hits[i]).isEqualTo(results.get(i).metrics().hit(1), within(0.0));
        assertThat(new RetrievalEvaluation(List.of()).run(EMBEDDER, entry -> words("x"))).isEmpty();
    }

    @Test
    void keysTellTheSides() {
        assertThat(new Entry(Side.QUERY, text("x")).key()).isEqualTo("QUERY x");
        assertThat(new Entry(Side.TARGET, text("x")).key()).isEqualTo("TARGET x");
        assertThatThrownBy(() -> query("q", Map.of("blue cup", 1.0), POOL.get(0))).isInstanceOf(IllegalArgumentException.class);
    }
}
