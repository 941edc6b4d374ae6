package embedrl.datasets.files;

import embedrl.datasets.GlobalTask;
import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads a set of the UVRB video retrieval benchmark: {@code jsonl/queries.jsonl}, {@code jsonl/corpus.jsonl}, {@code jsonl/instances.jsonl}, frames in
 * {@code videos_frames} and query images in {@code images}.
 *
 * <p>Videos show eight evenly picked frames. A query with an image has no video. Queries without an instance are left out, since nothing is relevant to them.
 */
public final class UvrbTask implements GlobalTask {
    /** Characters of a query's text that are kept. */
    public static final int MAX_TEXT = 8192;

    private record Query(String id, String text, String video, String image, int line, Map<String, Double> relevant) {}

    private record Video(String id, String video, int line) {}

    private final Path folder;
    private final String name;
    private final String instruction;
    private final List<Query> queries = new ArrayList<>();
    private final List<Video> corpus = new ArrayList<>();

    private UvrbTask(Path folder, String name, String instruction) {
        this.folder = folder;
        this.name = Objects.requireNonNull(name, "name");
        this.instruction = Objects.requireNonNull(instruction, "instruction");
    }

    /**
     * Reads the lists of a set; frames are read later, item by item.
     *
     * @param instruction one sentence put before the text of each query; may be empty
     */
    public static UvrbTask open(Path folder, String name, String instruction) {
        UvrbTask task = new UvrbTask(folder, name, instruction);
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (JsonRows.Row row : JsonRows.lines(task.list("corpus"))) {
            Video video = new Video(row.required("id"), row.required("video"), row.line());
            if (ids.put(video.id(), row.line()) != null) {
                throw row.error("the id '" + video.id() + "' comes twice");
            }
            task.corpus.add(video);
        }
        Map<String, Map<String, Double>> relevant = task.instances(ids);
        for (JsonRows.Row row : JsonRows.lines(task.list("queries"))) {
            String id = row.required("id");
            Query query = new Query(id, row.text("text"), row.text("video"), row.text("image"), row.line(), relevant.remove(id));
            if (query.text().isEmpty() && query.video().isEmpty() && query.image().isEmpty()) {
                throw row.error("a query needs text, a video or an image");
            }
            if (query.relevant() != null) {
                task.queries.add(query);
            }
        }
        if (!relevant.isEmpty()) {
            throw new DataFileException(task.list("instances"), 0, "names queries that are not in queries.jsonl: " + relevant.keySet());
        }
        return task;
    }

    private Map<String, Map<String, Double>> instances(Map<String, Integer> corpusIds) {
        Map<String, Map<String, Double>> relevant = new LinkedHashMap<>();
        for (JsonRows.Row row : JsonRows.lines(list("instances"))) {
            List<String> positives = row.texts(row.node(), "pos");
            if (positives.isEmpty()) {
                throw row.error("'pos' must name at least one video");
            }
            for (String positive : positives) {
                if (!corpusIds.containsKey(positive)) {
                    throw row.error("'pos' names '" + positive + "', which is not in corpus.jsonl");
                }
                relevant.computeIfAbsent(row.required("qid"), id -> new LinkedHashMap<>()).put(positive, 1.0);
            }
        }
        return relevant;
    }

    private Path list(String part) {
        return folder.resolve("jsonl").resolve(part + ".jsonl");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int queries() {
        return queries.size();
    }

    @Override
    public int candidates() {
        return corpus.size();
    }

    @Override
    public Item query(int index) {
        Query query = queries.get(index);
        String text = (instruction + " " + query.text()).strip();
        text = text.substring(0, Math.min(text.length(), MAX_TEXT));
        if (!query.image().isEmpty()) {
            return Item.image("query " + query.id(), text, ImageFiles.readRgb(folder.resolve("images").resolve(query.image())), null);
        }
        if (!query.video().isEmpty()) {
            return new Item("query " + query.id(), Kind.VIDEO, text, Frames.read(frames(query.video(), list("queries"), query.line())), null);
        }
        return new Item("query " + query.id(), Kind.TEXT, text, List.of(), null);
    }

    @Override
    public Item candidate(int index) {
        Video video = corpus.get(index);
        return new Item(video.id(), Kind.VIDEO, "", Frames.read(frames(video.video(), list("corpus"), video.line())), null);
    }

    @Override
    public Map<String, Double> relevance(int query) {
        return Map.copyOf(queries.get(query).relevant());
    }

    private List<Path> frames(String video, Path list, int line) {
        String stem = Path.of(video).getFileName().toString().replaceFirst("\\.[^.]*$", "");
        Path frames = folder.resolve("videos_frames").resolve(stem);
        if (!Files.isDirectory(frames)) {
            throw new DataFileException(list, line, "the video '" + video + "' has no folder of frames at " + frames);
        }
        return Frames.inFolder(frames);
    }
}
