package embedrl.tensor;

import java.util.List;
import java.util.function.Function;

/** A plan on the host: kernels bound to buffers, run in order. */
public final class HostExecutable implements Executable {
    /** Makes the kernel of one step; the memory tells where its tensors lie. */
    @FunctionalInterface
    public interface Binder {
        Runnable bind(Step step, HostMemory memory);
    }

    private final Plan plan;
    private final HostMemory memory;
    private final Runnable[] kernels;

    public HostExecutable(Plan plan, Binder binder) {
        this.plan = plan;
        this.memory = new HostMemory(plan);
        Function<Step, Runnable> bind = step -> step instanceof Step.Store store ? store(store) : binder.bind(step, memory);
        this.kernels = plan.steps().stream().map(bind).toArray(Runnable[]::new);
    }

    private Runnable store(Step.Store store) {
        Buffer from = memory.buffer(store.value()).as(store.variable().type());
        Buffer to = store.variable().buffer();
        return () -> to.copyFrom(from);
    }

    @Override
    public void write(String input, Buffer values) {
        memory.input(input).copyFrom(values);
    }

    @Override
    public void run() {
        for (Runnable kernel : kernels) kernel.run();
    }

    @Override
    public void read(Tensor output, Buffer into) {
        into.copyFrom(memory.buffer(output));
    }

    /** The steps with the time of one run each, in nanoseconds: for profiling. */
    public List<Timed> profile() {
        Timed[] timed = new Timed[kernels.length];
        for (int i = 0; i < kernels.length; i++) {
            long start = System.nanoTime();
            kernels[i].run();
            timed[i] = new Timed(plan.steps().get(i), System.nanoTime() - start);
        }
        return List.of(timed);
    }

    /** A step and how long it took. */
    public record Timed(Step step, long nanoseconds) {
    }

    @Override
    public void close() {
        // The memory is the heap's.
    }
}
