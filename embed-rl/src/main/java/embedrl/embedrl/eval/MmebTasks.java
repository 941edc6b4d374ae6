package embedrl.embedrl.eval;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The task list of MMEB-V2 and its averages (Embed-RL, all 78 tasks). */
public final class MmebTasks {

    private static final String RESOURCE = "mmeb-v2-tasks.tsv";
    private static final int COLUMNS = 7;

    /** All 78 tasks, in the order of the published table. */
    public static final List<MmebTask> ALL = read();

    private MmebTasks() {
    }

    /** Averages by modality and over all tasks, of one score per task. */
    public static TaskAverages byModality(ToDoubleFunction<MmebTask> score) {
        return averages(score, task -> task.modality().name().toLowerCase(Locale.ROOT));
    }

    /** Averages by group of tasks and over all tasks, of one score per task. */
    public static TaskAverages byGroup(ToDoubleFunction<MmebTask> score) {
        return averages(score, MmebTask::group);
    }

    private static TaskAverages averages(ToDoubleFunction<MmebTask> score, Function<MmebTask, String> group) {
        SequencedMap<String, List<Double>> scores = new LinkedHashMap<>();
        for (MmebTask task : ALL) {
            scores.computeIfAbsent(group.apply(task), _ -> new ArrayList<>()).add(score.applyAsDouble(task));
        }
        return TaskAverages.of(scores);
    }

    private static List<MmebTask> read() {
        try (var stream = MmebTasks.class.getResourceAsStream(RESOURCE);
             var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return lines.lines().skip(1).map(MmebTasks::task).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("mmeb tasks: cannot read " + RESOURCE, e);
        }
    }

    private static MmebTask task(String line) {
        String[] cells = line.split("\t", -1);
        if (cells.length != COLUMNS) {
            throw new IllegalStateException("mmeb tasks: a line of " + RESOURCE + " has " + COLUMNS + " cells, got " + cells.length + ": " + line);
        }
        var published = new MmebTask.Published(Double.parseDouble(cells[5]), Double.parseDouble(cells[6]));
        return new MmebTask(cells[0], cells[1], cells[2], cells[3], Integer.parseInt(cells[4]), published);
    }
}
