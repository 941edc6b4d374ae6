package embedrl.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * A plan on the host: kernels bound to buffers, run in order, small ones that do not depend on each other at once. Programs of one executor share its arena and wait for each other; outputs are copied out of the
 * arena at the end of a run.
 */
public final class HostExecutable implements Executable {
    /** Makes the kernel of one step; the memory tells where its tensors lie. */
    @FunctionalInterface
    public interface Binder {
        Runnable bind(Step step, HostMemory memory);
    }

    /** Work that is worth another thread's attention, about 5 µs. */
    private static final long SHARED_FLOPS = 1 << 17;
    private static final long SHARED_BYTES = 1 << 15;

    private final Plan plan;
    private final Executor executor;
    private final Arena arena;
    private final HostMemory memory;
    private final Runnable[] kernels;
    private final Runnable[] levels;
    private final Map<Tensor, Buffer> outputs = new LinkedHashMap<>();
    private final List<Variable> variables;
    private final List<Variable> written;

    HostExecutable(Plan plan, Arena arena, Binder binder, Executor executor) {
        this.plan = plan;
        this.executor = executor;
        this.arena = arena;
        this.memory = new HostMemory(plan, arena);
        for (Tensor output : plan.outputs().values())
            if (plan.place(output) instanceof Plan.Place.Arena) outputs.put(output, Buffer.allocate(output.type()));
        this.variables = plan.variables();
        this.written = plan.writtenVariables();
        Function<Step, Runnable> bind = step -> step instanceof Step.Store store ? store(store) : binder.bind(step, memory);
        this.kernels = plan.steps().stream().map(bind).toArray(Runnable[]::new);
        this.levels = levels();
    }

    /** The kernels one after another, or at once where they are of one level and together worth it. */
    private Runnable[] levels() {
        List<Runnable> levels = new ArrayList<>();
        int first = 0;
        for (int size : plan.levels()) {
            Cost cost = plan.steps().subList(first, first + size).stream().map(Cost::of).reduce(new Cost(0, 0), Cost::plus);
            if (size > 1 && (cost.flops() >= SHARED_FLOPS || cost.bytes() >= SHARED_BYTES)) {
                int from = first;
                IntConsumer piece = i -> kernels[from + i].run();
                levels.add(() -> executor.share(size, piece));
            } else {
                levels.addAll(Arrays.asList(kernels).subList(first, first + size));
            }
            first += size;
        }
        return levels.toArray(Runnable[]::new);
    }

    private Runnable store(Step.Store store) {
        Buffer from = memory.buffer(store.value()).as(store.variable().type());
        Buffer to = store.variable().storage();
        return () -> to.copyFrom(from, executor);
    }

    @Override
    public void write(String input, Buffer values) {
        memory.input(input).copyFrom(values, executor);
    }

    @Override
    public void run() {
        arena.running().lock();
        try {
            begin();
            for (Runnable level : levels) level.run();
            copyOutputs();
        } finally {
            arena.running().unlock();
        }
    }

    private void copyOutputs() {
        outputs.forEach((output, kept) -> kept.copyFrom(memory.buffer(output), executor));
    }

    /** Values that another device holds come home; those that the program writes are then the host's. */
    private void begin() {
        for (Variable variable : variables) variable.bringHome();
        for (Variable variable : written) variable.changedOnHost();
    }

    @Override
    public void read(Tensor output, Buffer into) {
        into.copyFrom(outputs.containsKey(output) ? outputs.get(output) : memory.buffer(output), executor);
    }

    /** As {@link #run} but one step after another, and the steps with the time of each, in nanoseconds: for profiling. */
    public List<Timed> profile() {
        Timed[] timed = new Timed[kernels.length];
        arena.running().lock();
        try {
            begin();
            for (int i = 0; i < kernels.length; i++) {
                long start = System.nanoTime();
                kernels[i].run();
                timed[i] = new Timed(plan.steps().get(i), System.nanoTime() - start);
            }
            copyOutputs();
        } finally {
            arena.running().unlock();
        }
        return List.of(timed);
    }

    /** A step and how long it took. */
    public record Timed(Step step, long nanoseconds) {
    }

    @Override
    public void close() {
        outputs.clear();   // the rest is the heap's
    }
}
