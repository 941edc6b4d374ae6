package embedrl.datasets.scenes;

import embedrl.datasets.files.DataFileException;
import embedrl.datasets.files.FluentEmoji;
import embedrl.datasets.files.ImageFiles;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Draws concepts from 3D emoji pictures, as {@link FluentEmoji} fetches them.
 *
 * <p>Pictures are read when first drawn and cached at each size. Thread-safe.
 */
public final class EmojiArt implements Art {
    private static final int UNSEEN_EVERY = 4;

    private record Key(String name, int size) {}

    private final List<Concept> training;
    private final List<Concept> unseen;
    private final Map<String, Path> files = new TreeMap<>();
    private final Map<Key, BufferedImage> drawn = new ConcurrentHashMap<>();

    private EmojiArt(List<Concept> training, List<Concept> unseen) {
        this.training = List.copyOf(training);
        this.unseen = List.copyOf(unseen);
    }

    /** Opens a fetched folder with 24 training concepts and 8 unseen ones. */
    public static EmojiArt open(Path folder) {
        return open(folder, 24, 8);
    }

    /**
     * Opens a fetched folder. Of each subgroup of the catalog one emoji is taken, so that concepts differ in kind; the unseen ones are spread evenly among them.
     *
     * @param training number of training concepts
     * @param unseen number of unseen concepts
     * @throws DataFileException if the folder is incomplete or offers fewer concepts
     */
    public static EmojiArt open(Path folder, int training, int unseen) {
        List<EmojiCatalog.Entry> entries = EmojiCatalog.choose(folder, training + unseen);
        List<Concept> seen = new ArrayList<>();
        List<Concept> held = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            boolean hold = seen.size() == training || held.size() < unseen && i % UNSEEN_EVERY == UNSEEN_EVERY - 1;
            (hold ? held : seen).add(entries.get(i).concept());
        }
        EmojiArt art = new EmojiArt(seen, held);
        entries.forEach(entry -> art.files.put(entry.concept().name(), entry.picture()));
        return art;
    }

    @Override
    public String name() {
        return "emoji";
    }

    @Override
    public String source() {
        return FluentEmoji.SOURCE;
    }

    @Override
    public String license() {
        return FluentEmoji.LICENSE;
    }

    @Override
    public List<Concept> training() {
        return training;
    }

    @Override
    public List<Concept> unseen() {
        return unseen;
    }

    @Override
    public BufferedImage draw(String name, int size, Color ink) {
        Path file = files.get(name);
        if (file == null) {
            throw new IllegalArgumentException("emoji art: no concept '" + name + "', only " + files.keySet());
        }
        BufferedImage cached = drawn.computeIfAbsent(new Key(name, size), key -> AreaScaler.rim(AreaScaler.fit(ImageFiles.read(file), size, 1)));
        BufferedImage fresh = new BufferedImage(size, size, BufferedImage.TYPE_INT_ARGB);
        fresh.setRGB(0, 0, size, size, cached.getRGB(0, 0, size, size, null, 0, size), 0, size);
        return fresh;
    }
}
