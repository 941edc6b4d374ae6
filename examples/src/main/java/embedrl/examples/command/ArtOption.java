package embedrl.examples.command;

import embedrl.datasets.files.FluentEmoji;
import embedrl.datasets.scenes.Art;
import embedrl.datasets.scenes.EmojiArt;
import embedrl.datasets.scenes.IconArt;
import embedrl.embedrl.compact.SavedModel;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that chooses what scenes are drawn with. */
final class ArtOption {

    /** The sets of pictures that scenes can be drawn with. */
    enum Name {
        ICONS("icons"), FLUENT_EMOJI("emoji");

        private final String art;

        Name(String art) {
            this.art = art;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Name parse(String text) {
            return Arrays.stream(values()).filter(name -> name.toString().equals(text)).findFirst().orElseThrow(() -> new TypeConversionException(
                    "'" + text + "' is unknown; known are " + Arrays.stream(values()).map(Name::toString).collect(Collectors.joining(", "))));
        }
    }

    @Option(names = "--data", paramLabel = "NAME", converter = ArtOption.Converter.class,
            description = "Pictures that the scenes are drawn with: icons (built in, default), or fluent-emoji (3D emoji; fetched through npm if they are not there).")
    private Name name;

    @Option(names = "--data-folder", paramLabel = "DIR", description = "Folder of the fetched pictures. Default: data/<name> in the project.")
    private Path folder;

    /** Picocli's way to the names. */
    static final class Converter implements ITypeConverter<Name> {
        @Override
        public Name convert(String text) {
            return Name.parse(text);
        }
    }

    /** Opens the chosen pictures; fetches them first where they are missing. */
    Art open(PrintStream out) {
        return open(name == null ? Name.ICONS : name, out);
    }

    /** Opens the pictures that a saved model was trained on; an error where others were chosen. */
    Art open(SavedModel model, PrintStream out) {
        Name trained = Arrays.stream(Name.values()).filter(known -> known.art.equals(model.art())).findFirst()
                .orElseThrow(() -> new CommandFailure(ExitCode.BAD_DATA, "the " + model.role().label() + " was trained on '" + model.art() + "', which is not known here"));
        if (name != null && name != trained) {
            throw new CommandFailure(ExitCode.USAGE, "--data " + name + ": the " + model.role().label() + " was trained on " + trained);
        }
        return open(trained, out);
    }

    private Art open(Name chosen, PrintStream out) {
        return switch (chosen) {
            case ICONS -> new IconArt();
            case FLUENT_EMOJI -> {
                Path place = folder == null ? DataCommand.defaultFolder(chosen.toString()) : folder;
                if (Files.notExists(place.resolve("data-card.json"))) {
                    out.println("fetching " + FluentEmoji.SOURCE + " to " + place);
                    DataCommand.fetchEmoji(place);
                }
                yield EmojiArt.open(place);
            }
        };
    }
}
