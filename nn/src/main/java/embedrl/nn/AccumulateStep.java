package embedrl.nn;

import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import java.util.Map;

/** One compiled forward and backward pass that adds to the accumulated gradients. Made by {@link Training#compileAccumulate}. */
public final class AccumulateStep implements AutoCloseable {
    /**
     * What one pass reports.
     *
     * @param loss    not weighted
     * @param metrics further scalars by name
     */
    public record Result(float loss, Map<String, Float> metrics) {
        public Result {
            metrics = Map.copyOf(metrics);
        }
    }

    private final Training training;
    private final Recording recording;

    AccumulateStep(Training training, Recording recording) {
        this.training = training;
        this.recording = recording;
    }

    public AccumulateStep set(String input, float[] values) {
        program().set(input, values);
        return this;
    }

    public AccumulateStep set(String input, int[] values) {
        program().set(input, values);
        return this;
    }

    public AccumulateStep set(String input, float value) {
        program().set(input, value);
        return this;
    }

    /** Adds weight · gradient: 1/n for the mean of n equal parts. */
    public Result run(float weight) {
        program().set(Training.WEIGHT, weight).run();
        training.accumulatedOnce();
        return new Result(recording.loss(), recording.metrics());
    }

    /** The last pass's value of a metric. */
    public HostTensor read(String metric) {
        return recording.read(metric);
    }

    /** For {@code explain()}, and for setters that take programs. */
    public Program program() {
        return recording.program();
    }

    @Override
    public void close() {
        program().close();
    }
}
