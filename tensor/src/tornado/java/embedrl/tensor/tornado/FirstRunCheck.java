package embedrl.tensor.tornado;

import embedrl.tensor.BinaryKind;
import embedrl.tensor.Buffer;
import embedrl.tensor.Cost;
import embedrl.tensor.DType;
import embedrl.tensor.ElementwiseOp;
import embedrl.tensor.Executable;
import embedrl.tensor.HalfTypes;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Plan;
import embedrl.tensor.ReferenceExecutor;
import embedrl.tensor.Step;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import embedrl.tensor.UnaryKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Compares the first results of every kernel, and of every elementwise function, with the reference executor, and refuses to go on where they disagree: a device compiler
 * that gets a kernel wrong must not train a model in silence.
 */
final class FirstRunCheck {
    /** What the reference executor may compute for one comparison. */
    private static final long MOST_OPERATIONS = 20_000_000;
    private static final int TIMES = 2;

    private final Map<String, Integer> compared = new HashMap<>();
    private final Set<Kernel> passed = EnumSet.noneOf(Kernel.class);   // let pass for their size
    private final boolean bfloat16;
    private final ReferenceExecutor reference = new ReferenceExecutor();

    /** A step whose inputs were copied before it ran; of a large product, single elements are compared. */
    record Sample(Step step, Map<Tensor, HostTensor> inputs, List<Kernel> kernels, boolean large) {
    }

    /** The check of a device; where its library may round the inputs of products to bfloat16, these are compared as coarsely. */
    FirstRunCheck(Set<DeviceOption> options) {
        bfloat16 = options.contains(DeviceOption.BF16);
    }

    /** The inputs of a step that is to be compared, or null. */
    Sample before(Step step, List<Kernel> kernels, Function<Tensor, HostTensor> read) {
        if (step instanceof Step.Store || kernels.isEmpty()) return null;
        boolean large = coarse(kernels) || Cost.of(step).flops() > MOST_OPERATIONS || Cost.of(step).bytes() > 4 * MOST_OPERATIONS;
        if (large && !ProductSample.covers(step)) {
            passed.addAll(kernels);
            return null;
        }
        Set<String> keys = keys(step, kernels, large);
        if (keys.stream().allMatch(key -> compared.getOrDefault(key, 0) >= TIMES)) return null;
        for (String key : keys) compared.merge(key, 1, Integer::sum);
        Map<Tensor, HostTensor> inputs = new HashMap<>();
        boolean rounded = kernels.contains(Kernel.MATMUL_TENSOR_CORES);
        for (Tensor tensor : step.reads()) inputs.put(tensor, rounded ? rounded(read.apply(tensor)) : read.apply(tensor));
        return new Sample(step, inputs, List.copyOf(kernels), large);
    }

    /** What tensor cores are given of FLOAT32 values, so that the comparison need not be wider for them. */
    private static HostTensor rounded(HostTensor values) {
        if (values.type().dtype() != DType.FLOAT32) return values;
        float[] floats = values.floats().clone();
        for (int i = 0; i < floats.length; i++) floats[i] = HalfTypes.widen(DType.BFLOAT16, HalfTypes.narrow(DType.BFLOAT16, floats[i]));
        return HostTensor.of(values.shape(), floats);
    }

    /** Whether nobody knows if inputs were rounded. */
    private boolean coarse(List<Kernel> kernels) {
        return bfloat16 && kernels.contains(Kernel.MATMUL_CUBLAS);
    }

    private static Set<String> keys(Step step, List<Kernel> kernels, boolean large) {
        Set<String> keys = new HashSet<>();
        for (Kernel kernel : kernels) keys.add(large ? "large " + kernel.name() : kernel.name());
        if (step instanceof Step.Chain chain)
            for (Step.Instruction instruction : chain.code())
                keys.add(switch (instruction) {
                    case Step.Instruction.Load _ -> "load";
                    case Step.Instruction.Unary u -> u.kind().name();
                    case Step.Instruction.Binary b -> b.kind().name();
                    case Step.Instruction.Select _ -> "select";
                });
        return keys;
    }

    /** Compares the results of a step that has run. */
    void after(Sample sample, Function<Tensor, HostTensor> read, String device) {
        if (sample.large) {
            ProductSample.compare(sample, read.apply(sample.step.writes().getFirst()), device, coarse(sample.kernels));
            return;
        }
        if (DrawSample.covers(sample.step)) {
            DrawSample.compare(sample, read.apply(sample.step.writes().getFirst()), device);
            return;
        }
        Map<Tensor, HostTensor> expected = reference(sample);
        expected.forEach((tensor, values) -> compare(sample, values, read.apply(tensor), device));
    }

    private Map<Tensor, HostTensor> reference(Sample sample) {
        Map<Tensor, Plan.Place> places = new HashMap<>();
        sample.inputs.forEach((tensor, values) -> places.put(tensor, new Plan.Place.InConstant(values)));
        Map<DType, Integer> elements = new EnumMap<>(DType.class);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (Tensor tensor : sample.step.writes()) {
            int offset = elements.getOrDefault(tensor.dtype(), 0);
            places.put(tensor, new Plan.Place.Arena(offset));
            elements.put(tensor.dtype(), offset + tensor.shape().count());
            outputs.put("y" + outputs.size(), tensor);
        }
        Plan plan = new Plan(List.of(sample.step), List.of(1), places, Map.of(), outputs, elements);
        Map<Tensor, HostTensor> results = new LinkedHashMap<>();
        try (Executable executable = reference.compile(plan)) {
            executable.run();
            for (Tensor tensor : outputs.values()) {
                Buffer buffer = Buffer.allocate(tensor.type());
                executable.read(tensor, buffer);
                results.put(tensor, HostTensor.copyOf(buffer));
            }
        }
        return results;
    }

    private static void compare(Sample sample, HostTensor expected, HostTensor actual, String device) {
        boolean ints = expected.type().dtype() == DType.INT32;
        double[] e = doubles(expected, ints);
        double[] a = doubles(actual, ints);
        double largest = 1;
        for (double value : e) if (Double.isFinite(value)) largest = Math.max(largest, Math.abs(value));
        double terms = Cost.of(sample.step).flops() / (double) Math.max(1, e.length);
        double allowed = ints ? 0 : 4e-6 * (2 + Math.sqrt(terms)) * largest;
        List<Integer> wrong = new ArrayList<>();
        for (int i = 0; i < e.length; i++) if (Double.compare(e[i], a[i]) != 0 && !(Math.abs(e[i] - a[i]) <= allowed)) wrong.add(i);
        int tolerated = jumps(sample.step) ? 1 + e.length / 50 : 0;   // a rounding difference before a jump
        if (wrong.size() <= tolerated) return;
        int i = wrong.getFirst();
        throw wrong(sample, device, wrong.size() + " of " + e.length, i, expected.type(), a[i], e[i], allowed);
    }

    /** What ends a run. */
    static TensorException wrong(Sample sample, String device, String share, int element, TensorType type, double actual, double expected, double allowed) {
        String what = sample.step instanceof Step.Single single ? single.op().name() : "an elementwise chain " + ((Step.Chain) sample.step).code();
        return new TensorException(String.format(Locale.ROOT,
                "device %s gives wrong numbers: %s by kernel %s differs from the reference executor in %s elements; element %d of %s is %s, expected %s within %.1e."
                        + " Another driver or device is needed; --device cpu computes right",
                device, what, sample.kernels.stream().map(k -> k.name().toLowerCase(Locale.ROOT)).distinct().toList(), share, element, type, actual, expected, allowed));
    }

    private static boolean jumps(Step step) {
        return switch (step) {
            case Step.Chain chain -> chain.code().stream().anyMatch(instruction -> switch (instruction) {
                case Step.Instruction.Unary u -> u.kind() == UnaryKind.FLOOR || u.kind() == UnaryKind.SIGN;
                case Step.Instruction.Binary b -> b.kind() == BinaryKind.LESS || b.kind() == BinaryKind.LESS_EQUAL || b.kind() == BinaryKind.EQUAL;
                case Step.Instruction.Select _ -> true;
                case Step.Instruction.Load _ -> false;
            });
            case Step.Single single -> single.op() instanceof ElementwiseOp.Cast;
            case Step.Product _, Step.Joined _, Step.Store _ -> false;
        };
    }

    private static double[] doubles(HostTensor values, boolean ints) {
        if (ints) return java.util.Arrays.stream(values.ints()).asDoubleStream().toArray();
        float[] floats = values.floats();
        double[] doubles = new double[floats.length];
        for (int i = 0; i < doubles.length; i++) doubles[i] = floats[i];
        return doubles;
    }

    /** How much was compared, and which kernels only ran on work too large for it. */
    String summary() {
        List<String> never = passed.stream().map(Kernel::name).filter(kernel -> !compared.containsKey(kernel)).map(kernel -> kernel.toLowerCase(Locale.ROOT)).toList();
        return compared.size() + " kernels and functions compared with the reference executor" + (never.isEmpty() ? "" : ", not compared since all work was large: " + String.join(", ", never));
    }
}
