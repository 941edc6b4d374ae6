package embedrl.examples.command;

import embedrl.datasets.files.FluentEmoji;
import embedrl.datasets.scenes.Art;
import embedrl.datasets.scenes.EmojiArt;
import embedrl.datasets.scenes.IconArt;
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
        ICONS, FLUENT_EMOJI;

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
    private Name name = Name.ICONS;

    @Option(names = "--data-folder", paramLabel = "DIR", description = "Folder of the fetched pictures. Default: data/<name> in the project.")
    private Path folder;

    /** Picocli's way to the names. */
    static final class Converter implements ITypeConverter<Name> {
        @Override
        public Name convert(String text) {
            return Name.parse(text);
        }
    }

    /** Opens the pictures; fetches them first where they are missing. */
    Art open(PrintStream out) {
        return switch (name) {
            case ICONS -> new IconArt();
            case FLUENT_EMOJI -> {
                Path place = folder == null ? DataCommand.defaultFolder(name.toString()) : folder;
                if (Files.notExists(place.resolve("data-card.json"))) {
                    out.println("fetching " + FluentEmoji.SOURCE + " to " + place);
                    DataCommand.fetchEmoji(place);
                }
                yield EmojiArt.open(place);
            }
        };
    }
}
