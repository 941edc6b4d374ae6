package embedrl.tensor.tornado;

import embedrl.tensor.BinaryKind;
import embedrl.tensor.ContractionOp;
import embedrl.tensor.DType;
import embedrl.tensor.ElementwiseOp;
import embedrl.tensor.IndexOp;
import embedrl.tensor.LeafOp;
import embedrl.tensor.MovementOp;
import embedrl.tensor.Op;
import embedrl.tensor.ReduceOp;
import embedrl.tensor.RowOp;
import embedrl.tensor.Shape;
import embedrl.tensor.Step;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.UpdateOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Turns the steps of a plan into launches of the catalogue's kernels. One exhaustive switch per group of operations: an operation without a kernel does not compile.
 * Work of no elements gives no launch.
 */
final class Lowering {
    /** How few rows a product may have to be computed as single dots. */
    private static final int FEW_ROWS = 8;

    private static final int GOLDEN = 0x9E3779B9;

    private final Layout layout;
    private final boolean processor;
    private final Set<DeviceOption> options;
    private final List<Launch> launches = new ArrayList<>();

    Lowering(Layout layout, boolean processor, Set<DeviceOption> options) {
        this.layout = layout;
        this.processor = processor;
        this.options = options;
    }

    /** The launches of one step, in order. */
    List<Launch> lower(Step step) {
        launches.clear();
        switch (step) {
            case Step.Chain chain -> {
                if (chain.result().shape().count() > 0) launches.addAll(new ChainCode(chain, layout, processor).launches());
            }
            case Step.Single(Op op, _, List<Tensor> writes) -> single(op, writes);
            case Step.Product _, Step.Joined _ -> throw new IllegalStateException("products are joined with chains only for executors that ask for it");
            case Step.Store(var variable, Tensor value) -> copy(value, layout.variable(variable));
        }
        return List.copyOf(launches);
    }

    private void add(Kernel kernel, int work, int... parameters) {
        if (work > 0) launches.add(new Launch(kernel, parameters, work));
    }

    private int at(Tensor tensor) {
        return layout.offset(tensor);
    }

    private static boolean ints(Tensor tensor) {
        return tensor.dtype() == DType.INT32;
    }

    private void single(Op op, List<Tensor> out) {
        Tensor y = out.getFirst();
        switch (op) {
            case LeafOp.Fill fill -> add(Kernel.FILL, y.shape().count(), y.shape().count(), at(y), layout.literal(fill.value()));
            case LeafOp _ -> throw new IllegalStateException("a leaf has no kernel: " + op);
            case ElementwiseOp e -> elementwise(e, y);
            case MovementOp m -> movement(m, y);
            case ReduceOp r -> reduce(r, y);
            case RowOp r -> rows(r, out);
            case ContractionOp c -> contraction(c, out);
            case IndexOp i -> index(i, y);
            case UpdateOp.AdamW w -> adamW(w, out);
        }
    }

    private void copy(Tensor from, int to) {
        int count = from.shape().count();
        add(ints(from) ? Kernel.COPY_INTS : Kernel.COPY, count, count, at(from), to);
    }

    private void elementwise(ElementwiseOp op, Tensor y) {
        int count = y.shape().count();
        switch (op) {
            case ElementwiseOp.Unary _, ElementwiseOp.Binary _, ElementwiseOp.Select _ -> throw new IllegalStateException("the planner makes chains of " + op.name());
            case ElementwiseOp.Cast cast -> {
                if (cast.to() == DType.INT32) add(Kernel.TRUNCATE, count, count, at(cast.x()), at(y));
                else if (cast.to() == DType.BFLOAT16) add(Kernel.ROUND, count, count, at(cast.x()), at(y), 8, -126, layout.literal(Float.MAX_VALUE), layout.literal(Float.POSITIVE_INFINITY));
                else if (cast.to() == DType.FLOAT16) add(Kernel.ROUND, count, count, at(cast.x()), at(y), 11, -14, layout.literal(65536), layout.literal(Float.POSITIVE_INFINITY));
                else throw new TensorException("tornado: a cast to " + cast.to() + " has no kernel; compute it on --device cpu");
            }
            case ElementwiseOp.Broadcast broadcast -> {
                Shape from = broadcast.x().shape();
                int lead = broadcast.shape().rank() - from.rank();
                int[] strides = new int[broadcast.shape().rank()];
                for (int axis = lead; axis < strides.length; axis++) strides[axis] = from.size(axis - lead) == 1 ? 0 : from.strides()[axis - lead];
                strided(broadcast.x(), strides, y);
            }
            case ElementwiseOp.Uniform uniform -> add(Kernel.UNIFORM, count, count, at(y), at(uniform.seed()), uniform.stream() * GOLDEN);
        }
    }

    /** y takes x by strides, one per axis of y; axes that lie side by side in both are walked as one. */
    private void strided(Tensor x, int[] strides, Tensor y) {
        List<int[]> axes = new ArrayList<>();   // innermost first: size, stride
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            int size = y.shape().size(axis);
            if (size == 1) continue;
            int[] last = axes.isEmpty() ? null : axes.getLast();
            if (last != null && strides[axis] == last[0] * last[1]) last[0] *= size;
            else axes.add(new int[] {size, strides[axis]});
        }
        int[] parameters = new int[4 + 2 * axes.size()];
        parameters[0] = y.shape().count();
        parameters[1] = at(x);
        parameters[2] = at(y);
        parameters[3] = axes.size();
        for (int i = 0; i < axes.size(); i++) System.arraycopy(axes.get(i), 0, parameters, 4 + 2 * i, 2);
        add(ints(x) ? Kernel.STRIDED_INTS : Kernel.STRIDED, y.shape().count(), parameters);
    }

    private void movement(MovementOp op, Tensor y) {
        switch (op) {
            case MovementOp.Reshape _, MovementOp.Detach _ -> throw new IllegalStateException("a reshape or detach has no kernel");
            case MovementOp.Permute permute -> {
                int[] from = permute.x().shape().strides();
                strided(permute.x(), permute.axes().stream().mapToInt(axis -> from[axis]).toArray(), y);
            }
            case MovementOp.Slice slice -> window(slice.x(), slice.axis(), slice.start(), slice.end() - slice.start(), y, 0);
            case MovementOp.Pad pad -> window(pad.x(), pad.axis(), -pad.before(), y.shape().size(pad.axis()), y, 0);
            case MovementOp.Concat concat -> {
                int start = 0;
                for (Tensor part : concat.parts()) {
                    int size = part.shape().size(concat.axis());
                    window(part, concat.axis(), 0, size, y, start);
                    start += size;
                }
            }
        }
    }

    private void window(Tensor x, int axis, int startX, int size, Tensor y, int startY) {
        Shape shape = x.shape();
        int inner = shape.product(axis + 1, shape.rank());
        int count = shape.product(0, axis) * size * inner;
        add(ints(x) ? Kernel.WINDOW_INTS : Kernel.WINDOW, count, count, at(x), at(y), inner, size, shape.size(axis), startX, y.shape().size(axis), startY);
    }

    private void reduce(ReduceOp op, Tensor y) {
        Shape shape = op.x().shape();
        int reduced = shape.product(op.from(), op.to());
        int inner = shape.product(op.to(), shape.rank());
        Kernel kernel = switch (op) {
            case ReduceOp.Sum _ -> Kernel.SUM;
            case ReduceOp.Max _ -> Kernel.MAX;
            case ReduceOp.ArgMax _ -> Kernel.ARG_MAX;
        };
        add(kernel, y.shape().count(), y.shape().count(), at(op.x()), at(y), reduced, inner);
    }

    private void rows(RowOp op, List<Tensor> out) {
        Tensor x = op.inputs().getFirst();
        int columns = x.shape().columns();
        int rows = columns == 0 ? 0 : x.shape().rows();
        int count = x.shape().count();
        int y = at(out.getFirst());
        switch (op) {
            case RowOp.Softmax _ -> add(Kernel.SOFTMAX, rows, at(x), y, columns);
            case RowOp.LogSumExp _ -> add(Kernel.LOG_SUM_EXP, rows, at(x), y, columns);
            case RowOp.Draw draw -> add(Kernel.DRAW, rows, at(x), at(draw.uniform()), y, columns);
            case RowOp.CrossEntropy ce -> add(Kernel.CROSS_ENTROPY, rows, at(x), at(ce.targets()), y, at(out.get(1)), columns, layout.check(new IndexCheck.Target(columns)));
            case RowOp.CrossEntropyGradient ce -> add(Kernel.CROSS_ENTROPY_GRADIENT, count, count, at(x), at(ce.targets()), at(ce.logSumExp()), at(ce.dnll()), y, columns,
                    layout.check(new IndexCheck.Target(columns)));
            case RowOp.Rotary rotary -> {
                int half = x.shape().size(3) / 2;
                add(Kernel.ROTARY, count / 2, count / 2, at(x), at(rotary.cos()), at(rotary.sin()), y, x.shape().size(2), half, rotary.inverse() ? -1 : 1);
            }
            case RowOp.RmsNorm norm -> add(Kernel.RMS_NORM, rows, at(x), at(norm.weight()), y, at(out.get(1)), columns, layout.literal(norm.epsilon()));
            case RowOp.RmsNormGradient g -> {
                add(Kernel.RMS_NORM_INPUT, rows, at(x), at(g.weight()), at(g.inverseRms()), at(g.dy()), y, columns);
                add(Kernel.RMS_NORM_WEIGHT, columns, at(x), at(g.inverseRms()), at(g.dy()), at(out.get(1)), rows, columns);
            }
            case RowOp.LayerNorm norm -> add(Kernel.LAYER_NORM, rows, at(x), at(norm.weight()), at(norm.bias()), y, at(out.get(1)), at(out.get(2)), columns,
                    layout.literal(norm.epsilon()));
            case RowOp.LayerNormGradient g -> {
                add(Kernel.LAYER_NORM_INPUT, rows, at(x), at(g.weight()), at(g.mean()), at(g.inverseDeviation()), at(g.dy()), y, columns);
                add(Kernel.LAYER_NORM_WEIGHT, columns, at(x), at(g.mean()), at(g.inverseDeviation()), at(g.dy()), at(out.get(1)), at(out.get(2)), rows, columns);
            }
        }
    }

    private void contraction(ContractionOp op, List<Tensor> out) {
        switch (op) {
            case ContractionOp.MatMul product -> matMul(product, at(out.getFirst()));
            case ContractionOp.Attention a -> {
                int[] head = heads(a.q(), a.k(), a.v(), a.keyLengths(), a.scale(), a.causal());
                int groups = a.q().shape().product(0, 3);
                add(vectors(a.q()) ? Kernel.ATTENTION_VECTORS : Kernel.ATTENTION, groups, joined(head, at(out.get(0)), at(out.get(1)), layout.literal(Float.NEGATIVE_INFINITY)));
            }
            case ContractionOp.AttentionGradient g -> {
                int[] head = heads(g.q(), g.k(), g.v(), g.keyLengths(), g.scale(), g.causal());
                int delta = layout.workspace(g.logSumExp().shape().count());
                boolean vectors = vectors(g.q());
                add(vectors ? Kernel.ATTENTION_QUERIES_VECTORS : Kernel.ATTENTION_QUERIES, g.q().shape().product(0, 3), joined(head, at(g.y()), at(g.logSumExp()), at(g.dy()), at(out.get(0)), delta));
                add(vectors ? Kernel.ATTENTION_KEYS_VECTORS : Kernel.ATTENTION_KEYS, g.k().shape().product(0, 3), joined(head, at(out.get(1)), at(out.get(2)), at(g.logSumExp()), at(g.dy()), delta));
            }
        }
    }

    /** Whether heads are cut into vectors. */
    private boolean vectors(Tensor q) {
        return processor && q.size(3) % Vectors.ELEMENTS == 0;
    }

    private int[] heads(Tensor q, Tensor k, Tensor v, Tensor lengths, float scale, boolean causal) {
        return new int[] {q.size(1), k.size(1), q.size(2), k.size(2), q.size(3), layout.literal(scale), causal ? 1 : 0, at(q), at(k), at(v), at(lengths)};
    }

    private static int[] joined(int[] head, int... more) {
        int[] all = java.util.Arrays.copyOf(head, head.length + more.length);
        System.arraycopy(more, 0, all, head.length, more.length);
        return all;
    }

    private void matMul(ContractionOp.MatMul op, int y) {
        int m = op.m();
        int n = op.n();
        int k = op.k();
        int batchB = op.b().shape().rank() == 2 ? 0 : k * n;
        int rowA = op.transposeA() ? 1 : k;
        int columnA = op.transposeA() ? m : 1;
        int rowB = op.transposeB() ? 1 : n;
        int columnB = op.transposeB() ? k : 1;
        int batches = op.batches();
        if (processor && m >= VectorMatMulKernels.ROWS && n >= VectorMatMulKernels.COLUMNS) {
            int blocks = Math.ceilDiv(m, VectorMatMulKernels.ROWS);
            int panels = Math.ceilDiv(n, VectorMatMulKernels.COLUMNS);
            int b = at(op.b());
            int panel = 0;
            if (columnB != 1) {
                int matrices = batchB == 0 ? 1 : batches;
                panel = k * VectorMatMulKernels.COLUMNS;
                int packed = layout.workspace(matrices * panels * panel);
                add(Kernel.MATMUL_PACK, matrices * panels * k, matrices * panels * k, n, k, b, rowB, columnB, batchB, packed, panels);
                b = packed;
                rowB = VectorMatMulKernels.COLUMNS;
                batchB = batchB == 0 ? 0 : panels * panel;
            }
            add(Kernel.MATMUL_VECTORS, batches * blocks * panels, m, n, k, at(op.a()), rowA, columnA, m * k, b, rowB, panel, batchB, y, blocks, panels);
            return;
        }
        if (options.contains(DeviceOption.CUBLAS) && k > 0) {
            add(Kernel.MATMUL_CUBLAS, batches * m * n, m, n, k, at(op.a()), rowA, columnA, m * k, at(op.b()), rowB, columnB, batchB, y, batches);
            return;
        }
        boolean dots = m <= FEW_ROWS || n <= FEW_ROWS;
        if (options.contains(DeviceOption.BF16) && !dots) {
            int largeM = Math.ceilDiv(m, TensorCoreKernels.TILE);
            int largeN = Math.ceilDiv(n, TensorCoreKernels.TILE);
            int aside = layout.workspace(batches * TensorCoreKernels.edgeTiles(m, n) * TensorCoreKernels.TILE * TensorCoreKernels.TILE);
            add(Kernel.MATMUL_TENSOR_CORES, batches * largeM * largeN, m, n, k, at(op.a()), rowA, columnA, m * k, at(op.b()), rowB, columnB, batchB, y, largeM, largeN, aside, -1);
            return;
        }
        int tilesM = Math.ceilDiv(m, MatMulKernels.TILE);
        int tilesN = Math.ceilDiv(n, MatMulKernels.TILE);
        add(dots ? Kernel.DOTS : Kernel.MATMUL, batches * (dots ? m * n : tilesM * tilesN), m, n, k, at(op.a()), rowA, columnA, m * k, at(op.b()), rowB, columnB, batchB, y, tilesM, tilesN);
    }

    private void index(IndexOp op, Tensor y) {
        int count = y.shape().count();
        switch (op) {
            case IndexOp.Gather gather -> {
                int width = count / Math.max(1, gather.ids().shape().count());
                add(ints(y) ? Kernel.GATHER_INTS : Kernel.GATHER, count, count, at(gather.table()), at(gather.ids()), at(y), width, gather.table().size(0),
                        layout.check(new IndexCheck.Row("gather", gather.table().size(0))));
            }
            case IndexOp.ScatterAdd scatter -> {
                int width = count / Math.max(1, scatter.rows());
                add(Kernel.SCATTER_ADD, scatter.rows(), scatter.rows(), at(scatter.values()), at(scatter.ids()), at(y), width, scatter.ids().shape().count(),
                        layout.check(new IndexCheck.Row("scatter_add", scatter.rows())));
            }
            case IndexOp.WriteRows write -> {
                if (!layout.together(write.cache(), y)) copy(write.cache(), at(y));
                Shape cache = write.cache().shape();
                int width = cache.product(2, cache.rank());
                int values = write.values().shape().count();
                int written = write.values().size(1);
                add(Kernel.WRITE_ROWS, values, values, at(write.values()), at(write.starts()), at(y), written * width, cache.size(1) * width, width,
                        layout.check(new IndexCheck.Write(written, cache.size(1))));
            }
        }
    }

    private void adamW(UpdateOp.AdamW op, List<Tensor> out) {
        int count = op.parameter().shape().count();
        int literals = layout.literals(op.beta1(), (float) (1 - (double) op.beta1()), (float) Math.log(op.beta1()), op.beta2(), (float) (1 - (double) op.beta2()),
                (float) Math.log(op.beta2()), op.epsilon(), op.weightDecay());
        add(Kernel.ADAM_W, count, count, at(op.parameter()), at(op.gradient()), at(op.m()), at(op.v()), at(op.learningRate()), at(op.step()), at(op.gradientScale()), at(out.get(0)),
                at(out.get(1)), at(out.get(2)), literals);
    }

    /** Opcodes of the chain interpreter for binary operations follow the order of {@link BinaryKind}. */
    static int opcode(BinaryKind kind) {
        return ChainKernels.BINARY + kind.ordinal();
    }
}
