package embedrl.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One result of a recorded {@link Op}: a node of a graph. Methods record further operations and check shapes at once; nothing is computed until a
 * {@link Program} runs or {@link #eval()} is called. Immutable; two tensors are equal when they are the same result of the same operation object.
 */
public final class Tensor {
    private final Op op;
    private final int output;
    private final TensorType type;

    private Tensor(Op op, int output) {
        this.op = op;
        this.output = output;
        this.type = op.outputs().get(output);
    }

    /** A result of an operation. */
    public static Tensor of(Op op, int output) {
        return new Tensor(op, output);
    }

    /** All results of an operation. */
    public static List<Tensor> results(Op op) {
        return IntStream.range(0, op.outputs().size()).mapToObj(i -> new Tensor(op, i)).toList();
    }

    // Leaves

    public static Tensor input(String name, DType dtype, int... sizes) {
        return of(new LeafOp.Input(name, new TensorType(dtype, Shape.of(sizes))), 0);
    }

    public static Tensor constant(HostTensor values) {
        return of(new LeafOp.Constant(values), 0);
    }

    public static Tensor of(Shape shape, float... values) {
        return constant(HostTensor.of(shape, values));
    }

    /** An INT32 constant. */
    public static Tensor ofInts(Shape shape, int... values) {
        return constant(HostTensor.ofInts(shape, values));
    }

    /** A matrix from rows of equal length. */
    public static Tensor of(float[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        float[] values = new float[rows.length * columns];
        for (int i = 0; i < rows.length; i++) {
            Check.that(rows[i].length == columns, "tensor: rows must have equal lengths, row 0 has %d and row %d has %d", columns, i, rows[i].length);
            System.arraycopy(rows[i], 0, values, i * columns, columns);
        }
        return of(Shape.of(rows.length, columns), values);
    }

    public static Tensor scalar(float value) {
        return full(Shape.SCALAR, value);
    }

    public static Tensor full(Shape shape, float value) {
        return of(new LeafOp.Fill(value, shape), 0);
    }

    public static Tensor zeros(Shape shape) {
        return full(shape, 0);
    }

    /** Constant standard normal numbers. */
    public static Tensor normal(Shape shape, Seed seed) {
        float[] values = new float[shape.count()];
        for (int i = 0; i < values.length; i++) values[i] = (float) seed.normal(i);
        return of(shape, values);
    }

    /** Uniform numbers in [0, 1) that change with the run-time seed, INT32 [2]. */
    public static Tensor uniform(Shape shape, Tensor seed, int stream) {
        return of(new ElementwiseOp.Uniform(seed, stream, shape), 0);
    }

    // What it is

    public Op op() {
        return op;
    }

    public int output() {
        return output;
    }

    public TensorType type() {
        return type;
    }

    public Shape shape() {
        return type.shape();
    }

    public DType dtype() {
        return type.dtype();
    }

    /** Size of an axis; negative axes count from the end. */
    public int size(int axis) {
        return type.shape().size(axis);
    }

    // Elementwise

    public Tensor unary(UnaryKind kind) {
        return of(new ElementwiseOp.Unary(kind, this), 0);
    }

    /** kind(this, other), stretching axes of size 1. */
    public Tensor binary(BinaryKind kind, Tensor other) {
        Shape shape = Shape.broadcast(kind.name().toLowerCase(), shape(), other.shape());
        return of(new ElementwiseOp.Binary(kind, broadcastTo(shape), other.broadcastTo(shape)), 0);
    }

    private Tensor binary(BinaryKind kind, float other) {
        return of(new ElementwiseOp.Binary(kind, this, full(shape(), other)), 0);
    }

    public Tensor broadcastTo(Shape shape) {
        if (shape().equals(shape)) return this;
        if (op instanceof LeafOp.Fill fill) return full(shape, fill.value());
        return of(new ElementwiseOp.Broadcast(this, shape), 0);
    }

    public Tensor add(Tensor other) {
        return binary(BinaryKind.ADD, other);
    }

    public Tensor add(float other) {
        return binary(BinaryKind.ADD, other);
    }

    public Tensor sub(Tensor other) {
        return binary(BinaryKind.SUB, other);
    }

    public Tensor sub(float other) {
        return binary(BinaryKind.SUB, other);
    }

    public Tensor mul(Tensor other) {
        return binary(BinaryKind.MUL, other);
    }

    public Tensor mul(float other) {
        return binary(BinaryKind.MUL, other);
    }

    public Tensor div(Tensor other) {
        return binary(BinaryKind.DIV, other);
    }

    public Tensor div(float other) {
        return binary(BinaryKind.DIV, other);
    }

    public Tensor max(Tensor other) {
        return binary(BinaryKind.MAX, other);
    }

    public Tensor min(Tensor other) {
        return binary(BinaryKind.MIN, other);
    }

    public Tensor pow(float exponent) {
        return binary(BinaryKind.POW, exponent);
    }

    /** This limited to low..high; the gradient is 0 outside. */
    public Tensor clamp(float low, float high) {
        return binary(BinaryKind.MAX, low).binary(BinaryKind.MIN, high);
    }

    /** 1 where this < other, else 0. */
    public Tensor less(Tensor other) {
        return binary(BinaryKind.LESS, other);
    }

    public Tensor less(float other) {
        return binary(BinaryKind.LESS, other);
    }

    public Tensor lessOrEqual(Tensor other) {
        return binary(BinaryKind.LESS_EQUAL, other);
    }

    public Tensor equalTo(Tensor other) {
        return binary(BinaryKind.EQUAL, other);
    }

    /** ifTrue where this ≠ 0, else ifFalse. */
    public Tensor select(Tensor ifTrue, Tensor ifFalse) {
        Shape shape = Shape.broadcast("select", shape(), Shape.broadcast("select", ifTrue.shape(), ifFalse.shape()));
        return of(new ElementwiseOp.Select(broadcastTo(shape), ifTrue.broadcastTo(shape), ifFalse.broadcastTo(shape)), 0);
    }

    public Tensor cast(DType to) {
        return dtype() == to ? this : of(new ElementwiseOp.Cast(this, to), 0);
    }

    public Tensor neg() {
        return unary(UnaryKind.NEG);
    }

    public Tensor abs() {
        return unary(UnaryKind.ABS);
    }

    public Tensor square() {
        return unary(UnaryKind.SQUARE);
    }

    public Tensor sqrt() {
        return unary(UnaryKind.SQRT);
    }

    public Tensor exp() {
        return unary(UnaryKind.EXP);
    }

    public Tensor log() {
        return unary(UnaryKind.LOG);
    }

    public Tensor tanh() {
        return unary(UnaryKind.TANH);
    }

    public Tensor sigmoid() {
        return unary(UnaryKind.SIGMOID);
    }

    public Tensor relu() {
        return unary(UnaryKind.RELU);
    }

    public Tensor silu() {
        return unary(UnaryKind.SILU);
    }

    public Tensor geluTanh() {
        return unary(UnaryKind.GELU_TANH);
    }

    public Tensor geluErf() {
        return unary(UnaryKind.GELU_ERF);
    }

    // Reductions

    /** Sum of all elements: a scalar. */
    public Tensor sum() {
        return of(new ReduceOp.Sum(this, 0, shape().rank()), 0);
    }

    /** Sum over one axis, which disappears. */
    public Tensor sum(int axis) {
        int a = shape().axis(axis);
        return of(new ReduceOp.Sum(this, a, a + 1), 0);
    }

    /** Sum over the last axis, which stays with size 1. */
    public Tensor sumRows() {
        return sum(-1).reshape(shape().with(-1, 1));
    }

    public Tensor mean() {
        return sum().mul(1f / Math.max(1, shape().count()));
    }

    public Tensor mean(int axis) {
        return sum(axis).mul(1f / Math.max(1, size(axis)));
    }

    /** Largest element over one axis, which disappears. */
    public Tensor max(int axis) {
        int a = shape().axis(axis);
        return of(new ReduceOp.Max(this, a, a + 1), 0);
    }

    /** Index of the largest element along one axis, which disappears: INT32. The first of equal ones; the first NaN where there is one. Passes no gradient on. */
    public Tensor argMax(int axis) {
        int a = shape().axis(axis);
        return of(new ReduceOp.ArgMax(this, a, a + 1), 0);
    }

    // Movement

    public Tensor reshape(Shape shape) {
        return shape().equals(shape) ? this : of(new MovementOp.Reshape(this, shape), 0);
    }

    /** Another shape of the same elements; one size may be −1 and is then worked out. */
    public Tensor reshape(int... sizes) {
        int known = 1;
        int open = -1;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == -1) open = i;
            else known *= sizes[i];
        }
        int[] whole = sizes.clone();
        if (open >= 0) {
            Check.that(known > 0 && shape().count() % known == 0, "reshape: %s cannot be split into parts of %d", shape(), known);
            whole[open] = shape().count() / known;
        }
        return reshape(Shape.of(whole));
    }

    public Tensor detach() {
        return of(new MovementOp.Detach(this), 0);
    }

    public Tensor permute(Integer... axes) {
        return of(new MovementOp.Permute(this, List.of(axes)), 0);
    }

    /** The last two axes exchanged. */
    public Tensor transpose() {
        Check.rankAtLeast("transpose", "x", this, 2);
        List<Integer> axes = new ArrayList<>(IntStream.range(0, shape().rank()).boxed().toList());
        java.util.Collections.swap(axes, axes.size() - 1, axes.size() - 2);
        return of(new MovementOp.Permute(this, axes), 0);
    }

    public Tensor slice(int axis, int start, int end) {
        return of(new MovementOp.Slice(this, axis, start, end), 0);
    }

    public Tensor pad(int axis, int before, int after) {
        return of(new MovementOp.Pad(this, axis, before, after), 0);
    }

    public static Tensor concat(int axis, Tensor... parts) {
        return of(new MovementOp.Concat(List.of(parts), axis), 0);
    }

    // Products and rows

    /** this · other over the last two axes. */
    public Tensor matmul(Tensor other) {
        return of(new ContractionOp.MatMul(this, other, false, false), 0);
    }

    /** this · otherᵀ: the product of a linear layer with weight [out, in]. */
    public Tensor matmulTransposed(Tensor other) {
        return of(new ContractionOp.MatMul(this, other, false, true), 0);
    }

    /** thisᵀ · other. */
    public Tensor transposedMatmul(Tensor other) {
        return of(new ContractionOp.MatMul(this, other, true, false), 0);
    }

    public Tensor softmax() {
        return of(new RowOp.Softmax(this), 0);
    }

    public Tensor logSumExp() {
        return of(new RowOp.LogSumExp(this), 0);
    }

    public Tensor rmsNorm(Tensor weight, float epsilon) {
        return of(new RowOp.RmsNorm(this, weight, epsilon), 0);
    }

    public Tensor layerNorm(Tensor weight, Tensor bias, float epsilon) {
        return of(new RowOp.LayerNorm(this, weight, bias, epsilon), 0);
    }

    /** Draws a column of each row from softmax(this) by numbers in [0, 1), one a row: INT32. See {@link RowOp.Draw}. */
    public Tensor draw(Tensor uniform) {
        return of(new RowOp.Draw(this, uniform), 0);
    }

    /** Negative log-likelihood of one INT32 target per row of logits; 0 where the target is negative. */
    public Tensor crossEntropy(Tensor targets) {
        return of(new RowOp.CrossEntropy(this, targets), 0);
    }

    /** x / max(|x|, 1e-12) over the last axis. */
    public Tensor l2Normalize() {
        Tensor squaredNorm = square().sumRows();   // limited before the root: a zero row then has the gradient of x · 10¹², as in PyTorch, and not NaN
        return div(squaredNorm.max(full(squaredNorm.shape(), 1e-24f)).sqrt());
    }

    public Tensor rotary(Tensor cos, Tensor sin) {
        return of(new RowOp.Rotary(this, cos, sin, false), 0);
    }

    /** Rows of this table picked by INT32 ids; a negative id gives zeros. */
    public Tensor gather(Tensor ids) {
        return of(new IndexOp.Gather(this, ids), 0);
    }

    public Tensor scatterAdd(Tensor ids, int rows) {
        return of(new IndexOp.ScatterAdd(this, ids, rows), 0);
    }

    /** Computes this tensor now on the standard executor. For exploring and tests: loops compile a {@link Program} once. */
    public HostTensor eval() {
        return eval(Executors.standard());
    }

    public HostTensor eval(Executor executor) {
        try (Program program = Program.builder().output("value", this).compile(executor)) {
            program.run();
            return program.read("value");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor tensor && tensor.op == op && tensor.output == output;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(op) * 31 + output;
    }

    /** Operation and type, like "softmax → FLOAT32[2, 3]". */
    @Override
    public String toString() {
        return op.name() + " → " + type;
    }
}
