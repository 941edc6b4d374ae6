package embedrl.datasets.files;

import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import embedrl.datasets.Pair;
import embedrl.datasets.PairSource;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Reads pairs with their chains of thought from files in the formats that Embed-RL trains on.
 *
 * <p>Texts are kept in memory, pixels are read when a pair is asked for. Items carry no true trace; the annotated chains of thought are given as they are.
 * A text's id is the text, an image's its path (with ":" and the text where there is one), a video's the folder of its frames likewise.
 */
public final class FilePairs implements PairSource {
    private static final String BLANK = "images/blank.jpg";

    private record Side(String text, List<String> paths, Kind kind, String cot) {}

    private record Entry(int line, Side query, Side target) {}

    private final Path file;
    private final Path root;
    private final String name;
    private final List<Entry> entries;

    private FilePairs(Path file, Path root, List<Entry> entries) {
        this.file = file;
        this.root = Objects.requireNonNull(root, "root");
        this.name = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        this.entries = List.copyOf(entries);
    }

    /**
     * Opens a file with one JSON object a line, each with the fields {@code qry, qry_image_path, pos_text, pos_image_path, query_cot, pos_cot}.
     *
     * @param root folder that relative image paths start from; absolute paths are kept
     * @param visuals what the image paths show: {@link Kind#IMAGE} or {@link Kind#PAGE}
     */
    public static FilePairs jsonl(Path file, Path root, Kind visuals) {
        return images(file, root, visuals, JsonRows::lines);
    }

    /** Opens a JSON array of the same objects: the image and document training file. */
    public static FilePairs mmeb(Path file, Path root, Kind visuals) {
        return images(file, root, visuals, JsonRows::array);
    }

    private static FilePairs images(Path file, Path root, Kind visuals, Function<Path, List<JsonRows.Row>> format) {
        if (visuals != Kind.IMAGE && visuals != Kind.PAGE) {
            throw new IllegalArgumentException("pairs: image paths show IMAGE or PAGE, got " + visuals);
        }
        return new FilePairs(file, root, format.apply(file).stream().map(row -> new Entry(row.line(),
                imageSide(row, "qry", "qry_image_path", "query_cot", visuals), imageSide(row, "pos_text", "pos_image_path", "pos_cot", visuals))).toList());
    }

    private static Side imageSide(JsonRows.Row row, String textField, String pathField, String cotField, Kind visuals) {
        String text = row.text(textField).replaceAll("<\\|image_1\\|>\n?", "").strip();
        String path = row.text(pathField);
        if (text.isEmpty() && path.isEmpty()) {
            throw row.error("'" + textField + "' and '" + pathField + "' must not both be empty");
        }
        return new Side(text, path.isEmpty() ? List.of() : List.of(path), path.isEmpty() ? Kind.TEXT : visuals, row.text(cotField));
    }

    /** Opens a JSON array of conversations about videos: the LLaVA-Hound training file. Of more than eight frames, eight are picked evenly. */
    public static FilePairs llavaHound(Path file, Path root) {
        return new FilePairs(file, root, JsonRows.array(file).stream().map(FilePairs::videoEntry).toList());
    }

    private static Entry videoEntry(JsonRows.Row row) {
        String dataset = row.required("dataset_name");
        JsonNode query = row.node().path("qry");
        JsonNode target = row.node().path("pos");
        String queryCot = row.text("query_cot");
        String targetCot = row.text("pos_cot");
        return switch (dataset) {
            case "llavahound_caption_retrieval", "llavahound_qa" -> new Entry(row.line(),
                    videoSide(row, turn(row, query, "human"), query, queryCot), textSide(row, turn(row, target, "gpt"), targetCot));
            case "llavahound_video_retrieval" -> new Entry(row.line(),
                    textSide(row, turn(row, query, "gpt"), queryCot), videoSide(row, turn(row, target, "human"), target, targetCot));
            default -> throw row.error("'dataset_name' must be llavahound_caption_retrieval, llavahound_qa or llavahound_video_retrieval, got '" + dataset + "'");
        };
    }

    private static Side videoSide(JsonRows.Row row, String text, JsonNode side, String cot) {
        List<String> listed = row.texts(side, "video");
        listed.removeIf(path -> path.equals(BLANK));
        if (listed.isEmpty()) {
            throw row.error("a side that shows a video must list frames in 'video'");
        }
        return new Side(text, Frames.pick(listed.size()).stream().map(listed::get).toList(), Kind.VIDEO, cot);
    }

    private static Side textSide(JsonRows.Row row, String text, String cot) {
        if (text.isEmpty()) {
            throw row.error("a side without a video must have text");
        }
        return new Side(text, List.of(), Kind.TEXT, cot);
    }

    private static String turn(JsonRows.Row row, JsonNode side, String role) {
        for (JsonNode turn : side.path("conversations")) {
            if (row.text(turn, "from").equals(role)) {
                return row.text(turn, "value").strip().replaceFirst("^<video>", "").strip();
            }
        }
        throw row.error("'conversations' must have a turn from '" + role + "'");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return entries.size();
    }

    @Override
    public Pair pair(long index) {
        Entry entry = entry(index);
        return new Pair(name + "/" + index, name, item(entry, entry.query()), item(entry, entry.target()));
    }

    @Override
    public String targetId(long index) {
        return id(entry(index).target());
    }

    /** Returns the annotated chain of thought of a query; empty if there is none. */
    public String queryCot(long index) {
        return entry(index).query().cot();
    }

    /** Returns the annotated chain of thought of a target; empty if there is none. */
    public String targetCot(long index) {
        return entry(index).target().cot();
    }

    private Entry entry(long index) {
        return entries.get(Math.toIntExact(Objects.checkIndex(index, entries.size())));
    }

    private Item item(Entry entry, Side side) {
        List<BufferedImage> visuals = new ArrayList<>();
        for (String path : side.paths()) {
            try {
                visuals.add(ImageFiles.readRgb(root.resolve(path)));
            } catch (DataFileException e) {
                throw new DataFileException(file, entry.line(), "the image '" + path + "' cannot be read: " + e.getMessage(), e);
            }
        }
        return new Item(id(side), side.kind(), side.text(), visuals, null);
    }

    private static String id(Side side) {
        return switch (side.kind()) {
            case TEXT -> side.text();
            case IMAGE, PAGE -> side.paths().getFirst() + (side.text().isEmpty() ? "" : ":" + side.text());
            case VIDEO -> {
                String first = side.paths().getFirst();
                yield first.substring(0, Math.max(0, first.lastIndexOf('/'))) + (side.text().isEmpty() ? "" : ":" + side.text());
            }
        };
    }
}
