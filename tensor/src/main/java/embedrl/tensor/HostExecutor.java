package embedrl.tensor;

/** An executor whose kernels are Java methods on host arrays: a subclass makes the kernel of each step. All of its programs share one {@link Arena}. */
public abstract class HostExecutor implements Executor {
    private final Arena arena = new Arena();

    @Override
    public final Executable compile(Plan plan) {
        return new HostExecutable(plan, arena, this::bind, this);
    }

    /** The kernel of one step, bound to the buffers of its tensors. Never called for {@link Step.Store}. */
    protected abstract Runnable bind(Step step, HostMemory memory);
}
