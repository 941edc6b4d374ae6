package embedrl.datasets.scenes;

import embedrl.datasets.files.DataCard;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Opens the generated families over one set of art; all of them share its splits and its painter. */
public final class SceneFamilies {
    /** The names of the families. */
    public static final List<String> NAMES =
            List.of("qa", "grounding", "text-to-image", "image-to-text", "classification", "composed", "video", "page");
    static final List<String> TEMPLATE_WORDS =
            List.of("what is at ? find the and describe scene shown same but a for moves from to page about with text".split(" "));
    private static final long SPLIT_SEED = 42;

    private final Art art;
    private final World world;

    /** Opens the families with the usual division into splits. */
    public SceneFamilies(Art art) {
        this(art, new Splits(art, SPLIT_SEED));
    }

    /** Opens the families with a division of one's own. */
    public SceneFamilies(Art art, Splits splits) {
        this.art = art;
        this.world = new World(splits, new ScenePainter(art));
    }

    /**
     * Opens one family.
     *
     * @param name one of {@link #NAMES}
     * @param seed chooses the pairs; sources of different splits never share an image, whatever their seeds
     * @param size how many pairs the source has; pairs are drawn when asked for, so any number costs the same
     */
    public Family open(String name, Split split, long seed, long size) {
        return switch (name) {
            case "qa" -> new QuestionAnswering(world, split, seed, size);
            case "grounding" -> new Grounding(world, split, seed, size);
            case "text-to-image" -> new TextToImage(world, split, seed, size);
            case "image-to-text" -> new ImageToText(world, split, seed, size);
            case "classification" -> new Classification(world, split, seed, size);
            case "composed" -> new Composed(world, split, seed, size);
            case "video" -> new Videos(world, split, seed, size);
            case "page" -> new Pages(world, split, seed, size);
            default -> throw new IllegalArgumentException("family: the name must be one of " + NAMES + ", got '" + name + "'");
        };
    }

    /** Opens all families. */
    public List<Family> openAll(Split split, long seed, long size) {
        return NAMES.stream().map(name -> open(name, split, seed, size)).toList();
    }

    /** Returns the art. */
    public Art art() {
        return art;
    }

    /** Returns the division into splits. */
    public Splits splits() {
        return world.splits();
    }

    /** Returns the painter, for scenes and tiles of one's own. */
    public ScenePainter painter() {
        return world.painter();
    }

    /** Describes the generated data, for a card beside a run's results. */
    public DataCard card() {
        SortedMap<String, Long> counts = new TreeMap<>();
        counts.put("training concepts", (long) art.training().size());
        counts.put("unseen concepts", (long) art.unseen().size());
        counts.put("colors", (long) TileColor.values().length);
        for (Split split : Split.values()) {
            counts.put("combinations asked about in " + split.label(), (long) splits().asked(split).size());
        }
        return new DataCard("scenes of " + art.name(), "generated; drawings: " + art.source(), art.license(), counts, new TreeMap<>());
    }

    /** Returns every word that texts and traces can hold, separated by spaces there: names, colors, cells and the words of the templates; sorted. */
    public List<String> vocabulary() {
        TreeSet<String> words = new TreeSet<>(TEMPLATE_WORDS);
        art.training().forEach(concept -> words.add(concept.name()));
        art.unseen().forEach(concept -> words.add(concept.name()));
        for (TileColor color : TileColor.values()) {
            words.add(color.word());
        }
        Cell.ALL.forEach(cell -> words.add(cell.word()));
        return new ArrayList<>(words);
    }
}
