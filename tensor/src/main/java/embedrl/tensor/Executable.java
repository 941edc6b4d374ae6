package embedrl.tensor;

/** A plan that is ready to run on its executor. Not safe for use by several threads at once. */
public interface Executable extends AutoCloseable {
    /** Copies values into a run-time input; the buffer's type is the input's. */
    void write(String input, Buffer values);

    /** Runs all steps: outputs are computed and variables updated. */
    void run();

    /** Copies the last run's value of an output of the plan into a buffer of its type. */
    void read(Tensor output, Buffer into);

    @Override
    void close();
}
