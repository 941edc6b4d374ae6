package embedrl.tensor.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Op;
import embedrl.tensor.Plan;
import embedrl.tensor.Program;
import embedrl.tensor.ReferenceExecutor;
import embedrl.tensor.Step;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** One operation lowered as for a device, its kernels run as ordinary Java on arrays, step by step against the reference executor. */
final class PlainRun {
    private static final int ROOM = 200_000;

    private PlainRun() {
    }

    /** A plan of an operation's results, made as for this package's executor. */
    private static Program program(Op op, Executor executor) {
        Program.Builder builder = Program.builder();
        List<Tensor> results = Tensor.results(op);
        for (int i = 0; i < results.size(); i++) builder.output("y" + i, results.get(i));
        return builder.compile(executor);
    }

    /** The kernels that an operation, with what it is made of, launches. */
    static List<Kernel> kernels(Op op) {
        List<Kernel> kernels = new ArrayList<>();
        try (Program program = program(op, new ReferenceExecutor())) {
            Layout layout = layout(program.plan(), new IntArray(1), new FloatArray(1), false);
            for (Lowering lowering : List.of(new Lowering(layout, true, Set.of()), new Lowering(layout, false, Set.of()), new Lowering(layout, false, Set.of(DeviceOption.BF16))))
                for (Step step : program.plan().steps()) for (Launch launch : lowering.lower(step)) kernels.add(launch.kernel());
        }
        return kernels;
    }

    /** Runs and compares; returns the kernels that ran. */
    static List<Kernel> check(Op op, boolean processor) {
        return check(op, processor, Set.of());
    }

    /** As for a device that is asked for products on tensor cores; inputs should be numbers of bfloat16, since the reference executor does not round them. */
    static List<Kernel> checkOnTensorCores(Op op) {
        return check(op, false, Set.of(DeviceOption.BF16));
    }

    private static List<Kernel> check(Op op, boolean processor, Set<DeviceOption> options) {
        List<Kernel> ran = new ArrayList<>();
        try (Program program = program(op, new ReferenceExecutor())) {
            program.run();
            Plan plan = program.plan();
            FloatArray floats = new FloatArray(ROOM);
            IntArray ints = new IntArray(ROOM);
            Layout layout = layout(plan, ints, floats, true);
            IntArray launch = new IntArray(4);
            int row = ROOM / 2;
            for (Step step : plan.steps()) {
                for (Launch task : new Lowering(layout, processor, options).lower(step)) {
                    ran.add(task.kernel());
                    for (int i = 0; i < task.parameters().length; i++) ints.set(row + i, task.parameters()[i]);
                    for (int i = 0; i < layout.literals().size(); i++) floats.set(ROOM / 2 + i, layout.literals().get(i));
                    launch.set(0, row);
                    row += task.parameters().length;
                    // a device that is no processor gives groups several items; here few, since each is a thread
                    boolean groups = task.kernel().shape == Kernel.Shape.GROUPS;
                    int items = groups ? processor ? 1 : 8 : task.kernel().groupSize(processor);
                    new WorkGroups(task.kernel().groups(task.work(), processor), items).run(task.kernel(), launch, floats, ints);
                }
            }
            for (Map.Entry<String, Tensor> output : plan.outputs().entrySet()) compare(op, program.read(output.getKey()), layout.offset(output.getValue()), floats, ints);
        }
        assertThat(ran).isNotEmpty();
        return ran;
    }

    /** Constants lie at the beginning, temporaries behind them; literals and parameters in the second half. */
    private static Layout layout(Plan plan, IntArray ints, FloatArray floats, boolean filled) {
        int[] next = {0, 8};   // the first INT32 words take reports
        Map<HostTensor, Integer> places = new java.util.IdentityHashMap<>();
        for (Plan.Place place : plan.places().values()) {
            if (!(place instanceof Plan.Place.InConstant(HostTensor values)) || places.containsKey(values)) continue;
            boolean integers = values.type().dtype() == DType.INT32;
            int at = next[integers ? 1 : 0];
            next[integers ? 1 : 0] += values.shape().count();
            places.put(values, at);
            if (!filled) continue;
            for (int i = 0; i < values.shape().count(); i++) {
                if (integers) ints.set(at + i, values.ints()[i]);
                else floats.set(at + i, values.floats()[i]);
            }
        }
        Layout.Places shared = new Layout.Places() {
            @Override
            public int of(Variable variable) {
                throw new IllegalStateException("no variables here");
            }

            @Override
            public int of(HostTensor constant) {
                return places.get(constant);
            }
        };
        return new Layout(plan, shared, next[0], next[1], ROOM / 4, 0, 0, ROOM / 2);
    }

    private static void compare(Op op, HostTensor expected, int offset, FloatArray floats, IntArray ints) {
        if (expected.type().dtype() == DType.INT32) {
            int[] e = expected.ints();
            for (int i = 0; i < e.length; i++) assertThat(ints.get(offset + i)).as("element %d of %s", i, op.name()).isEqualTo(e[i]);
            return;
        }
        float[] e = expected.floats();
        float largest = 1;
        for (float value : e) if (Float.isFinite(value)) largest = Math.max(largest, Math.abs(value));
        for (int i = 0; i < e.length; i++) {
            float actual = floats.get(offset + i);
            if (Float.compare(actual, e[i]) == 0) continue;
            assertThat(Math.abs(actual - e[i])).as("element %d of %s: %s, expected %s", i, op.name(), actual, e[i]).isLessThanOrEqualTo(5e-6f * largest);
        }
    }
}
