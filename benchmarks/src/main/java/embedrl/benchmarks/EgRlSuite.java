package embedrl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Seconds of a step of reinforcement against TRL, whole and by phase, and of the quickstart's step against what its products and its memory traffic take. */
final class EgRlSuite {
    static final String WORKLOAD = "6 layers, width 384, 8 prompts x 8 rollouts of 64 + 64 tokens, KL, one update";
    private static final String QUICKSTART = "EG-RL step of the quickstart, 12 pairs x 2 sides x 8 rollouts, two updates";
    private static final List<String> PHASES = List.of("rollouts", "reward", "reference and update");
    private static final String WHOLE = "value";

    private EgRlSuite() {
    }

    static Report run(Bench bench) throws IOException {
        List<Comparison> comparisons = new ArrayList<>();
        List<String> notes = new ArrayList<>(List.of("Both sides: a Qwen3-shaped decoder (6 and 2 heads of 64, feed-forward 1536, vocabulary 4096, tied), its frozen copy, and a frozen one of 4 layers"
                + " and width 256 for the\nreward, random weights, float32, AdamW. Ours computes a prompt once for its rollouts; TRL computes it for each. The quickstart's floor is the time of its"
                + " matrix products and\nattention, and of all other operations' memory traffic at the bandwidth of a = b + s * c; its ratio is the share that is not overhead."));
        for (int threads : bench.threads()) {
            against(bench, threads, comparisons, notes);
            quickstart(bench, threads, comparisons, notes);
        }
        return new Report("egrl", comparisons, notes);
    }

    private static void against(Bench bench, int threads, List<Comparison> comparisons, List<String> notes) throws IOException {
        try (SideProcess ours = SideProcess.start("egrl-ours", threads, bench.quick()); SideProcess trl = SideProcess.start("egrl-trl", threads, bench.quick())) {
            JsonNode parameters = ours.warm("step").get("parameters");
            if (!trl.isMissing() && !trl.warm("step").get("parameters").equals(parameters))
                throw new IllegalStateException("egrl: the two sides do not train models of the same size; ours has " + parameters + " parameters");
            Map<String, double[]> mine = new LinkedHashMap<>();
            Map<String, double[]> theirs = new LinkedHashMap<>();
            for (int i = 0; i < bench.rounds(); i++) {
                keep(ours.answerOfRound("step"), mine, i, bench.rounds());
                if (!trl.isMissing()) keep(trl.answerOfRound("step"), theirs, i, bench.rounds());
            }
            mine.forEach((part, values) -> {
                String name = part.equals(WHOLE) ? WORKLOAD : "of it, " + part;
                double own = Rounds.median(values);
                comparisons.add(Comparison.to(trl, "egrl", name, threads, Unit.SECONDS_PER_STEP, own, "trl", () -> Rounds.median(theirs.get(part))));
            });
            JsonNode end = ours.finish();
            notes.add("ours: " + end.get("name").asString() + (trl.isMissing() ? "" : "; trl: " + trl.finish().get("name").asString()) + "\n" + end.get("profile").asString());
        }
    }

    private static void keep(JsonNode answer, Map<String, double[]> figures, int round, int rounds) {
        figures.computeIfAbsent(WHOLE, _ -> new double[rounds])[round] = answer.get(WHOLE).asDouble();
        for (String phase : PHASES) figures.computeIfAbsent(phase, _ -> new double[rounds])[round] = answer.get("phases").get(phase).asDouble();
    }

    private static void quickstart(Bench bench, int threads, List<Comparison> comparisons, List<String> notes) throws IOException {
        try (SideProcess side = SideProcess.start("egrl-quickstart", threads, bench.quick())) {
            side.warm("step");
            JsonNode end = side.finish();
            comparisons.add(Comparison.of("egrl", QUICKSTART, threads, Unit.SECONDS_PER_STEP, end.get("seconds").asDouble(), "floor", end.get("inherent").asDouble()));
            notes.add("quickstart: " + end.get("name").asString() + "\n" + end.get("profile").asString());
        }
    }
}
