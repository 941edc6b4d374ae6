package embedrl.datasets.files;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;
import embedrl.datasets.PairSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Makes pairs of the images in a folder and its subfolders: the query is an image with a question, the target a text.
 *
 * <p>The text is the content of the file of the same name that ends in {@code .txt}, or else the name of the subfolder, with spaces for underscores and hyphens.
 * Pairs are in natural order of their paths.
 */
public final class ImageFolder implements PairSource {
    private record Entry(String path, String text) {}

    private final Path folder;
    private final String question;
    private final List<Entry> entries;

    private ImageFolder(Path folder, String question, List<Entry> entries) {
        this.folder = folder;
        this.question = question;
        this.entries = List.copyOf(entries);
    }

    /**
     * Lists a folder.
     *
     * @param question text part of every query; may be empty
     * @throws DataFileException if there are no images, or one has neither a caption nor a subfolder
     */
    public static ImageFolder open(Path folder, String question) {
        Objects.requireNonNull(question, "question");
        if (!Files.isDirectory(folder)) {
            throw new DataFileException(folder, 0, "there is no such folder");
        }
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> images = walk.filter(Files::isRegularFile).filter(ImageFiles::named)
                    .sorted(Comparator.comparing(file -> relative(folder, file), Frames.NATURAL)).toList();
            for (Path image : images) {
                entries.add(new Entry(relative(folder, image), text(folder, image)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the images in " + folder, e);
        }
        if (entries.isEmpty()) {
            throw new DataFileException(folder, 0, "the folder holds no images");
        }
        return new ImageFolder(folder, question, entries);
    }

    private static String relative(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static String text(Path folder, Path image) throws IOException {
        Path caption = image.resolveSibling(image.getFileName().toString().replaceFirst("\\.[^.]*$", ".txt"));
        if (Files.isRegularFile(caption)) {
            String text = Files.readString(caption).strip();
            if (text.isEmpty()) {
                throw new DataFileException(caption, 1, "the caption is empty");
            }
            return text;
        }
        if (image.getParent().equals(folder)) {
            throw new DataFileException(image, 0, "needs a caption in " + caption.getFileName() + " or a subfolder that names it");
        }
        return image.getParent().getFileName().toString().replace('_', ' ').replace('-', ' ');
    }

    @Override
    public String name() {
        return folder.getFileName().toString();
    }

    @Override
    public long size() {
        return entries.size();
    }

    @Override
    public Pair pair(long index) {
        Entry entry = entry(index);
        Item query = Item.image(entry.path(), question, ImageFiles.readRgb(folder.resolve(entry.path())), null);
        return new Pair(name() + "/" + entry.path(), name(), query, Item.text(entry.text(), null));
    }

    @Override
    public String targetId(long index) {
        return entry(index).text();
    }

    private Entry entry(long index) {
        return entries.get(Math.toIntExact(Objects.checkIndex(index, entries.size())));
    }
}
