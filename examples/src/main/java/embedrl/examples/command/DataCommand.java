package embedrl.examples.command;

import embedrl.datasets.files.DataCard;
import embedrl.datasets.files.FluentEmoji;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code embedrl data}: lists and fetches data sets. */
@Command(name = "data", header = "List and fetch data sets.")
final class DataCommand implements Runnable {
    private static final String EMOJI = "fluent-emoji";

    @ParentCommand
    private EmbedRl root;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: list or get");
    }

    @Command(name = "list", header = "List the data sets that can be used.")
    int list() {
        root.out().println("icons         built in: scenes drawn with icon fonts; nothing to fetch");
        root.out().println(EMOJI + "  scenes drawn with 3D emoji; " + FluentEmoji.SOURCE + "; " + FluentEmoji.LICENSE);
        return ExitCode.OK.code();
    }

    @Command(name = "get", header = "Fetch a data set, check it, and write its card.")
    int get(@Parameters(paramLabel = "NAME", description = "fluent-emoji") String name,
            @Option(names = "--to", paramLabel = "DIR", description = "Folder to fetch into. Default: data/<name> in the project.") Path folder) {
        if (!name.equals(EMOJI)) {
            throw new CommandFailure(ExitCode.USAGE, "data set '" + name + "' is unknown; " + EMOJI + " can be fetched");
        }
        Path place = folder == null ? defaultFolder(name) : folder;
        DataCard card = fetchEmoji(place);
        root.out().print(card.markdown());
        root.out().println("\nin " + place);
        return ExitCode.OK.code();
    }

    /** The folder of a fetched set where the user names none. */
    static Path defaultFolder(String name) {
        return Path.of(System.getProperty("embedrl.home", "")).resolve("data").resolve(name);
    }

    /** Fetches the emoji; npm is the only thing that can be missing. */
    static DataCard fetchEmoji(Path folder) {
        try {
            return FluentEmoji.fetch(folder);
        } catch (IllegalStateException refused) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, refused.getMessage(), refused);
        }
    }
}
