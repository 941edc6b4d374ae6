package embedrl.nn;

import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;

/** One compiled training step: forward, backward, clipping and update of the parameters in place. Made by {@link Training#compile}. */
public final class TrainStep implements AutoCloseable {
    private final Training training;
    private final Recording recording;

    TrainStep(Training training, Recording recording) {
        this.training = training;
        this.recording = recording;
    }

    public TrainStep set(String input, float[] values) {
        program().set(input, values);
        return this;
    }

    public TrainStep set(String input, int[] values) {
        program().set(input, values);
        return this;
    }

    public TrainStep set(String input, float value) {
        program().set(input, value);
        return this;
    }

    /** Makes a step at the optimizer's own learning rate. */
    public StepResult run() {
        return run(training.optimizer().learningRate());
    }

    /** Makes a step; throws, with the parameters spoiled, when the gradient norm is not finite. */
    public StepResult run(float learningRate) {
        float norm = training.run(program(), learningRate);
        return new StepResult(recording.loss(), norm, recording.metrics());
    }

    /** The last step's value of a metric. */
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
