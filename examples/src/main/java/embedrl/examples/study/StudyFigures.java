package embedrl.examples.study;

import embedrl.embedrl.compact.StudyArm;
import embedrl.embedrl.compact.StudyResult;
import embedrl.embedrl.eval.PairedBootstrap;
import embedrl.embedrl.eval.RetrievalEvaluation.QueryResult;
import embedrl.embedrl.grpo.EgRlTrainer.Evaluation;
import embedrl.embedrl.run.Arm;
import embedrl.embedrl.run.Difference;
import embedrl.embedrl.run.Estimate;
import embedrl.embedrl.run.Results;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Computes the figures of a study: means with intervals for each arm, and paired differences between arms. */
final class StudyFigures {
    /** The metric of the headline. */
    static final String HEADLINE = "hit@1";

    private static final Map<String, ToDoubleFunction<QueryResult>> METRICS = metrics();
    private static final Map<String, String> ABOUT = Map.of(
            "raw", "Embedder trained on raw items, raw input",
            "warmup", "T-CoT Embedder, T-CoT of the warm-up Reasoner, greedy",
            "warmup-sampled", "the same, sampled at temperature 1.0",
            "egrl", "T-CoT Embedder, T-CoT of the EG-RL Reasoner, greedy",
            "egrl-sampled", "the same, sampled at temperature 1.0",
            "oracle", "T-CoT Embedder, true T-CoT: the ceiling",
            "items", "the Embedder on items alone",
            "tcot", "with T-CoTs of the Reasoner, greedy",
            "tcot-sampled", "with T-CoTs of the Reasoner, sampled at temperature 1.0");
    private static final List<List<String>> COMPARED = List.of(List.of("warmup", "raw"), List.of("egrl-sampled", "warmup-sampled"), List.of("egrl", "warmup"), List.of("egrl", "raw"),
            List.of("egrl-sampled", "raw"), List.of("oracle", "egrl"), List.of("tcot", "items"), List.of("tcot-sampled", "items"), List.of("oracle", "tcot"));

    private final PairedBootstrap bootstrap;

    StudyFigures(long seed) {
        bootstrap = PairedBootstrap.of(seed);
    }

    private static Map<String, ToDoubleFunction<QueryResult>> metrics() {
        Map<String, ToDoubleFunction<QueryResult>> metrics = new LinkedHashMap<>();
        metrics.put(HEADLINE, result -> result.metrics().hit(1));
        metrics.put("hit@1_ties_miss", QueryResult::pessimisticHit);
        metrics.put("hit@5", result -> result.metrics().hit(5));
        metrics.put("recall@5", result -> result.metrics().recall(5));
        metrics.put("ndcg@5", result -> result.metrics().ndcgLinear(5));
        return metrics;
    }

    /** All figures; seconds are those of the phases. */
    Results of(StudyResult study, Map<String, Double> seconds) {
        var reward = new Results.HeldoutReward(study.rewardBefore().meanReward(), study.rewardAfter().meanReward());
        return new Results(arms(study.arms()), differences(study.arms()), arms(study.unseenConcepts()), reward,
                Map.of("heldout_reward_difference", rewardDifference(study), "seconds", seconds));
    }

    /** Means with intervals, over all queries and by family. */
    List<Arm> arms(List<StudyArm> arms) {
        return arms.stream().map(this::arm).toList();
    }

    /** The differences that are of interest, between those arms that are there. */
    List<Difference> differences(List<StudyArm> arms) {
        Map<String, StudyArm> byName = new LinkedHashMap<>();
        arms.forEach(arm -> byName.put(arm.name(), arm));
        return COMPARED.stream().filter(byName.keySet()::containsAll).map(pair -> difference(byName.get(pair.getFirst()), byName.get(pair.getLast()))).toList();
    }

    /** The mean difference of the reward over held-out pairs, after minus before. */
    Estimate rewardDifference(StudyResult study) {
        return rewardDifference(byPair(study.rewardAfter()), byPair(study.rewardBefore()));
    }

    /** The mean of after minus before, pair by pair. */
    Estimate rewardDifference(double[] after, double[] before) {
        return estimate(bootstrap.difference(after, before), after.length);
    }

    /** Rollouts of a pair belong together: pairs are what is drawn anew. */
    static double[] byPair(Evaluation evaluation) {
        Map<Integer, List<Double>> rewards = new TreeMap<>();
        evaluation.rewards().forEach((id, reward) -> rewards.computeIfAbsent(id.pair(), _ -> new ArrayList<>()).add(reward.total()));
        return rewards.values().stream().mapToDouble(values -> values.stream().mapToDouble(Double::doubleValue).average().orElseThrow()).toArray();
    }

    private Arm arm(StudyArm arm) {
        Map<String, Map<String, Estimate>> families = new LinkedHashMap<>();
        for (String task : new LinkedHashSet<>(arm.results().stream().map(QueryResult::task).toList())) {
            families.put(task, estimates(arm.results().stream().filter(result -> result.task().equals(task)).toList()));
        }
        return new Arm(arm.name(), ABOUT.getOrDefault(arm.name(), ""), estimates(arm.results()), families);
    }

    private Map<String, Estimate> estimates(List<QueryResult> results) {
        Map<String, Estimate> estimates = new LinkedHashMap<>();
        METRICS.forEach((name, metric) -> estimates.put(name, estimate(bootstrap.mean(results.stream().mapToDouble(metric).toArray()), results.size())));
        return estimates;
    }

    private Difference difference(StudyArm arm, StudyArm baseline) {
        ToDoubleFunction<QueryResult> metric = METRICS.get(HEADLINE);
        double[] first = arm.results().stream().mapToDouble(metric).toArray();
        double[] second = baseline.results().stream().mapToDouble(metric).toArray();
        return new Difference(arm.name(), baseline.name(), HEADLINE, estimate(bootstrap.difference(first, second), first.length));
    }

    private static Estimate estimate(PairedBootstrap.Interval interval, int n) {
        // Percentiles of few draws can miss the mean itself; the interval always holds it.
        return new Estimate(interval.mean(), Math.min(interval.low(), interval.mean()), Math.max(interval.high(), interval.mean()), n);
    }
}
