package embedrl.embedrl.run;

import embedrl.nn.checkpoint.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Cuts the logs of an interrupted run back to its checkpoint, so that the resumed run continues them without a gap or a repetition. */
public final class LogCutoff {
    private LogCutoff() {
    }

    /** Removes what a phase logged after a step, and a last line that an interruption left unfinished. Each file is replaced in one step. */
    public static void after(RunDirectory directory, String phase, long step) throws IOException {
        keep(directory.metrics(), line -> keepsMetric(line, phase, step));
        keep(directory.completions(), line -> keepsCompletion(line, step));
    }

    private static boolean keepsMetric(String line, String phase, long step) {
        if (line.equals(MetricsLog.HEADER)) {
            return true;
        }
        String[] fields = line.split(",", 5);
        return fields.length == 5 && fields[2].matches("\\d{1,18}") && !(fields[1].equals(phase) && Long.parseLong(fields[2]) > step);
    }

    private static boolean keepsCompletion(String line, long step) {
        try {
            return JsonMapper.shared().readTree(line).path("step").asLong(Long.MAX_VALUE) <= step;
        } catch (JacksonException unfinished) {
            return false;
        }
    }

    private static void keep(Path file, Predicate<String> line) throws IOException {
        if (!Files.isRegularFile(file)) {
            return;
        }
        String text = Files.readString(file);
        var kept = new StringBuilder();
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            if (line.test(text.substring(from, end))) {
                kept.append(text, from, end + 1);
            }
            from = end + 1;
        }
        if (kept.length() < text.length()) {
            DurableFiles.replace(file, kept.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
