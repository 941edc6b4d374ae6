package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.ReduceOp;
import embedrl.tensor.Shape;

/** Binds sums, maxima and their places over neighboring axes, [outer, reduced, inner], to their kernels. */
final class ReduceKernels {
    private static final int LONG_RUN = 32 * 1024;
    private static final int FEW_RUNS = 16;
    private static final int ROWS = 64;

    private ReduceKernels() {}

    static Runnable bind(ReduceOp op, Buffer in, Buffer out, Loops loops) {
        Shape shape = op.x().shape();
        int outer = shape.product(0, op.from());
        int reduced = shape.product(op.from(), op.to());
        int inner = shape.product(op.to(), shape.rank());
        return switch (op) {
            case ReduceOp.Sum _ -> bind(true, outer, reduced, inner, in, out, loops);
            case ReduceOp.Max _ -> bind(false, outer, reduced, inner, in, out, loops);
            case ReduceOp.ArgMax _ -> argMax(outer, reduced, inner, in, out, loops);
        };
    }

    private static Runnable argMax(int outer, int reduced, int inner, Buffer in, Buffer out, Loops loops) {
        float[] x = in.floats();
        int[] y = out.ints();
        return loops.over(outer * inner, reduced, (from, to) -> {
            for (int i = from; i < to; i++) {
                y[out.offset() + i] = Reductions.argMax(x, in.offset() + i / inner * reduced * inner + i % inner, reduced, inner);
            }
        });
    }

    private static Runnable bind(boolean sum, int outer, int reduced, int inner, Buffer in, Buffer out, Loops loops) {
        if (inner == 1) {
            return outer < FEW_RUNS && reduced > LONG_RUN ? longRuns(sum, outer, reduced, in, out, loops) : runs(sum, outer, reduced, in, out, loops);
        }
        int chunk = Math.max(ROWS, Loops.PER_PART / Math.max(1, inner));
        return reduced <= chunk ? columns(sum, outer, reduced, reduced, inner, in.floats(), in.offset(), out.floats(), out.offset(), loops)
                : tallColumns(sum, outer, reduced, chunk, inner, in, out, loops);
    }

    private static Runnable runs(boolean sum, int outer, int reduced, Buffer in, Buffer out, Loops loops) {
        float[] x = in.floats();
        float[] y = out.floats();
        return loops.over(outer, reduced, (from, to) -> {
            for (int o = from; o < to; o++) {
                int at = in.offset() + o * reduced;
                y[out.offset() + o] = sum ? (float) Reductions.sum(x, at, reduced) : Reductions.maximum(x, at, reduced);
            }
        });
    }

    /** Few long runs: pieces of fixed length first, then their results. */
    private static Runnable longRuns(boolean sum, int outer, int reduced, Buffer in, Buffer out, Loops loops) {
        int pieces = (reduced + LONG_RUN - 1) / LONG_RUN;
        double[] partial = new double[outer * pieces];
        float[] x = in.floats();
        Runnable first = loops.chunks(outer * pieces, 1, (i, _, _) -> {
            int start = i % pieces * LONG_RUN;
            int at = in.offset() + i / pieces * reduced + start;
            int count = Math.min(LONG_RUN, reduced - start);
            partial[i] = sum ? Reductions.sum(x, at, count) : Reductions.maximum(x, at, count);
        });
        return Loops.sequence(first, () -> {
            for (int o = 0; o < outer; o++) {
                double result = partial[o * pieces];
                for (int i = 1; i < pieces; i++) {
                    double next = partial[o * pieces + i];
                    result = sum ? result + next : Math.max(result, next);
                }
                out.floats()[out.offset() + o] = (float) result;
            }
        });
    }

    /** Each of {@code outer} blocks of {@code rows} rows, {@code pitch} rows apart, to one row. */
    private static Runnable columns(boolean sum, int outer, int rows, int pitch, int inner, float[] x, int xo, float[] y, int yo, Loops loops) {
        return loops.over(outer, rows * inner, (from, to) -> {
            for (int o = from; o < to; o++) {
                rows(sum, x, xo + o * pitch * inner, rows, y, yo + o * inner, inner);
            }
        });
    }

    private static void rows(boolean sum, float[] x, int at, int rows, float[] y, int to, int inner) {
        if (sum) {
            Reductions.sumRows(x, at, inner, rows, y, to, inner);
        } else {
            Reductions.maximumRows(x, at, inner, rows, y, to, inner);
        }
    }

    /** Many rows: chunks of a fixed number of them first, then their results. */
    private static Runnable tallColumns(boolean sum, int outer, int reduced, int chunk, int inner, Buffer in, Buffer out, Loops loops) {
        int chunks = (reduced + chunk - 1) / chunk;
        float[] partial = new float[outer * chunks * inner];
        Runnable first = loops.chunks(outer * chunks, 1, (i, _, _) -> {
            int start = i % chunks * chunk;
            int at = in.offset() + (i / chunks * reduced + start) * inner;
            rows(sum, in.floats(), at, Math.min(chunk, reduced - start), partial, i * inner, inner);
        });
        return Loops.sequence(first, columns(sum, outer, chunks, chunks, inner, partial, 0, out.floats(), out.offset(), loops));
    }
}
