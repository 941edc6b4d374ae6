package embedrl.examples.study;

import embedrl.datasets.scenes.Art;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.compact.CompactData;
import embedrl.embedrl.compact.CompactModels;
import embedrl.embedrl.compact.RetrievalArms;
import embedrl.embedrl.compact.SavedModel;
import embedrl.embedrl.compact.StudyArm;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.embedrl.eval.RetrievalEvaluation;
import embedrl.embedrl.run.Arm;
import embedrl.embedrl.run.Difference;
import embedrl.embedrl.run.Estimate;
import embedrl.embedrl.run.Results;
import embedrl.models.Embedder;
import embedrl.models.Reasoner;
import embedrl.tensor.Executor;
import embedrl.tensor.Seed;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures a saved Embedder on held-out queries: on items alone, with the T-CoTs of a Reasoner, and with true ones. */
public final class EvaluationRun {
    private final SavedModel embedder;
    private final SavedModel reasoner;
    private final boolean oracle;
    private final Executor executor;

    /** The Reasoner may be null. */
    public EvaluationRun(SavedModel embedder, SavedModel reasoner, boolean oracle, Executor executor) {
        if (reasoner != null) reasoner.requireFits(embedder);
        this.embedder = embedder;
        this.reasoner = reasoner;
        this.oracle = oracle;
        this.executor = executor;
    }

    /** All arms on the same queries: of every evaluated family, as many as the settings say from each split. */
    public Results run(StudyConfig config, Art art, List<Split> splits) {
        CompactModels models = embedder.models(executor);
        var evaluation = new RetrievalEvaluation(new CompactData(new SceneFamilies(art), config).tasks(splits));
        var ways = new RetrievalArms(evaluation, models.messages(), Seed.of(config.seed()).split("evaluation"));
        List<StudyArm> arms = new ArrayList<>();
        try (Embedder reader = models.embedder(embedder.model())) {
            arms.add(ways.raw("items", reader));
            if (reasoner != null) {
                try (Reasoner writer = models.reasoner(reasoner.model())) {
                    arms.add(ways.reasoned("tcot", reader, writer, true));
                    arms.add(ways.reasoned("tcot-sampled", reader, writer, false));
                }
            }
            if (oracle) arms.add(ways.oracle("oracle", reader));
        }
        var figures = new StudyFigures(config.seed());
        return new Results(figures.arms(arms), figures.differences(arms), List.of(), null, Map.of("splits", splits.stream().map(Split::label).toList()));
    }

    /** Prints a table: each arm over all queries and by family, then the differences. */
    public static void print(Results results, PrintStream out) {
        for (Arm arm : results.arms()) {
            out.println(arm.name() + ": " + arm.description());
            print("all", arm.metrics(), out);
            arm.families().forEach((family, metrics) -> print(family, metrics, out));
        }
        for (Difference difference : results.differences()) {
            Estimate estimate = difference.estimate();
            out.printf(Locale.ROOT, "%s − %s: %+.1f points of %s [%+.1f, %+.1f]; %s%n", difference.arm(), difference.baseline(), 100 * estimate.value(), difference.metric(),
                    100 * estimate.low(), 100 * estimate.high(), estimate.excludesZero() ? "0 lies outside the interval" : "0 lies inside the interval: not shown");
        }
    }

    private static void print(String family, Map<String, Estimate> metrics, PrintStream out) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "  %-30s", family));
        metrics.forEach((name, value) -> line.append(String.format(Locale.ROOT, "  %s %.3f [%.3f, %.3f]", name, value.value(), value.low(), value.high())));
        out.println(line.append("  n ").append(metrics.values().iterator().next().n()));
    }
}
