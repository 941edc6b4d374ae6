package embedrl.embedrl.eval;

import java.util.HashSet;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The metrics of one query's ranking, each cut at the first k candidates (MMEB-V2, protocol). All lie in 0 … 1; all are 0 for a query without
 * relevant candidates.
 *
 * @param ranking   candidate ids, best first, no id twice
 * @param relevance which of them are relevant; may name ids that were not ranked
 */
public record RankingMetrics(List<String> ranking, Relevance relevance) {

    public RankingMetrics {
        ranking = List.copyOf(ranking);
        var seen = new HashSet<String>();
        for (String id : ranking) {
            if (!seen.add(id)) {
                throw new IllegalArgumentException("ranking metrics: a candidate may be ranked once, got '" + id + "' twice; remove duplicate candidates before ranking");
            }
        }
    }

    /** 1 if any relevant candidate is among the first k. */
    public double hit(int k) {
        return hits(k) > 0 ? 1 : 0;
    }

    /** Relevant candidates among the first k, divided by k. */
    public double precision(int k) {
        return (double) hits(k) / k;
    }

    /** Relevant candidates among the first k, divided by all relevant ones. */
    public double recall(int k) {
        return relevance.size() == 0 ? 0 : (double) hits(k) / relevance.size();
    }

    /** Harmonic mean of precision and recall. */
    public double f1(int k) {
        double precision = precision(k);
        double recall = recall(k);
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    /** Average precision: precision at every hit among the first k, summed and divided by min(number relevant, k). */
    public double averagePrecision(int k) {
        int depth = depth(k);
        int hits = 0;
        double sum = 0;
        for (int i = 0; i < depth; i++) {
            if (relevance.contains(ranking.get(i))) {
                hits++;
                sum += (double) hits / (i + 1);
            }
        }
        return hits == 0 ? 0 : sum / Math.min(relevance.size(), k);
    }

    /** 1 / rank of the first relevant candidate; 0 if it is not among the first k. */
    public double reciprocalRank(int k) {
        int depth = depth(k);
        for (int i = 0; i < depth; i++) {
            if (relevance.contains(ranking.get(i))) {
                return 1.0 / (i + 1);
            }
        }
        return 0;
    }

    /** nDCG with gain = score. */
    public double ndcgLinear(int k) {
        return ndcg(k, score -> score);
    }

    /** nDCG with gain = 2^score − 1. */
    public double ndcgExponential(int k) {
        return ndcg(k, score -> Math.pow(2, score) - 1);
    }

    private double ndcg(int k, DoubleUnaryOperator gain) {
        int depth = depth(k);
        double[] found = ranking.stream().limit(depth).mapToDouble(relevance::score).toArray();
        double[] ascending = relevance.scores().values().stream().mapToDouble(Double::doubleValue).sorted().toArray();
        var ideal = new double[Math.min(k, ascending.length)];
        for (int i = 0; i < ideal.length; i++) {
            ideal[i] = ascending[ascending.length - 1 - i];
        }
        double best = discounted(ideal, gain);
        return best == 0 ? 0 : discounted(found, gain) / best;
    }

    private static double discounted(double[] scores, DoubleUnaryOperator gain) {
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            sum += gain.applyAsDouble(scores[i]) * Math.log(2) / Math.log(i + 2);
        }
        return sum;
    }

    private long hits(int k) {
        return ranking.stream().limit(depth(k)).filter(relevance::contains).count();
    }

    private int depth(int k) {
        if (k < 1) {
            throw new IllegalArgumentException("ranking metrics: k must be 1 or more, got " + k);
        }
        return Math.min(k, ranking.size());
    }
}
