package embedrl.tensor.tornado;

import embedrl.tensor.TensorException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * One device: two arenas (FLOAT32 and INT32) that stay on it, and one execution plan with a graph per kernel of the catalogue. Every graph consumes and keeps the
 * arenas, so that they can follow each other in any order; a graph is compiled when it first runs.
 *
 * <p>Only a launch of a few INT32 words travels per task. The arenas have no contents on the host: parts travel through small transfer arrays.
 */
final class Device implements AutoCloseable {
    /** Elements that travel at once, and with little data. */
    private static final int LARGE = 1 << 18;
    private static final int SMALL = 1 << 11;

    /** IEEE arithmetic: by default TornadoVM has OpenCL code compiled with relaxed mathematics, which loses infinities and NaN. */
    private static final String COMPILER_FLAGS = "-w";

    private final TornadoDevice device;
    private final boolean processor;
    private final Set<DeviceOption> options;
    private final CublasProvider.Product product;
    private final int floatCapacity;
    private final int intCapacity;
    private final IntArray launch = new IntArray(4);
    private final FloatArray floatStage = new FloatArray(LARGE);
    private final FloatArray smallFloatStage = new FloatArray(SMALL);
    private final IntArray intStage = new IntArray(LARGE);
    private final IntArray smallIntStage = new IntArray(SMALL);
    private final GridScheduler scheduler = new GridScheduler();
    private final Map<Kernel, Graph> kernels = new EnumMap<>(Kernel.class);
    private final Graph floatsUp;
    private final Graph smallFloatsUp;
    private final Graph floatsDown;
    private final Graph smallFloatsDown;
    private final Graph intsUp;
    private final Graph smallIntsUp;
    private final Graph smallIntsDown;
    private final Graph intsDown;
    private final TornadoExecutionPlan plan;
    private long launches;
    private boolean begun;

    /** A graph of the plan: its number and the grid that its next run uses. */
    private record Graph(int number, WorkerGrid1D grid, String name) {
    }

    Device(TornadoDevice device, Set<DeviceOption> options, int floatCapacity, int intCapacity) {
        this.device = device;
        this.processor = device.getDeviceType() == TornadoDeviceType.CPU;
        this.options = options;
        this.product = new CublasProvider.Product(options.contains(DeviceOption.BF16));
        this.floatCapacity = floatCapacity;
        this.intCapacity = intCapacity;
        FloatArray floats = new FloatArray(floatCapacity);
        IntArray ints = new IntArray(intCapacity);
        KernelContext context = new KernelContext();
        var graphs = new java.util.ArrayList<ImmutableTaskGraph>();
        // The first graph to run brings the INT32 arena, whose first words must be zero; all others find both arenas on the device.
        smallIntsUp = add(graphs, "ints_up_small", new TaskGraph("ints_up_small").transferToDevice(DataTransferMode.EVERY_EXECUTION, launch, smallIntStage)
                .transferToDevice(DataTransferMode.FIRST_EXECUTION, ints).task("kernel", TransferKernels::intsUp, context, launch, floats, ints, smallIntStage)
                .persistOnDevice(floats, ints));
        intsUp = add(graphs, "ints_up", consuming("ints_up", floats, ints).transferToDevice(DataTransferMode.EVERY_EXECUTION, intStage)
                .task("kernel", TransferKernels::intsUp, context, launch, floats, ints, intStage).persistOnDevice(floats, ints));
        floatsUp = add(graphs, "floats_up", consuming("floats_up", floats, ints).transferToDevice(DataTransferMode.EVERY_EXECUTION, floatStage)
                .task("kernel", TransferKernels::floatsUp, context, launch, floats, ints, floatStage).persistOnDevice(floats, ints));
        smallFloatsUp = add(graphs, "floats_up_small", consuming("floats_up_small", floats, ints).transferToDevice(DataTransferMode.EVERY_EXECUTION, smallFloatStage)
                .task("kernel", TransferKernels::floatsUp, context, launch, floats, ints, smallFloatStage).persistOnDevice(floats, ints));
        floatsDown = add(graphs, "floats_down", consuming("floats_down", floats, ints)
                .task("kernel", TransferKernels::floatsDown, context, launch, floats, ints, floatStage).persistOnDevice(floats, ints)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, floatStage));
        smallFloatsDown = add(graphs, "floats_down_small", consuming("floats_down_small", floats, ints)
                .task("kernel", TransferKernels::floatsDown, context, launch, floats, ints, smallFloatStage).persistOnDevice(floats, ints)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, smallFloatStage));
        intsDown = add(graphs, "ints_down", consuming("ints_down", floats, ints)
                .task("kernel", TransferKernels::intsDown, context, launch, floats, ints, intStage).persistOnDevice(floats, ints)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, intStage));
        smallIntsDown = add(graphs, "ints_down_small", consuming("ints_down_small", floats, ints)
                .task("kernel", TransferKernels::intsDown, context, launch, floats, ints, smallIntStage).persistOnDevice(floats, ints)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, smallIntStage));
        for (Kernel kernel : Kernel.values()) {
            if (kernel == Kernel.MATMUL_TENSOR_CORES && !options.contains(DeviceOption.BF16)) continue;   // other backends cannot even read it
            if (kernel == Kernel.MATMUL_CUBLAS && !options.contains(DeviceOption.CUBLAS)) continue;
            String name = kernel.name().toLowerCase();
            TaskGraph graph = consuming(name, floats, ints);
            if (kernel == Kernel.MATMUL_CUBLAS) graph.libraryTask("kernel", (f, i, l) -> CublasProvider.task(product, f, i, l), floats, ints, launch);
            else graph.task("kernel", kernel.body, context, launch, floats, ints);
            kernels.put(kernel, add(graphs, name, graph.persistOnDevice(floats, ints)));
        }
        plan = new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new));
        plan.withDevice(device);
        plan.withCompilerFlags(TornadoVMBackendType.OPENCL, COMPILER_FLAGS);
    }

    private TaskGraph consuming(String name, FloatArray floats, IntArray ints) {
        return new TaskGraph(name).transferToDevice(DataTransferMode.EVERY_EXECUTION, launch).consumeFromDevice(floats, ints);
    }

    private Graph add(java.util.List<ImmutableTaskGraph> graphs, String name, TaskGraph graph) {
        WorkerGrid1D grid = new WorkerGrid1D(64);
        scheduler.addWorkerGrid(name + ".kernel", grid);
        graphs.add(graph.snapshot());
        return new Graph(graphs.size() - 1, grid, name);
    }

    boolean processor() {
        return processor;
    }

    Set<DeviceOption> options() {
        return options;
    }

    int floatCapacity() {
        return floatCapacity;
    }

    int intCapacity() {
        return intCapacity;
    }

    /** Tasks run so far, transfers included. */
    long launches() {
        return launches;
    }

    /** Runs a kernel whose parameters lie at {@code row} of the INT32 arena. */
    void run(Kernel kernel, int row, int work) {
        launch.set(0, row);
        run(kernels.get(kernel), kernel.groups(work, processor), kernel.groupSize(processor));
    }

    /** Has the library compute the product whose parameters lie at {@code at} of a table on the host. */
    void multiply(int[] table, int at) {
        product.next(table, at);
        run(kernels.get(Kernel.MATMUL_CUBLAS), 1, 1);
    }

    private void run(Graph graph, int groups, int groupSize) {
        graph.grid.setGlobalWork((long) groups * groupSize, 1, 1);
        graph.grid.setLocalWork(groupSize, 1, 1);
        try {
            plan.withGraph(graph.number).withGridScheduler(scheduler).execute();
        } catch (RuntimeException | Error failure) {
            throw DeviceFailure.of(graph.name, describe(), failure);
        }
        launches++;
    }

    private void begin() {
        if (begun) return;
        begun = true;
        launch.set(1, 0);
        run(smallIntsUp, 1, 64);
    }

    private void transfer(Graph graph, int count, int offset) {
        launch.set(1, count);
        launch.set(2, offset);
        run(graph, Math.ceilDiv(count, 64), 64);
    }

    void write(float[] values, int from, int offset, int count) {
        begin();
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, LARGE);
            FloatArray stage = part <= SMALL ? smallFloatStage : floatStage;
            for (int i = 0; i < part; i++) stage.set(i, values[from + done + i]);
            transfer(part <= SMALL ? smallFloatsUp : floatsUp, part, offset + done);
            done += part;
        }
    }

    void write(int[] values, int from, int offset, int count) {
        begin();
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, LARGE);
            IntArray stage = part <= SMALL ? smallIntStage : intStage;
            for (int i = 0; i < part; i++) stage.set(i, values[from + done + i]);
            transfer(part <= SMALL ? smallIntsUp : intsUp, part, offset + done);
            done += part;
        }
    }

    void read(int offset, float[] into, int to, int count) {
        begin();
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, LARGE);
            FloatArray stage = part <= SMALL ? smallFloatStage : floatStage;
            transfer(part <= SMALL ? smallFloatsDown : floatsDown, part, offset + done);
            for (int i = 0; i < part; i++) into[to + done + i] = stage.get(i);
            done += part;
        }
    }

    void read(int offset, int[] into, int to, int count) {
        begin();
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, LARGE);
            IntArray stage = part <= SMALL ? smallIntStage : intStage;
            transfer(part <= SMALL ? smallIntsDown : intsDown, part, offset + done);
            for (int i = 0; i < part; i++) into[to + done + i] = stage.get(i);
            done += part;
        }
    }

    /** Backend, name and kind of the device. */
    String describe() {
        return Devices.name(device);
    }

    @Override
    public void close() {
        try {
            plan.close();
        } catch (TornadoExecutionPlanException failure) {
            throw new TensorException("device " + describe() + ": its memory could not be freed: " + failure.getMessage());
        }
    }
}
