package embedrl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Writes comparisons as one JSON object a line. */
final class JsonLines {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private JsonLines() {
    }

    /** {"suite", "case", "threads", "unit", "ours", "peer", "theirs", "ratio"}; theirs and ratio are null where a peer is missing. */
    static String line(Comparison comparison) {
        return JSON.writeValueAsString(comparison.fields());
    }

    /** Replaces the file. */
    static void write(Path file, List<Comparison> comparisons) throws IOException {
        Files.write(file, comparisons.stream().map(JsonLines::line).toList());
    }
}
