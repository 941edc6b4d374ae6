package embedrl.examples.report;

import embedrl.datasets.Box;
import embedrl.datasets.Item;
import embedrl.datasets.RetrievalQuery;
import embedrl.datasets.scenes.IconArt;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.run.Arm;
import embedrl.embedrl.run.Difference;
import embedrl.embedrl.run.Estimate;
import embedrl.embedrl.run.MetricsHistory;
import embedrl.embedrl.run.Results;
import embedrl.embedrl.tcot.PixelBox;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A report with invented figures and real scenes: what the tests of the page look at. */
final class SampleReport {

    private SampleReport() {
    }

    static ReportContent content() {
        return new ReportContent("Embed-RL quickstart (invented figures)", "Scenes of 24 concepts; compact models of 1.1 M parameters; seed 7.", "hit@1", results(), history(),
                ordered("data", 1.2, "vision", 8.0, "warmup", 69.0, "embedder", 48.0, "egrl", 77.3, "evaluation", 31.0), gallery(), Map.of("seed", "7", "rollouts", "8"),
                Map.of("jdk", "25", "processor", "two cores"));
    }

    static Results results() {
        List<Arm> arms = List.of(arm("raw", "raw-trained Embedder, raw input", 0.215), arm("warmup", "warm-up Reasoner, greedy T-CoT", 0.555),
                arm("warmup-sampled", "warm-up Reasoner, T-CoT at temperature 1.0", 0.339), arm("egrl", "EG-RL Reasoner, greedy T-CoT", 0.569),
                arm("egrl-sampled", "EG-RL Reasoner, T-CoT at temperature 1.0", 0.464), arm("oracle", "true T-CoT: the ceiling", 0.809));
        return new Results(arms, List.of(new Difference("warmup", "raw", "hit@1", new Estimate(0.34, 0.29, 0.39, 300)),
                new Difference("egrl-sampled", "warmup-sampled", "hit@1", new Estimate(0.125, 0.065, 0.185, 300)),
                new Difference("egrl", "warmup", "hit@1", new Estimate(0.014, -0.034, 0.065, 300)),
                new Difference("egrl", "warmup", "nDCG@5", new Estimate(-0.04, -0.07, -0.01, 300))), arms.stream().map(arm -> arm(arm.name(), arm.description(), arm.metrics().get("hit@1").value() / 2)).toList(), new Results.HeldoutReward(0.135, 0.170), Map.of());
    }

    private static Arm arm(String name, String about, double value) {
        var estimate = new Estimate(value, value - 0.05, value + 0.052, 300);
        var families = new LinkedHashMap<String, Map<String, Estimate>>();
        families.put("qa", Map.of("hit@1", new Estimate(value - 0.02, value - 0.09, value + 0.05, 150)));
        families.put("grounding", Map.of("hit@1", new Estimate(value + 0.02, value - 0.05, value + 0.09, 150)));
        var metrics = new LinkedHashMap<String, Estimate>();
        metrics.put("hit@1", estimate);
        metrics.put("nDCG@5", new Estimate(value + 0.1, value + 0.06, value + 0.14, 300));
        metrics.put("recall@5", new Estimate(value + 0.15, value + 0.1, value + 0.18, 300));
        return new Arm(name, about, metrics, families);
    }

    static MetricsHistory history() {
        var history = new MetricsHistory();
        var random = new SplittableRandom(7);
        for (int step = 1; step <= 300; step++) {
            history.onStep("warmup", step, Map.of("loss", 3.5 * Math.exp(-step / 80.0) + 0.4 + 0.2 * random.nextDouble()));
        }
        for (int step = 1; step <= 40; step++) {
            double part = step / 40.0;
            history.onStep("egrl", step, ordered("reward", 0.13 + 0.05 * part + 0.02 * random.nextDouble(), "reward/format", 0.94 + 0.04 * part, "reward/outcome", 0.15 + 0.05 * part,
                    "reward/process", 0.1 + 0.1 * random.nextDouble(), "entropy", 0.28 - 0.1 * part, "kl", 0.04 * part, "completion_length", 28 - 6 * part, "clip_fraction", 0.02 * part,
                    "grad_norm", 1 + random.nextDouble(), "something_new", step == 1 ? Double.NaN : part));
        }
        return history;
    }

    private static List<Exhibit> gallery() {
        var scenes = new SceneFamilies(new IconArt());
        List<Exhibit> gallery = new ArrayList<>();
        for (String family : List.of("qa", "grounding", "text-to-image")) {
            RetrievalQuery query = scenes.open(family, Split.UNSEEN_SCENES, 7, 16).task(1, 8).queries().getFirst();
            gallery.add(exhibit(family, query));
        }
        List<String> others = SceneFamilies.NAMES.stream().filter(name -> name.contains("video")).toList();
        for (String family : others) {
            gallery.add(exhibit(family, scenes.open(family, Split.UNSEEN_SCENES, 7, 16).task(1, 8).queries().getFirst()));
        }
        return gallery;
    }

    private static Exhibit exhibit(String family, RetrievalQuery query) {
        Item item = query.query();
        List<Exhibit.View> views = new ArrayList<>();
        List<String> arms = List.of("warmup", "egrl", "oracle");
        for (int a = 0; a < arms.size(); a++) {
            List<PixelBox> boxes = new ArrayList<>();
            if (!item.visuals().isEmpty()) {
                BufferedImage picture = item.visuals().getFirst();
                for (Box box : item.trace().boxes()) {
                    boxes.add(new PixelBox(box.x1() * picture.getWidth() / Box.GRID, box.y1() * picture.getHeight() / Box.GRID, (box.x2() - box.x1()) * picture.getWidth() / Box.GRID,
                            (box.y2() - box.y1()) * picture.getHeight() / Box.GRID));
                }
            }
            List<Integer> frames = item.trace().keyFrames().stream().map(frame -> frame - 1).toList();
            List<Exhibit.Found> found = new ArrayList<>();
            for (int c = 0; c < 3; c++) {
                Item candidate = query.candidates().get((c + arms.size() - 1 - a) % query.candidates().size());
                found.add(new Exhibit.Found(Shown.of(candidate), query.relevance().containsKey(candidate.id())));
            }
            views.add(new Exhibit.View(arms.get(a), TextStyle.COMPACT.completion(item.trace()).strip(), a == 0 ? List.of() : boxes, frames, found));
        }
        return new Exhibit(family, Shown.of(item), Shown.of(query.candidates().getFirst()), views);
    }

    private static Map<String, Double> ordered(Object... entries) {
        Map<String, Double> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], (Double) entries[i + 1]);
        }
        return map;
    }
}
