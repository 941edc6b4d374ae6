package embedrl.tensor;

import static embedrl.tensor.ReferenceExecutor.at;
import static embedrl.tensor.ReferenceExecutor.put;

/** Movement and index operations of the reference executor. */
final class ReferenceMovement {
    private ReferenceMovement() {
    }

    static Runnable bind(MovementOp op, Buffer[] in, Buffer out) {
        return switch (op) {
            case MovementOp.Reshape _, MovementOp.Detach _ -> throw new IllegalStateException("a reshape or detach has no kernel");
            case MovementOp.Permute p -> () -> permute(p, in[0], out);
            case MovementOp.Slice s -> () -> copyAxis(in[0], s.axis(), s.start(), out, 0, s.end() - s.start());
            case MovementOp.Pad p -> () -> {
                for (int i = 0; i < out.count(); i++) put(out, i, 0);
                copyAxis(in[0], p.axis(), 0, out, p.before(), in[0].type().shape().size(p.axis()));
            };
            case MovementOp.Concat c -> () -> {
                int start = 0;
                for (Buffer part : in) {
                    int size = part.type().shape().size(c.axis());
                    copyAxis(part, c.axis(), 0, out, start, size);
                    start += size;
                }
            };
        };
    }

    private static void permute(MovementOp.Permute op, Buffer in, Buffer out) {
        int[] from = in.type().shape().strides();
        Shape to = out.type().shape();
        int[] strides = to.strides();
        for (int i = 0; i < out.count(); i++) {
            int source = 0;
            for (int axis = 0; axis < to.rank(); axis++) source += i / strides[axis] % to.size(axis) * from[op.axes().get(axis)];
            put(out, i, at(in, source));
        }
    }

    /** Copies size entries along an axis from one start to another; all other axes whole. */
    private static void copyAxis(Buffer in, int axis, int inStart, Buffer out, int outStart, int size) {
        Shape from = in.type().shape();
        Shape to = out.type().shape();
        int outer = from.product(0, axis);
        int inner = from.product(axis + 1, from.rank());
        for (int o = 0; o < outer; o++)
            for (int s = 0; s < size; s++)
                for (int i = 0; i < inner; i++)
                    put(out, (o * to.size(axis) + outStart + s) * inner + i, at(in, (o * from.size(axis) + inStart + s) * inner + i));
    }

    static Runnable index(IndexOp op, Buffer[] in, Buffer out) {
        return switch (op) {
            case IndexOp.Gather g -> () -> gather(g, in, out);
            case IndexOp.ScatterAdd s -> () -> scatterAdd(s, in, out);
            case IndexOp.WriteRows w -> () -> writeRows(w, in, out);
        };
    }

    private static void gather(IndexOp.Gather op, Buffer[] in, Buffer out) {
        int rows = op.table().size(0);
        int width = out.count() / Math.max(1, in[1].count());
        for (int n = 0; n < in[1].count(); n++) {
            int id = (int) at(in[1], n);
            checkId("gather", id, rows);
            for (int i = 0; i < width; i++) put(out, n * width + i, id < 0 ? 0 : at(in[0], id * width + i));
        }
    }

    private static void scatterAdd(IndexOp.ScatterAdd op, Buffer[] in, Buffer out) {
        int width = out.count() / Math.max(1, op.rows());
        double[] sums = new double[out.count()];
        for (int n = 0; n < in[1].count(); n++) {
            int id = (int) at(in[1], n);
            checkId("scatter_add", id, op.rows());
            if (id >= 0) for (int i = 0; i < width; i++) sums[id * width + i] += at(in[0], n * width + i);
        }
        for (int i = 0; i < sums.length; i++) put(out, i, sums[i]);
    }

    private static void writeRows(IndexOp.WriteRows op, Buffer[] in, Buffer out) {
        Shape cache = op.cache().shape();
        int written = op.values().size(1);
        int width = cache.product(2, cache.rank());
        boolean inPlace = in[0].floats() == out.floats() && in[0].offset() == out.offset();
        if (!inPlace) out.copyFrom(in[0]);
        for (int b = 0; b < cache.size(0); b++) {
            int start = (int) at(in[2], b);
            if (start < 0) continue;
            checkRows(start, written, cache.size(1));
            for (int i = 0; i < written * width; i++) put(out, (b * cache.size(1) + start) * width + i, at(in[1], b * written * width + i));
        }
    }

    static void checkId(String operation, int id, int rows) {
        if (id >= rows) throw new TensorException(operation + ": index " + id + " is outside of 0.." + (rows - 1));
    }

    static void checkRows(int start, int count, int capacity) {
        if (start + count > capacity)
            throw new TensorException("write_rows: rows " + start + ".." + (start + count - 1) + " do not fit into a cache of " + capacity + " rows");
    }
}
