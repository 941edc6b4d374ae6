package embedrl.embedrl.run;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Logs a run into its directory: metrics as CSV and for TensorBoard, rollouts as JSON lines. */
public final class RunLog implements RunListener, Closeable {
    private final MetricsLog metrics;
    private final TensorBoardLog tensorBoard;
    private final CompletionsLog completions;
    private final RunListener all;

    /** Opens the logs of a run directory and passes what it hears to further listeners, such as a {@link ProgressLine}. */
    public RunLog(RunDirectory directory, InstantSource clock, List<? extends RunListener> further) throws IOException {
        Path events = Files.createDirectories(directory.path().resolve("tensorboard"));
        metrics = new MetricsLog(directory.metrics(), clock);
        tensorBoard = new TensorBoardLog(events, clock);
        completions = new CompletionsLog(directory.completions());
        List<RunListener> listeners = new ArrayList<>(List.of(metrics, tensorBoard, completions));
        listeners.addAll(further);
        all = RunListener.all(listeners);
    }

    @Override
    public void onPhase(String phase, long steps) {
        all.onPhase(phase, steps);
    }

    @Override
    public void onStep(String phase, long step, Map<String, Double> values) {
        all.onStep(phase, step, values);
    }

    @Override
    public void onCompletion(Completion completion) {
        all.onCompletion(completion);
    }

    @Override
    public void onPhaseEnd(String phase) {
        all.onPhaseEnd(phase);
    }

    /** Closes all files, even where closing one fails; throws the first failure. */
    @Override
    public void close() throws IOException {
        IOException first = null;
        for (Closeable log : List.of(completions, tensorBoard, metrics)) {
            try {
                log.close();
            } catch (IOException failure) {
                first = first == null ? failure : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
