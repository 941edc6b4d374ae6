package embedrl.examples.command;

import embedrl.datasets.Item;
import embedrl.datasets.PairSource;
import embedrl.datasets.files.ImageFiles;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.Split;
import embedrl.embedrl.compact.SavedModel;
import embedrl.embedrl.compact.SavedModel.Role;
import embedrl.examples.study.ItemSearch;
import embedrl.models.media.ImageFile;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code embedrl search}: finds pictures by text. */
@Command(name = "search", header = "Find pictures by text with saved models.", sortOptions = false,
        description = "Embeds every picture, with its T-CoT where a Reasoner is given, and prints the best: rank, cosine, picture, and the answer of its T-CoT.")
final class SearchCommand implements Callable<Integer> {
    private static final String GENERATED = "generated";

    @ParentCommand
    private EmbedRl root;

    @Option(names = "--embedder", paramLabel = "DIR", required = true, description = "Folder of the Embedder.")
    private Path embedder;

    @Option(names = "--reasoner", paramLabel = "DIR", description = "Folder of a Reasoner of the same study.")
    private Path reasoner;

    @Option(names = "--items", paramLabel = "FOLDER", required = true,
            description = "Folder of pictures (PNG, JPEG, GIF, BMP, WebP), subfolders too; or the word generated, for scenes that training did not show.")
    private String items;

    @Option(names = "--top", paramLabel = "K", defaultValue = "10", description = "How many are printed. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(names = "--count", paramLabel = "N", defaultValue = "64", description = "How many scenes are generated. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Parameters(paramLabel = "QUERY", description = "What to look for, such as \"red heart\".")
    private String query;

    @Mixin
    private ArtOption art;

    @Mixin
    private DeviceOptions device;

    @Override
    public Integer call() throws IOException {
        StudySettings.atLeastOne("--top", top);
        StudySettings.atLeastOne("--count", count);
        if (query.isBlank()) {
            throw new CommandFailure(ExitCode.USAGE, "the query is empty; say what to look for");
        }
        SavedModel reader = SavedModel.load(embedder, Role.EMBEDDER);
        SavedModel writer = reasoner == null ? null : SavedModel.load(reasoner, Role.REASONER);
        Map<String, Supplier<Item>> pictures = items.equals(GENERATED) ? generated(new SceneFamilies(art.open(reader, root.out())), reader.study().seed()) : files(Path.of(items));
        try (Executor executor = device.open(); ItemSearch search = new ItemSearch(reader, writer, executor)) {
            List<ItemSearch.Found> found = search.search(query.strip(), pictures);
            for (int i = 0; i < Math.min(top, found.size()); i++) {
                ItemSearch.Found one = found.get(i);
                root.out().println(String.format(Locale.ROOT, "%3d  %.4f  %s  %s", i + 1, one.cosine(), printable(one.name()), printable(one.answer())).stripTrailing());
            }
        }
        return ExitCode.OK.code();
    }

    /** On one line, without control characters: names and answers can hold any. */
    private static String printable(String text) {
        return text.replaceAll("[\\s\\p{Cntrl}]+", " ");
    }

    private Map<String, Supplier<Item>> generated(SceneFamilies scenes, long seed) {
        PairSource source = scenes.open("text-to-image", Split.UNSEEN_SCENES, seed, count);
        Map<String, Supplier<Item>> pictures = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            long index = i;
            pictures.putIfAbsent(source.targetId(i), () -> source.pair(index).target());
        }
        return pictures;
    }

    private static Map<String, Supplier<Item>> files(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        Map<String, Supplier<Item>> pictures = new LinkedHashMap<>();
        try (var paths = Files.walk(folder)) {
            paths.filter(Files::isRegularFile).filter(ImageFiles::named).sorted().forEach(file -> {
                String name = folder.relativize(file).toString();
                pictures.put(name, () -> Item.image(name, "", ImageFile.read(file).toBufferedImage(), null));
            });
        }
        if (pictures.isEmpty()) {
            throw new CommandFailure(ExitCode.NO_INPUT, "no picture below " + folder + "; PNG, JPEG, GIF, BMP and WebP are read");
        }
        return pictures;
    }
}
