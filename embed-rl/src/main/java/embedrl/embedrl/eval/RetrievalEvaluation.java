package embedrl.embedrl.eval;

import embedrl.datasets.Item;
import embedrl.datasets.RetrievalQuery;
import embedrl.datasets.RetrievalTask;
import embedrl.embedrl.reward.Side;
import embedrl.models.Embedder;
import embedrl.models.message.EmbedderMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Ranks the candidates of retrieval tasks with an Embedder and measures each query. Every distinct item of a side is embedded once; how an item becomes a
 * message (raw, with which T-CoT) is the caller's choice, so that arms differ in nothing else. Embed-RL, inference and MMEB-V2 protocol.
 */
public final class RetrievalEvaluation {
    /** One item to embed, on one side. Items of a side with equal ids are the same. */
    public record Entry(Side side, Item item) {
        /** Key under which completions are kept: side and item id. */
        public String key() {
            return side + " " + item.id();
        }
    }

    /**
     * One query's outcome.
     *
     * @param ranking         candidate ids, best first; equal scores keep the candidates' order
     * @param metrics         of that ranking
     * @param pessimisticHit  hit@1 where every tie counts as a miss
     */
    public record QueryResult(String task, RetrievalQuery query, List<String> ranking, RankingMetrics metrics, double pessimisticHit) {
    }

    private final List<RetrievalTask> tasks;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    public RetrievalEvaluation(List<RetrievalTask> tasks) {
        this.tasks = List.copyOf(tasks);
        for (RetrievalTask task : tasks)
            for (RetrievalQuery query : task.queries()) {
                add(new Entry(Side.QUERY, query.query()));
                for (Item candidate : query.candidates()) add(new Entry(Side.TARGET, candidate));
            }
    }

    private void add(Entry entry) {
        entries.putIfAbsent(entry.key(), entry);
    }

    /** All distinct items, in order of first appearance. */
    public Collection<Entry> entries() {
        return entries.values();
    }

    public List<RetrievalTask> tasks() {
        return tasks;
    }

    /** Embeds all entries and ranks all queries, task by task. */
    public List<QueryResult> run(Embedder embedder, Function<Entry, EmbedderMessage> message) {
        Map<String, EmbedderMessage> read = new LinkedHashMap<>();
        entries.forEach((key, entry) -> read.put(key, message.apply(entry)));
        Map<String, float[]> byKey = embedder.embed(read);
        List<QueryResult> results = new ArrayList<>();
        for (RetrievalTask task : tasks) for (RetrievalQuery query : task.queries()) results.add(rank(task.name(), query, byKey));
        return results;
    }

    private static QueryResult rank(String task, RetrievalQuery query, Map<String, float[]> vectors) {
        float[] q = vectors.get(new Entry(Side.QUERY, query.query()).key());
        List<Item> candidates = query.candidates();
        float[] scores = new float[candidates.size()];
        Set<Integer> positives = new LinkedHashSet<>();
        for (int i = 0; i < scores.length; i++) {
            float[] t = vectors.get(new Entry(Side.TARGET, candidates.get(i)).key());
            double dot = 0;
            for (int d = 0; d < q.length; d++) dot += (double) q[d] * t[d];
            scores[i] = (float) dot;
            if (query.relevance().getOrDefault(candidates.get(i).id(), 0.0) > 0) positives.add(i);
        }
        List<String> ranking = Arrays.stream(Ranking.stable(scores)).mapToObj(i -> candidates.get(i).id()).toList();
        List<Relevance.Judgment> judgments = query.relevance().entrySet().stream().map(e -> new Relevance.Judgment(e.getKey(), e.getValue())).toList();
        double pessimistic = positives.contains(Ranking.pessimistic(scores, positives)[0]) ? 1 : 0;
        return new QueryResult(task, query, ranking, new RankingMetrics(ranking, Relevance.of(judgments)), pessimistic);
    }

    /** hit@1 of each query, in order: what paired intervals are computed from. */
    public static double[] hits(List<QueryResult> results) {
        return results.stream().mapToDouble(r -> r.metrics().hit(1)).toArray();
    }
}
