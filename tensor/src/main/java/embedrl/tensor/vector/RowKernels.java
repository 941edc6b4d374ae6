package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.RowOp;
import embedrl.tensor.Shape;
import embedrl.tensor.UpdateOp;

/** Binds fused row operations and optimizer steps to their kernels. */
final class RowKernels {
    /** Most chunks of rows whose gradients of a weight are kept apart. */
    private static final int CHUNKS = 16;

    private RowKernels() {}

    static Runnable bind(RowOp op, Buffer[] in, Buffer[] out, Loops loops) {
        Shape shape = op.inputs().getFirst().shape();
        int rows = shape.rows();
        int c = shape.columns();
        float[] x = in[0].floats();
        int xo = in[0].offset();
        float[] y = op instanceof RowOp.Draw ? null : out[0].floats(); // drawn columns are INT32
        int yo = out[0].offset();
        return switch (op) {
            case RowOp.Softmax _ -> loops.over(rows, c, (from, to) -> Rows.softmax(x, xo, y, yo, c, from, to));
            case RowOp.LogSumExp _ -> loops.over(rows, c, (from, to) -> Rows.logSumExp(x, xo, y, yo, c, from, to));
            case RowOp.RmsNorm n -> loops.over(rows, c, (from, to) -> Norms.rms(x, xo, in[1].floats(), in[1].offset(), n.epsilon(), y, yo,
                    out[1].floats(), out[1].offset(), c, from, to));
            case RowOp.RmsNormGradient _ -> rmsGradient(rows, c, in, out, loops);
            case RowOp.LayerNorm n -> loops.over(rows, c, (from, to) -> Norms.layer(x, xo, in[1].floats(), in[1].offset(), in[2].floats(),
                    in[2].offset(), n.epsilon(), y, yo, out[1].floats(), out[1].offset(), out[2].floats(), out[2].offset(), c, from, to));
            case RowOp.LayerNormGradient _ -> layerGradient(rows, c, in, out, loops);
            case RowOp.CrossEntropy _ -> loops.over(rows, c, (from, to) -> Rows.crossEntropy(x, xo, in[1].ints(), in[1].offset(), y, yo,
                    out[1].floats(), out[1].offset(), c, from, to));
            case RowOp.CrossEntropyGradient _ -> loops.over(rows, c, (from, to) -> Rows.crossEntropyGradient(x, xo, in[1].ints(), in[1].offset(),
                    in[2].floats(), in[2].offset(), in[3].floats(), in[3].offset(), y, yo, c, from, to));
            case RowOp.Draw _ -> draw(rows, c, in, out[0], loops);
            case RowOp.Rotary r -> {
                int heads = shape.size(2);
                int half = shape.size(3) / 2;
                yield loops.over(shape.size(0) * shape.size(1), heads * 2 * half, (from, to) -> Rotary.rotate(x, xo, in[1].floats(), in[1].offset(),
                        in[2].floats(), in[2].offset(), y, yo, heads, half, r.inverse(), from, to));
            }
        };
    }

    private static Runnable draw(int rows, int c, Buffer[] in, Buffer out, Loops loops) {
        float[] x = in[0].floats();
        float[] uniform = in[1].floats();
        return loops.over(rows, c, (from, to) -> {
            for (int r = from; r < to; r++) {
                out.ints()[out.offset() + r] = Draws.draw(x, in[0].offset() + r * c, c, uniform[in[1].offset() + r]);
            }
        });
    }

    private static int chunk(int rows, int columns) {
        return Math.max(Loops.chunk(rows, columns), (rows + CHUNKS - 1) / CHUNKS);
    }

    private static Runnable rmsGradient(int rows, int c, Buffer[] in, Buffer[] out, Loops loops) {
        int size = chunk(rows, c);
        int chunks = (rows + size - 1) / size;
        float[] dw = new float[chunks * c];
        Runnable first = loops.chunks(rows, size, (i, from, to) -> Norms.rmsGradient(in[0].floats(), in[0].offset(), in[1].floats(), in[1].offset(),
                in[2].floats(), in[2].offset(), in[3].floats(), in[3].offset(), out[0].floats(), out[0].offset(), dw, i * c, c, from, to));
        return Loops.sequence(first, total(dw, chunks, c, out[1]));
    }

    private static Runnable layerGradient(int rows, int c, Buffer[] in, Buffer[] out, Loops loops) {
        int size = chunk(rows, c);
        int chunks = (rows + size - 1) / size;
        float[] dw = new float[chunks * c];
        float[] db = new float[chunks * c];
        Runnable first = loops.chunks(rows, size, (i, from, to) -> Norms.layerGradient(in[0].floats(), in[0].offset(), in[1].floats(),
                in[1].offset(), in[2].floats(), in[2].offset(), in[3].floats(), in[3].offset(), in[4].floats(), in[4].offset(), out[0].floats(),
                out[0].offset(), dw, i * c, db, i * c, c, from, to));
        return Loops.sequence(first, Loops.sequence(total(dw, chunks, c, out[1]), total(db, chunks, c, out[2])));
    }

    private static Runnable total(float[] slots, int chunks, int columns, Buffer out) {
        return () -> Reductions.sumRows(slots, 0, columns, chunks, out.floats(), out.offset(), columns);
    }

    static Runnable adamW(UpdateOp.AdamW op, Buffer[] in, Buffer[] out, Loops loops) {
        AdamWUpdate update = new AdamWUpdate(op);
        var operands = new AdamWUpdate.Operands(in[0].floats(), in[0].offset(), in[1].floats(), in[1].offset(), in[2].floats(), in[2].offset(),
                in[3].floats(), in[3].offset(), out[0].floats(), out[0].offset(), out[1].floats(), out[1].offset(), out[2].floats(), out[2].offset());
        Runnable begin = () -> update.begin(in[4].floats()[in[4].offset()], in[5].floats()[in[5].offset()], in[6].floats()[in[6].offset()]);
        return Loops.sequence(begin, loops.over(in[0].count(), 1, (from, to) -> update.run(operands, from, to)));
    }
}
