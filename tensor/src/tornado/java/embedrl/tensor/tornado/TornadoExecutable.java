package embedrl.tensor.tornado;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.Executable;
import embedrl.tensor.HostTensor;
import embedrl.tensor.LeafOp;
import embedrl.tensor.Plan;
import embedrl.tensor.Step;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A plan on a device: launches whose parameters lie in the INT32 arena. The host only names the row of each launch. Outputs stay among the temporaries until they are
 * read or another program is about to run.
 */
public final class TornadoExecutable implements Executable {
    private final Plan plan;
    private final TornadoExecutor executor;
    private final DeviceMemory memory;
    private final Residents residents;
    private final Layout layout;
    private final List<Step> steps;
    private final Kernel[] kernels;
    private final int[] rows;       // of each launch in the INT32 arena
    private final int[] work;
    private final int[] firstLaunch;   // of each step, and the end
    private final int[] table;
    private final float[] literals;
    private final DeviceMemory.Block tableBlock;
    private final DeviceMemory.Block literalBlock;
    private final DeviceMemory.Block inputBlock;
    private final DeviceMemory.Block intInputBlock;
    private final Scratch.Shared scratch;
    private final Scratch.Shared intScratch;
    private final List<Variable> variables;
    private final List<Variable> written;
    private final List<HostTensor> constants;
    private final float[] inputs;
    private final int[] intInputs;
    private final Map<String, Buffer> inputBuffers = new HashMap<>();
    private final Map<Tensor, Buffer> kept = new LinkedHashMap<>();   // outputs in the arena, with room for them on the host
    private boolean outputsOnDevice;
    private boolean inputsChanged = true;
    private boolean first = true;
    private boolean closed;
    private long generation = -1;

    TornadoExecutable(Plan plan, TornadoExecutor executor) {
        this.plan = plan;
        this.executor = executor;
        this.memory = executor.memory();
        this.residents = executor.residents();
        this.steps = plan.steps();
        // First pass: places of variables and constants, and how much is needed of everything else.
        Layout draft = new Layout(plan, residents, 0, 0, 0, 0, 0, 0);
        int rowsLength = 0;
        int count = 0;
        for (Step step : steps)
            for (Launch launch : lowering(draft).lower(step)) {
                rowsLength += launch.parameters().length;
                count++;
            }
        int temporaries = Layout.floatTemporaries(plan);
        scratch = executor.scratch().floats(temporaries + draft.workspaceElements());
        intScratch = executor.scratch().ints(plan.arenaElements().getOrDefault(DType.INT32, 0));
        inputs = new float[Layout.inputElements(plan, DType.FLOAT32)];
        intInputs = new int[Layout.inputElements(plan, DType.INT32)];
        inputBlock = memory.take("inputs of a program", false, inputs.length);
        intInputBlock = memory.take("inputs of a program", true, intInputs.length);
        literalBlock = memory.take("numbers in a program", false, draft.literals().size());
        tableBlock = memory.take("tasks of a program", true, rowsLength);
        // Second pass: with all places known.
        layout = new Layout(plan, residents, scratch.offset(), intScratch.offset(), scratch.offset() + temporaries, inputBlock.offset(), intInputBlock.offset(), literalBlock.offset());
        table = new int[rowsLength];
        kernels = new Kernel[count];
        rows = new int[count];
        work = new int[count];
        firstLaunch = new int[steps.size() + 1];
        Lowering lowering = lowering(layout);
        int at = 0;
        int number = 0;
        for (int s = 0; s < steps.size(); s++) {
            firstLaunch[s] = number;
            for (Launch launch : lowering.lower(steps.get(s))) {
                kernels[number] = launch.kernel();
                work[number] = launch.work();
                rows[number++] = tableBlock.offset() + at;
                System.arraycopy(launch.parameters(), 0, table, at, launch.parameters().length);
                at += launch.parameters().length;
            }
        }
        firstLaunch[steps.size()] = number;
        literals = new float[layout.literals().size()];
        for (int i = 0; i < literals.length; i++) literals[i] = layout.literals().get(i);
        variables = plan.variables();
        written = plan.writtenVariables();
        constants = plan.places().values().stream().filter(p -> p instanceof Plan.Place.InConstant).map(p -> ((Plan.Place.InConstant) p).values()).distinct().toList();
        for (LeafOp.Input input : plan.inputs().values()) {
            boolean ints = input.type().dtype() == DType.INT32;
            int offset = layout.input(input.name()) - (ints ? intInputBlock.offset() : inputBlock.offset());
            inputBuffers.put(input.name(), Buffer.over(input.type(), ints ? intInputs : inputs, offset));
        }
        for (Tensor output : plan.outputs().values())
            if (plan.place(output) instanceof Plan.Place.Arena) kept.put(output, Buffer.allocate(output.type()));
    }

    private Lowering lowering(Layout layout) {
        Device device = memory.device();
        return new Lowering(layout, device.processor(), device.options());
    }

    /** Number of tasks of one run, transfers not counted. */
    public int tasks() {
        return kernels.length;
    }

    @Override
    public void write(String input, Buffer values) {
        inputBuffers.get(input).copyFrom(values);
        inputsChanged = true;
    }

    @Override
    public void run() {
        executor.running().lock();
        try {
            if (closed) throw new TensorException("program: it was closed and cannot run");
            executor.keepOutputs(this);
            outputsOnDevice = false;
            upload();
            Device device = memory.device();
            FirstRunCheck check = first ? executor.check() : null;
            for (int s = 0; s < steps.size(); s++) {
                FirstRunCheck.Sample sample = check == null ? null : check.before(steps.get(s), Arrays.asList(kernels).subList(firstLaunch[s], firstLaunch[s + 1]), this::read);
                for (int i = firstLaunch[s]; i < firstLaunch[s + 1]; i++) launch(device, i);
                if (sample == null) continue;
                report(device);
                check.after(sample, this::read, device.describe());
            }
            for (Variable variable : written) residents.written(variable);
            report(device);
            outputsOnDevice = true;
            first = false;
        } finally {
            executor.running().unlock();
        }
    }

    private void launch(Device device, int i) {
        if (kernels[i] == Kernel.MATMUL_CUBLAS) device.multiply(table, rows[i] - tableBlock.offset());
        else device.run(kernels[i], rows[i], work[i]);
    }

    private HostTensor read(Tensor tensor) {
        Buffer buffer = Buffer.allocate(tensor.type());
        memory.read(layout.offset(tensor), buffer);
        return HostTensor.copyOf(buffer);
    }

    private void upload() {
        Device device = memory.device();
        if (generation != memory.generation()) {
            device.write(table, 0, tableBlock.offset(), table.length);
            device.write(literals, 0, literalBlock.offset(), literals.length);
            for (HostTensor constant : constants) residents.upload(constant);
            inputsChanged = true;
            generation = memory.generation();
        }
        for (Variable variable : variables) residents.upload(variable);
        if (inputsChanged) {
            device.write(inputs, 0, inputBlock.offset(), inputs.length);
            device.write(intInputs, 0, intInputBlock.offset(), intInputs.length);
            inputsChanged = false;
        }
    }

    /** Throws what a kernel has reported about an index that does not fit. */
    private void report(Device device) {
        if (layout.checks().isEmpty()) return;
        int[] words = new int[3];
        device.read(0, words, 0, words.length);
        int what = words[IndexKernels.WHAT];
        if (what == 0) return;
        device.write(new int[3], 0, 0, 3);
        throw new TensorException(layout.checks().get(what - 1).message(words[IndexKernels.INDEX], words[IndexKernels.ROW]));
    }

    /** Copies the outputs down before something overwrites them. */
    void keepOutputs() {
        if (!outputsOnDevice) return;
        kept.forEach((output, buffer) -> memory.read(layout.offset(output), buffer));
        outputsOnDevice = false;
    }

    @Override
    public void read(Tensor output, Buffer into) {
        executor.running().lock();
        try {
            switch (plan.place(output)) {
                case Plan.Place.Arena _ -> {
                    if (outputsOnDevice) memory.read(layout.offset(output), into);
                    else into.copyFrom(kept.get(output));
                }
                case Plan.Place.InVariable(Variable variable) -> into.copyFrom(variable.contents().as(output.type()));
                case Plan.Place.InInput(String name) -> into.copyFrom(inputBuffers.get(name).as(output.type()));
                case Plan.Place.InConstant(HostTensor values) -> memory.read(layout.offset(output), into);
            }
        } finally {
            executor.running().unlock();
        }
    }

    @Override
    public void close() {
        executor.running().lock();
        try {
            if (closed) return;
            keepOutputs();
            closed = true;
            executor.forget(this);
            executor.scratch().release(scratch);
            executor.scratch().release(intScratch);
            for (DeviceMemory.Block block : List.of(tableBlock, literalBlock, inputBlock, intInputBlock)) memory.free(block);
        } finally {
            executor.running().unlock();
        }
    }

    /** Names of the kernels of one run with how often each is launched. */
    public Map<String, Integer> kernelCounts() {
        Map<String, Integer> counts = new java.util.TreeMap<>();
        for (Kernel kernel : kernels) counts.merge(kernel.name().toLowerCase(java.util.Locale.ROOT), 1, Integer::sum);
        return counts;
    }

    /** Time of one run of each kernel, in nanoseconds, summed over its launches: for profiling; the variables change as in a run. */
    public Map<String, Long> profile() {
        executor.running().lock();
        try {
            executor.keepOutputs(this);
            upload();
            Map<String, Long> times = new java.util.TreeMap<>();
            List<Long> single = new ArrayList<>();
            for (int i = 0; i < kernels.length; i++) {
                long start = System.nanoTime();
                launch(memory.device(), i);
                single.add(System.nanoTime() - start);
                times.merge(kernels[i].name().toLowerCase(java.util.Locale.ROOT), single.getLast(), Long::sum);
            }
            for (Variable variable : written) residents.written(variable);
            return times;
        } finally {
            executor.running().unlock();
        }
    }
}
