package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.ElementwiseOp;
import embedrl.tensor.IndexOp;
import embedrl.tensor.MovementOp;
import embedrl.tensor.Shape;
import embedrl.tensor.TensorException;
import java.util.Arrays;

/** Binds copies, index operations and what the planner leaves of elementwise operations to their kernels. */
final class MovementKernels {
    private static final int SCATTER_COLUMNS = 64;
    private static final int SCATTER_PARTS = 16;

    private MovementKernels() {}

    static Runnable fill(float value, Buffer out, Loops loops) {
        float[] y = out.floats();
        return loops.over(out.count(), 1, (from, to) -> Arrays.fill(y, out.offset() + from, out.offset() + to, value));
    }

    static Runnable elementwise(ElementwiseOp op, Buffer[] in, Buffer out, Loops loops) {
        return switch (op) {
            case ElementwiseOp.Unary _, ElementwiseOp.Binary _, ElementwiseOp.Select _ -> throw new IllegalStateException("the planner fuses " + op.name());
            case ElementwiseOp.Cast _ when out.type().dtype() == DType.FLOAT32 ->
                loops.over(out.count(), 1, (from, to) -> Casts.widen(in[0], from, out.floats(), out.offset() + from, to - from));
            case ElementwiseOp.Cast _ -> loops.over(out.count(), 1, (from, to) -> Casts.narrow(in[0], out, from, to));
            case ElementwiseOp.Broadcast _ -> strided(in[0], broadcastStrides(in[0].type().shape(), out.type().shape()), out, loops);
            case ElementwiseOp.Uniform u -> loops.over(out.count(), 1, (from, to) -> {
                int[] seed = in[0].ints();
                int at = in[0].offset();
                UniformNumbers.fill(seed[at], seed[at + 1], u.stream(), out.floats(), out.offset(), from, to);
            });
        };
    }

    private static int[] broadcastStrides(Shape from, Shape to) {
        int[] strides = new int[to.rank()];
        int lead = to.rank() - from.rank();
        for (int axis = lead; axis < to.rank(); axis++) {
            strides[axis] = from.size(axis - lead) == 1 ? 0 : from.strides()[axis - lead];
        }
        return strides;
    }

    private static Runnable strided(Buffer in, int[] strides, Buffer out, Loops loops) {
        StridedCopy copy = new StridedCopy(out.type().shape().sizes(), strides);
        Loops.Range body = switch (out.type().dtype()) {
            case FLOAT32 -> (from, to) -> copy.floats(in.floats(), in.offset(), out.floats(), out.offset(), from, to);
            case INT32 -> (from, to) -> copy.ints(in.ints(), in.offset(), out.ints(), out.offset(), from, to);
            default -> throw new TensorException("permute: " + out.type() + " cannot be reordered; cast it to FLOAT32 first");
        };
        return loops.over(copy.parts(), copy.partSize(), body);
    }

    static Runnable movement(MovementOp op, Buffer[] in, Buffer out, Loops loops) {
        Shape to = out.type().shape();
        return switch (op) {
            case MovementOp.Reshape _, MovementOp.Detach _ -> throw new IllegalStateException("a reshape or detach has no kernel");
            case MovementOp.Permute p -> {
                int[] strides = in[0].type().shape().strides();
                yield strided(in[0], p.axes().stream().mapToInt(axis -> strides[axis]).toArray(), out, loops);
            }
            case MovementOp.Slice s -> copyAxis(in[0], s.axis(), s.start(), out, 0, s.end() - s.start(), loops);
            case MovementOp.Pad p -> {
                int size = in[0].type().shape().size(p.axis());
                Runnable kernel = copyAxis(in[0], p.axis(), 0, out, p.before(), size, loops);
                yield Loops.sequence(kernel, Loops.sequence(clearAxis(out, p.axis(), 0, p.before(), loops),
                        clearAxis(out, p.axis(), p.before() + size, p.after(), loops)));
            }
            case MovementOp.Concat c -> {
                Runnable kernel = () -> { };
                int start = 0;
                for (Buffer part : in) {
                    int size = part.type().shape().size(c.axis());
                    kernel = start == 0 ? copyAxis(part, c.axis(), 0, out, start, size, loops)
                            : Loops.sequence(kernel, copyAxis(part, c.axis(), 0, out, start, size, loops));
                    start += size;
                }
                yield kernel;
            }
        };
    }

    /** Copies {@code size} entries along an axis from one start to another; all other axes whole. */
    private static Runnable copyAxis(Buffer in, int axis, int inStart, Buffer out, int outStart, int size, Loops loops) {
        Shape from = in.type().shape();
        Shape to = out.type().shape();
        int inner = from.product(axis + 1, from.rank());
        int length = size * inner;
        int inPitch = from.size(axis) * inner;
        int outPitch = to.size(axis) * inner;
        Object x = array(in);
        Object y = array(out);
        int xo = in.offset() + inStart * inner;
        int yo = out.offset() + outStart * inner;
        return loops.over(from.product(0, axis), length, (first, last) -> {
            for (int o = first; o < last; o++) {
                System.arraycopy(x, xo + o * inPitch, y, yo + o * outPitch, length);
            }
        });
    }

    private static Runnable clearAxis(Buffer out, int axis, int start, int size, Loops loops) {
        Shape to = out.type().shape();
        int inner = to.product(axis + 1, to.rank());
        int pitch = to.size(axis) * inner;
        return loops.over(to.product(0, axis), size * inner, (first, last) -> {
            for (int o = first; o < last; o++) {
                int at = out.offset() + o * pitch + start * inner;
                switch (out.type().dtype()) {
                    case FLOAT32 -> Arrays.fill(out.floats(), at, at + size * inner, 0);
                    case INT32 -> Arrays.fill(out.ints(), at, at + size * inner, 0);
                    case BFLOAT16, FLOAT16 -> Arrays.fill(out.halves(), at, at + size * inner, (short) 0);
                    default -> throw new IllegalStateException("no operation computes " + out.type());
                }
            }
        });
    }

    private static Object array(Buffer buffer) {
        return switch (buffer.type().dtype()) {
            case FLOAT32 -> buffer.floats();
            case INT32 -> buffer.ints();
            case BFLOAT16, FLOAT16 -> buffer.halves();
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> buffer.blocks();
        };
    }

    static Runnable index(IndexOp op, Buffer[] in, Buffer out, Loops loops) {
        return switch (op) {
            case IndexOp.Gather g -> gather(g, in, out, loops);
            case IndexOp.ScatterAdd s -> scatterAdd(s, in, out, loops);
            case IndexOp.WriteRows w -> writeRows(w, in, out);
        };
    }

    private static Runnable gather(IndexOp.Gather op, Buffer[] in, Buffer out, Loops loops) {
        int rows = op.table().shape().size(0);
        int width = op.table().shape().product(1, op.table().shape().rank());
        int[] ids = in[1].ints();
        int ia = in[1].offset();
        if (in[0].type().dtype().isNarrow()) {
            return loops.over(in[1].count(), width, (from, to) -> IndexedRows.widen(in[0], rows, ids, ia, out.floats(), out.offset(), width, from, to));
        }
        Object table = array(in[0]);
        Object y = array(out);
        Object zeros = array(Buffer.allocate(new embedrl.tensor.TensorType(out.type().dtype(), Shape.of(width))));
        return loops.over(in[1].count(), width,
                (from, to) -> IndexedRows.gather(table, in[0].offset(), rows, ids, ia, y, out.offset(), zeros, width, from, to));
    }

    private static Runnable scatterAdd(IndexOp.ScatterAdd op, Buffer[] in, Buffer out, Loops loops) {
        int width = out.type().shape().product(1, out.type().shape().rank());
        int chunk = Math.max(SCATTER_COLUMNS, (width + SCATTER_PARTS - 1) / SCATTER_PARTS);
        return Loops.sequence(fill(0, out, loops), loops.chunks(width, chunk, (_, from, to) -> IndexedRows.scatterAdd(in[0].floats(), in[0].offset(),
                in[1].ints(), in[1].offset(), in[1].count(), out.floats(), out.offset(), op.rows(), width, from, to)));
    }

    private static Runnable writeRows(IndexOp.WriteRows op, Buffer[] in, Buffer out) {
        Shape cache = op.cache().shape();
        int capacity = cache.size(1);
        int written = op.values().shape().size(1);
        int width = cache.product(2, cache.rank());
        return () -> {
            if (in[0].floats() != out.floats() || in[0].offset() != out.offset()) {
                out.copyFrom(in[0]);
            }
            for (int b = 0; b < cache.size(0); b++) {
                int start = in[2].ints()[in[2].offset() + b];
                if (start < 0) {
                    continue;
                }
                if (start + written > capacity) {
                    throw new TensorException("write_rows: rows " + start + ".." + (start + written - 1) + " do not fit into a cache of " + capacity + " rows");
                }
                System.arraycopy(in[1].floats(), in[1].offset() + b * written * width, out.floats(), out.offset() + (b * capacity + start) * width,
                        written * width);
            }
        };
    }
}
