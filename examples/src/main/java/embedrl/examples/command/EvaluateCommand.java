package embedrl.examples.command;

import embedrl.datasets.scenes.Art;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.compact.SavedModel;
import embedrl.embedrl.compact.SavedModel.Role;
import embedrl.embedrl.compact.StudyConfig;
import embedrl.embedrl.run.Results;
import embedrl.embedrl.run.RunDirectory;
import embedrl.examples.study.EvaluationRun;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code embedrl evaluate}: measures saved models on held-out queries. */
@Command(name = "evaluate", header = "Measure an Embedder on held-out queries, alone and with a Reasoner's T-CoTs.", sortOptions = false,
        description = "Prints hit@1, hit@1 where every tie counts as a miss, hit@5, recall@5 and linear nDCG@5 with 95 %% bootstrap intervals, over all queries and by family.")
final class EvaluateCommand implements Callable<Integer> {

    @ParentCommand
    private EmbedRl root;

    @Spec
    private CommandSpec spec;

    @Option(names = "--embedder", paramLabel = "DIR", required = true, description = "Folder of the Embedder.")
    private Path embedder;

    @Option(names = "--reasoner", paramLabel = "DIR", description = "Folder of a Reasoner of the same study: adds its T-CoTs, greedy and sampled.")
    private Path reasoner;

    @Option(names = "--oracle", description = "Add true T-CoTs, the ceiling.")
    private boolean oracle;

    @Option(names = "--splits", paramLabel = "NAME", split = ",", converter = SplitName.class, defaultValue = "unseen-scenes,unseen-combinations",
            description = "Which queries: train, unseen-scenes, unseen-combinations, unseen-concepts. Default: ${DEFAULT-VALUE}.")
    private List<Split> splits;

    @Option(names = "--families", paramLabel = "NAME", split = ",", description = "Which families of tasks. Default: those of the Embedder's study.")
    private List<String> families;

    @Option(names = "--queries", paramLabel = "N", description = "Queries of each family and split. Default: that of the Embedder's study.")
    private Integer queries;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for results.json and manifest.json; new or empty.")
    private Path out;

    @Mixin
    private ArtOption art;

    @Mixin
    private DeviceOptions device;

    /** Picocli's way to the splits. */
    static final class SplitName implements ITypeConverter<Split> {
        @Override
        public Split convert(String text) {
            return Arrays.stream(Split.values()).filter(split -> split.label().equals(text)).findFirst().orElseThrow(() -> new TypeConversionException(
                    "'" + text + "' is unknown; known are " + Arrays.stream(Split.values()).map(Split::label).collect(Collectors.joining(", "))));
        }
    }

    @Override
    public Integer call() throws IOException {
        if (families != null && !SceneFamilies.NAMES.containsAll(families)) {
            throw new CommandFailure(ExitCode.USAGE, "--families: known are " + String.join(", ", SceneFamilies.NAMES) + "; got " + String.join(", ", families));
        }
        SavedModel reader = SavedModel.load(embedder, Role.EMBEDDER);
        SavedModel writer = reasoner == null ? null : SavedModel.load(reasoner, Role.REASONER);
        StudyConfig config = reader.study();
        if (queries != null) config = StudySettings.with(config, Map.of("evaluationQueries", StudySettings.atLeastOne("--queries", queries)));
        if (families != null) config = StudySettings.with(config, Map.of("evaluationFamilies", families));
        Art pictures = art.open(reader, root.out());
        StudyConfig chosen = config;
        try (Executor executor = device.open()) {
            EvaluationRun evaluation = new EvaluationRun(reader, writer, oracle, executor);
            if (out == null) {
                EvaluationRun.print(evaluation.run(chosen, pictures, splits), root.out());
                return ExitCode.OK.code();
            }
            RunDirectory directory = RunOptions.create(out);
            return RecordedRun.of(spec, directory, chosen, executor, new SceneFamilies(pictures).card(), () -> {
                Results results = evaluation.run(chosen, pictures, splits);
                results.write(directory.results());
                EvaluationRun.print(results, root.out());
            });
        }
    }
}
