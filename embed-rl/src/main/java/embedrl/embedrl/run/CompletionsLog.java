package embedrl.embedrl.run;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Writes rollouts to {@code completions.jsonl}, one JSON object a line; appends to what is there. */
public final class CompletionsLog implements RunListener, Closeable {
    private final BufferedWriter writer;

    /** Opens a file for appending. */
    public CompletionsLog(Path file) throws IOException {
        writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void onCompletion(Completion completion) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", completion.step());
        line.put("pair", completion.pair());
        line.put("side", completion.side().name().toLowerCase(Locale.ROOT));
        line.put("rollout", completion.rollout());
        line.put("prompt", completion.prompt());
        line.put("completion", completion.completion());
        line.put("rewards", completion.rewards());
        line.put("advantage", completion.advantage());
        try {
            writer.write(RunJson.line(line));
            writer.write('\n');
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Brings whole steps to the disk, so that an interrupted run keeps them. */
    @Override
    public void onStep(String phase, long step, Map<String, Double> metrics) {
        try {
            writer.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
