package embedrl.tensor;

import java.util.function.IntConsumer;

/**
 * Runs planned programs on one kind of device. {@code reference} defines every operation; {@code cpu} is the fast one on the host. An executor says
 * what it cannot do when a plan is compiled; it never falls back to another in silence.
 */
public interface Executor extends AutoCloseable {
    /** Name as given on the command line, like "cpu". */
    String name();

    /** One line for people: what it runs on. */
    String description();

    /** Whether plans for this executor may hold {@link Step.Product} and {@link Step.Joined}. */
    default boolean fusesProducts() {
        return false;
    }

    /** Prepares a plan: binds kernels and memory. Throws {@link TensorException} when this executor cannot run a step. */
    Executable compile(Plan plan);

    /** Runs the pieces 0 to count − 1 of host work, none of which depends on another; shared among this executor's threads where it has several. */
    default void share(int count, IntConsumer piece) {
        for (int i = 0; i < count; i++) piece.accept(i);
    }

    /** Releases threads and device memory; programs compiled by it must not run afterwards. */
    @Override
    void close();
}
