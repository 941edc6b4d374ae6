package embedrl.examples.study;

import embedrl.datasets.files.DataCard;
import embedrl.datasets.scenes.Art;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.embedrl.compact.CompactStudy;
import embedrl.embedrl.compact.SavedModel;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.embedrl.compact.StudyResult;
import embedrl.embedrl.run.Arm;
import embedrl.embedrl.run.Difference;
import embedrl.embedrl.run.Estimate;
import embedrl.embedrl.run.MetricsHistory;
import embedrl.embedrl.run.PhaseTimes;
import embedrl.embedrl.run.ProgressLine;
import embedrl.embedrl.run.Results;
import embedrl.embedrl.run.RunDirectory;
import embedrl.embedrl.run.RunListener;
import embedrl.embedrl.run.RunLog;
import embedrl.examples.report.Report;
import embedrl.examples.report.ReportContent;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Runs a compact study into a run directory: logs, figures, checkpoints, report. */
public final class StudyRun {
    private static final int EXHIBITS_PER_TASK = 2;
    static final List<String> ON_PROGRESS_LINE = List.of("loss", "reward", "reward_std", "kl", "entropy", "completion_length", "raw/hit@1", "warmup/hit@1", "warmup-sampled/hit@1",
            "egrl/hit@1", "egrl-sampled/hit@1", "oracle/hit@1");

    private final StudyConfig config;
    private final SceneFamilies scenes;
    private final Executor executor;
    private final RunDirectory directory;
    private final PrintStream out;

    /** A run that is to write into an empty directory. */
    public StudyRun(StudyConfig config, Art art, Executor executor, RunDirectory directory, PrintStream out) {
        this.config = config;
        this.scenes = new SceneFamilies(art);
        this.executor = executor;
        this.directory = directory;
        this.out = out;
    }

    /** What the study's data is. */
    public DataCard card() {
        return scenes.card();
    }

    /**
     * Trains, evaluates and writes everything; figures come before checkpoints, so that a full disk costs no result.
     *
     * @param terminal whether {@code out} is a terminal
     * @param machine  facts for the report
     */
    public StudyResult run(boolean terminal, Map<String, String> machine) throws IOException {
        card().write(directory.path());
        var history = new MetricsHistory();
        var times = new PhaseTimes(System::nanoTime);
        var progress = new ProgressLine(out, terminal, System::nanoTime, ON_PROGRESS_LINE);
        CompactStudy compact;
        StudyResult study;
        try (var log = new RunLog(directory, InstantSource.system(), List.of(history, times, hints(), progress))) {
            compact = new CompactStudy(config, scenes, executor, log);
            study = compact.run();
        }
        var figures = new StudyFigures(config.seed());
        Results results = figures.of(study, times.seconds());
        results.write(directory.results());
        save(study.trained(), compact.vocabulary().tokenizer());
        Report.write(content(study, results, history, times.seconds(), machine), directory.report());
        print(results, figures.rewardDifference(study), out);
        out.println("report: " + directory.report());
        return study;
    }

    /** Says once, where it puzzles people, why the loss of EG-RL is near 0. */
    private RunListener hints() {
        return new RunListener() {
            @Override
            public void onPhase(String phase, long steps) {
                if (phase.equals("egrl")) {
                    out.println("egrl: advantages of a group sum to 0, so the loss stays near 0 by design; watch reward, kl and entropy");
                }
            }
        };
    }

    private void save(CompactStudy.Trained trained, BpeTokenizer tokenizer) throws IOException {
        Map<String, Qwen3Vl> reasoners = Map.of("reasoner-warmup", trained.warmup(), "reasoner", trained.egrl());
        Map<String, Qwen3Vl> embedders = Map.of("embedder-raw", trained.rawEmbedder(), "embedder", trained.embedder());
        for (var model : reasoners.entrySet()) {
            new SavedModel(SavedModel.Role.REASONER, scenes.art().name(), config, model.getValue(), tokenizer).save(directory.checkpoint(model.getKey()));
        }
        for (var model : embedders.entrySet()) {
            new SavedModel(SavedModel.Role.EMBEDDER, scenes.art().name(), config, model.getValue(), tokenizer).save(directory.checkpoint(model.getKey()));
        }
    }

    private ReportContent content(StudyResult study, Results results, MetricsHistory history, Map<String, Double> seconds, Map<String, String> machine) {
        Map<String, String> configuration = new LinkedHashMap<>();
        JsonMapper.shared().valueToTree(config).properties().forEach(setting -> configuration.put(setting.getKey(), setting.getValue().toString()));
        String about = "Compact models, trained from random weights on " + card().name() + ", and measured on held-out scenes and combinations; seed " + config.seed() + ".";
        return new ReportContent("Embed-RL: from random weights to retrieval by reasoning", about, StudyFigures.HEADLINE, results, history, seconds,
                StudyGallery.of(study, EXHIBITS_PER_TASK), configuration, machine);
    }

    /** Arms and differences in words, for people at a terminal. */
    static void print(Results results, Estimate reward, PrintStream out) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        for (Arm arm : results.arms()) {
            Estimate estimate = arm.metrics().get(StudyFigures.HEADLINE);
            lines.add(String.format(Locale.ROOT, "%-15s hit@1 %5.1f %%  [%.1f, %.1f]  %s", arm.name(), 100 * estimate.value(), 100 * estimate.low(), 100 * estimate.high(), arm.description()));
        }
        lines.add("");
        for (Difference difference : results.differences()) {
            lines.add(line(difference.arm() + " − " + difference.baseline(), "points of hit@1", difference.estimate(), 100));
        }
        lines.add(line("reward on held-out pairs, after − before EG-RL", "", reward, 1));
        lines.forEach(out::println);
        out.println();
    }

    private static String line(String what, String unit, Estimate estimate, double scale) {
        return String.format(Locale.ROOT, scale == 1 ? "%s: %+.4f %s[%+.4f, %+.4f]; %s" : "%s: %+.1f %s [%+.1f, %+.1f]; %s", what, scale * estimate.value(), unit, scale * estimate.low(),
                scale * estimate.high(), estimate.excludesZero() ? "0 lies outside the interval" : "0 lies inside the interval: not shown");
    }
}
