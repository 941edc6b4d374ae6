package embedrl.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Seeded random graphs of elementwise, broadcast, movement and reduce operations, with the values of their inputs. */
final class RandomGraphs {
    private static final UnaryKind[] SMOOTH = {UnaryKind.NEG, UnaryKind.ABS, UnaryKind.SQUARE, UnaryKind.TANH, UnaryKind.SIGMOID, UnaryKind.RELU, UnaryKind.SIN,
        UnaryKind.SILU, UnaryKind.GELU_TANH, UnaryKind.ERF};
    private static final UnaryKind[] STEPS = {UnaryKind.FLOOR, UnaryKind.SIGN};
    private static final BinaryKind[] BINARY = {BinaryKind.ADD, BinaryKind.SUB, BinaryKind.MUL, BinaryKind.MAX, BinaryKind.MIN};
    private static final BinaryKind[] COMPARISONS = {BinaryKind.LESS, BinaryKind.LESS_EQUAL, BinaryKind.EQUAL};
    private static final int[][] SHAPES = {{}, {1}, {7}, {5, 1}, {1, 7}, {5, 7}, {3, 5, 7}, {3, 1, 7}, {3, 5, 1}};

    private final Seed seed;
    private final boolean jumps;
    private long draws;
    private final Map<String, float[]> floats = new LinkedHashMap<>();
    private final Map<String, int[]> ints = new LinkedHashMap<>();
    private final List<Tensor> nodes = new ArrayList<>();

    /** jumps: whether functions with steps and comparisons may appear, behind which rounding differences grow. */
    RandomGraphs(long number, boolean jumps) {
        this.seed = Seed.of(31).split(number);
        this.jumps = jumps;
    }

    int draw(int bound) {
        return seed.below(bound, draws++);
    }

    float value() {
        return (float) (Math.rint(seed.normal(1_000_000 + draws++) * 64) / 64);
    }

    /** Values of the inputs. */
    Map<String, float[]> floats() {
        return floats;
    }

    Map<String, int[]> ints() {
        return ints;
    }

    void set(Program program) {
        floats.forEach((name, values) -> { if (program.has(name)) program.set(name, values); });
        ints.forEach((name, values) -> { if (program.has(name)) program.set(name, values); });
    }

    /** A graph with the given number of operations; returns some of its tensors to ask for, by name. */
    Map<String, Tensor> outputs(int operations) {
        for (int i = 0; i < 3; i++) nodes.add(input(SHAPES[draw(SHAPES.length)]));
        nodes.add(intInput(SHAPES[draw(SHAPES.length)]).cast(DType.FLOAT32));
        for (int i = 0; i < operations; i++) nodes.add(next());
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("last", nodes.getLast());
        for (int i = draw(3); i > 0; i--) outputs.put("out" + i, pick());
        return outputs;
    }

    /** Adds a tensor that later operations may read. */
    void offer(Tensor tensor) {
        nodes.add(tensor);
    }

    /** One more operation on earlier tensors. */
    Tensor next() {
        while (true) {
            Tensor made = make();
            if (made.shape().count() > 0 && made.shape().count() <= 2000 && made.shape().rank() <= 4) return made;
        }
    }

    Tensor pick() {
        return nodes.get(nodes.size() - 1 - Math.min(draw(nodes.size()), draw(nodes.size())));   // rather a late one
    }

    private Tensor input(int... shape) {
        String name = "x" + floats.size();
        float[] values = new float[Shape.of(shape).count()];
        for (int i = 0; i < values.length; i++) values[i] = value();
        floats.put(name, values);
        return Tensor.input(name, DType.FLOAT32, shape);
    }

    private Tensor intInput(int... shape) {
        int[] values = new int[Shape.of(shape).count()];
        for (int i = 0; i < values.length; i++) values[i] = jumps && draw(7) == 0 ? 16_777_217 : draw(9) - 4;   // not all are FLOAT32 numbers
        ints.put("n", values);
        return Tensor.input("n", DType.INT32, shape);
    }

    private Tensor make() {
        Tensor x = pick();
        return switch (draw(16)) {
            case 0, 1, 2 -> x.unary(jumps && draw(4) == 0 ? STEPS[draw(STEPS.length)] : SMOOTH[draw(SMOOTH.length)]);
            case 3, 4, 5 -> x.binary(jumps && draw(4) == 0 ? COMPARISONS[draw(COMPARISONS.length)] : BINARY[draw(BINARY.length)], fitting(x));
            case 6 -> x.mul(value()).add(value());
            case 7 -> jumps ? selected(x, fitting(x)) : x.mul(Tensor.scalar(value()));
            case 8 -> x.shape().rank() == 0 ? x.neg() : x.sum(draw(x.shape().rank()));
            case 9 -> x.shape().rank() == 0 ? x.neg() : x.max(draw(x.shape().rank()));
            case 10 -> draw(2) == 0 ? x.reshape(x.shape().count()) : x.reshape(x.shape().append(1));
            case 11 -> x.shape().rank() < 2 ? x.detach() : x.transpose();
            case 12 -> x.shape().rank() == 0 ? x.detach() : x.slice(-1, 0, Math.max(1, x.size(-1) - 1));
            case 13 -> x.shape().rank() == 0 ? x.square() : x.pad(draw(x.shape().rank()), draw(2), 1);
            case 14 -> x.shape().rank() == 0 ? x.neg() : Tensor.concat(draw(x.shape().rank()), x, x.neg());
            default -> Tensor.of(draw(2) == 0 ? new ElementwiseOp.Broadcast(x, x.shape()) : new ElementwiseOp.Cast(x, DType.FLOAT32), 0);   // change nothing
        };
    }

    private Tensor selected(Tensor x, Tensor condition) {
        return condition.select(x, fitting(x.add(condition)));
    }

    /** Another tensor that stretches together with x. */
    private Tensor fitting(Tensor x) {
        for (int i = 0; i < 20; i++) {
            Tensor y = pick();
            try {
                if (Shape.broadcast("fit", x.shape(), y.shape()).count() <= 2000) return y;
            } catch (TensorException _) {
                continue;   // does not stretch: draw again
            }
        }
        return Tensor.scalar(value());
    }

    /** Every tensor of the graph computed by a program of its own on constants: the meaning of the graph without any planning. */
    static Map<Tensor, HostTensor> oneByOne(List<Tensor> roots, Executor executor, Map<String, float[]> floats, Map<String, int[]> ints) {
        Map<Tensor, HostTensor> values = new HashMap<>();
        for (Op op : Graph.order(roots)) {
            List<Tensor> results = Tensor.results(op);
            if (op instanceof LeafOp.Input(String name, TensorType type)) {
                values.put(results.getFirst(), type.dtype() == DType.INT32 ? HostTensor.ofInts(type.shape(), ints.get(name)) : HostTensor.of(type.shape(), floats.get(name)));
                continue;
            }
            Op alone = op.withInputs(op.inputs().stream().map(input -> Tensor.constant(values.get(input))).toList());
            for (int i = 0; i < results.size(); i++) values.put(results.get(i), Tensor.of(alone, i).eval(executor));
        }
        return values;
    }
}
