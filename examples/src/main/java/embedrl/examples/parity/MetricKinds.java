package embedrl.examples.parity;

import embedrl.embedrl.eval.Ranking;
import embedrl.embedrl.eval.RankingMetrics;
import embedrl.embedrl.eval.Relevance;
import embedrl.embedrl.eval.TaskAverages;
import embedrl.tensor.Executor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Cases of the evaluation: metrics of rankings, equal scores, averages over tasks. */
final class MetricKinds {

    static final Map<String, ParityKind> KINDS = Map.of(
            "ranking_metrics", MetricKinds::rankingMetrics,
            "ranking_ties", MetricKinds::rankingTies,
            "task_averages", MetricKinds::taskAverages);

    private MetricKinds() {
    }

    private static List<Check> rankingMetrics(CaseFile file, Executor device) {
        var checks = new ArrayList<Check>();
        JsonNode queries = file.json().required("queries");
        for (int i = 0; i < queries.size(); i++) {
            JsonNode query = queries.get(i);
            List<String> ranking = elements(query.required("ranking")).map(JsonNode::stringValue).toList();
            Relevance relevance = Relevance.of(elements(query.required("relevance"))
                    .map(judgment -> new Relevance.Judgment(judgment.get(0).stringValue(), judgment.get(1).doubleValue()))
                    .toList());
            var metrics = new RankingMetrics(ranking, relevance);
            for (var cutoff : query.required("expected").properties()) {
                int k = Integer.parseInt(cutoff.getKey());
                for (var expected : cutoff.getValue().properties()) {
                    checks.add(Check.number("queries[" + i + "]." + expected.getKey() + "@" + k, metric(metrics, expected.getKey(), k),
                            expected.getValue().doubleValue(), file.tolerance()));
                }
            }
        }
        return checks;
    }

    private static double metric(RankingMetrics metrics, String name, int k) {
        return switch (name) {
            case "hit" -> metrics.hit(k);
            case "ndcg_linear" -> metrics.ndcgLinear(k);
            case "ndcg_exponential" -> metrics.ndcgExponential(k);
            case "precision" -> metrics.precision(k);
            case "recall" -> metrics.recall(k);
            case "f1" -> metrics.f1(k);
            case "map" -> metrics.averagePrecision(k);
            case "mrr" -> metrics.reciprocalRank(k);
            default -> throw new IllegalArgumentException("unknown metric '" + name + "'");
        };
    }

    private static List<Check> rankingTies(CaseFile file, Executor device) {
        var checks = new ArrayList<Check>();
        JsonNode queries = file.json().required("queries");
        for (int i = 0; i < queries.size(); i++) {
            JsonNode query = queries.get(i);
            double[] scores = elements(query.required("scores")).mapToDouble(JsonNode::doubleValue).toArray();
            Set<Integer> positives = elements(query.required("positives")).map(JsonNode::intValue).collect(Collectors.toSet());
            for (var expected : query.required("expected").properties()) {
                String name = "queries[" + i + "]." + expected.getKey();
                String[] parts = expected.getKey().split("@", 2);
                int[] order = switch (parts[0]) {
                    case "stable_order", "stable_hit" -> Ranking.stable(scores);
                    case "pessimistic_order", "pessimistic_hit" -> Ranking.pessimistic(scores, positives);
                    default -> throw new IllegalArgumentException("unknown expectation '" + expected.getKey() + "'");
                };
                if (parts[0].endsWith("_order")) {
                    List<Integer> wanted = elements(expected.getValue()).map(JsonNode::intValue).toList();
                    checks.add(Check.equal(name, Arrays.stream(order).boxed().toList(), wanted, file.tolerance()));
                } else {
                    checks.add(Check.number(name, hit(order, positives, Integer.parseInt(parts[1])), expected.getValue().doubleValue(), file.tolerance()));
                }
            }
        }
        return checks;
    }

    private static double hit(int[] order, Set<Integer> positives, int k) {
        List<String> ranking = Arrays.stream(order).mapToObj(String::valueOf).toList();
        return new RankingMetrics(ranking, Relevance.binary(positives.stream().map(String::valueOf).toList())).hit(k);
    }

    private static List<Check> taskAverages(CaseFile file, Executor device) {
        var scores = new LinkedHashMap<String, List<Double>>();
        file.json().required("tasks").properties()
                .forEach(group -> scores.put(group.getKey(), elements(group.getValue()).map(JsonNode::doubleValue).toList()));
        TaskAverages averages = TaskAverages.of(scores);
        var checks = new ArrayList<Check>();
        for (var expected : file.json().required("expected").properties()) {
            String name = expected.getKey();
            Double actual = name.equals("all") ? Double.valueOf(averages.all()) : averages.groups().get(name);
            if (actual == null) {
                throw new IllegalArgumentException("unknown group '" + name + "'");
            }
            checks.add(Check.number(name, actual, expected.getValue().doubleValue(), file.tolerance()));
        }
        return checks;
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return IntStream.range(0, array.size()).mapToObj(array::get);
    }
}
