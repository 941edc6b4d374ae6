package embedrl.embedrl.run;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;

/**
 * Writes metrics to {@code metrics.csv}: one row for each value, so that new metrics need no new columns; appends to what is there.
 *
 * <p>Columns: {@code seconds} since this log was opened, {@code phase}, {@code step}, {@code name}, {@code value}.
 */
public final class MetricsLog implements RunListener, Closeable {
    static final String HEADER = "seconds,phase,step,name,value";

    private final BufferedWriter writer;
    private final InstantSource clock;
    private final Instant opened;

    /** Opens a file for appending; a new one gets a header. */
    public MetricsLog(Path file, InstantSource clock) throws IOException {
        boolean empty = Files.notExists(file) || Files.size(file) == 0;
        writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        this.clock = clock;
        opened = clock.instant();
        if (empty) {
            writer.write(HEADER + "\n");
            writer.flush();
        }
    }

    @Override
    public void onStep(String phase, long step, Map<String, Double> metrics) {
        double seconds = Duration.between(opened, clock.instant()).toMillis() / 1000.0;
        try {
            for (Map.Entry<String, Double> metric : metrics.entrySet()) {
                writer.write(String.format(Locale.ROOT, "%.3f,%s,%d,%s,%s\n", seconds, field(phase), step, field(metric.getKey()), metric.getValue()));
            }
            // A run that is killed keeps every step that it reported.
            writer.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String field(String text) {
        return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
