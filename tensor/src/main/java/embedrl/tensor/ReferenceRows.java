package embedrl.tensor;

import static embedrl.tensor.ReferenceExecutor.at;
import static embedrl.tensor.ReferenceExecutor.put;

/** Reductions and row operations of the reference executor. */
final class ReferenceRows {
    private ReferenceRows() {
    }

    static Runnable reduce(ReduceOp op, Buffer in, Buffer out) {
        Shape shape = op.x().shape();
        int reduced = shape.product(op.from(), op.to());
        int inner = shape.product(op.to(), shape.rank());
        return () -> {
            for (int i = 0; i < out.count(); i++) {
                int start = i / Math.max(1, inner) * reduced * inner + i % Math.max(1, inner);
                switch (op) {
                    case ReduceOp.Sum _ -> {
                        double sum = 0;
                        for (int r = 0; r < reduced; r++) sum += at(in, start + r * inner);
                        put(out, i, sum);
                    }
                    case ReduceOp.Max _ -> {
                        double max = Double.NEGATIVE_INFINITY;
                        for (int r = 0; r < reduced; r++) max = Math.max(max, at(in, start + r * inner));
                        put(out, i, max);
                    }
                    case ReduceOp.ArgMax _ -> out.ints()[out.offset() + i] = argMax(in, start, reduced, inner);
                }
            }
        };
    }

    /** Which of {@code count} elements, {@code step} apart, is the first of the largest; the first NaN where there is one. */
    private static int argMax(Buffer x, int start, int count, int step) {
        int best = 0;
        for (int i = 1; i < count && !Double.isNaN(at(x, start + best * step)); i++) {
            double value = at(x, start + i * step);
            if (value > at(x, start + best * step) || Double.isNaN(value)) best = i;
        }
        return best;
    }

    static Runnable bind(RowOp op, Buffer[] in, Buffer[] out) {
        Shape shape = op.inputs().getFirst().shape();
        int rows = shape.rows();
        int columns = shape.columns();
        return switch (op) {
            case RowOp.Softmax _ -> () -> {
                for (int r = 0; r < rows; r++) {
                    double sum = logSumExp(in[0], r, columns);
                    for (int c = 0; c < columns; c++) put(out[0], r * columns + c, Math.exp(at(in[0], r * columns + c) - sum));
                }
            };
            case RowOp.LogSumExp _ -> () -> {
                for (int r = 0; r < rows; r++) put(out[0], r, logSumExp(in[0], r, columns));
            };
            case RowOp.RmsNorm n -> () -> rmsNorm(n.epsilon(), rows, columns, in, out);
            case RowOp.RmsNormGradient _ -> () -> rmsNormGradient(rows, columns, in, out);
            case RowOp.LayerNorm n -> () -> layerNorm(n.epsilon(), rows, columns, in, out);
            case RowOp.LayerNormGradient _ -> () -> layerNormGradient(rows, columns, in, out);
            case RowOp.CrossEntropy _ -> () -> {
                for (int r = 0; r < rows; r++) {
                    int target = target(in[1], r, columns);
                    double sum = logSumExp(in[0], r, columns);
                    put(out[0], r, target < 0 ? 0 : sum - at(in[0], r * columns + target));
                    put(out[1], r, sum);
                }
            };
            case RowOp.CrossEntropyGradient _ -> () -> {
                for (int r = 0; r < rows; r++) {
                    int target = target(in[1], r, columns);
                    for (int c = 0; c < columns; c++) {
                        double p = Math.exp(at(in[0], r * columns + c) - at(in[2], r));
                        put(out[0], r * columns + c, target < 0 ? 0 : (p - (c == target ? 1 : 0)) * at(in[3], r));
                    }
                }
            };
            case RowOp.Draw _ -> () -> {
                for (int r = 0; r < rows; r++) out[0].ints()[out[0].offset() + r] = draw(in[0], r, columns, at(in[1], r));
            };
            case RowOp.Rotary rotary -> () -> rotary(rotary, in, out[0]);
        };
    }

    private static int target(Buffer targets, int row, int columns) {
        int target = (int) at(targets, row);
        if (target >= columns) throw new TensorException("cross_entropy: target " + target + " of row " + row + " is outside of " + columns + " classes");
        return target;
    }

    private static int draw(Buffer logits, int row, int columns, double uniform) {
        double sum = logSumExp(logits, row, columns);
        if (Double.isNaN(sum) || Double.isInfinite(sum)) return 0;
        double before = 0;
        int last = 0;
        for (int c = 0; c < columns; c++) {
            double p = Math.exp(at(logits, row * columns + c) - sum);
            before += p;
            if (p > 0) last = c;
            if (p > 0 && before > uniform) return c;
        }
        return last;   // rounding left the sum of all a little below 1
    }

    private static double logSumExp(Buffer in, int row, int columns) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < columns; c++) max = Math.max(max, at(in, row * columns + c));
        if (max == Double.NEGATIVE_INFINITY) return max;
        double sum = 0;
        for (int c = 0; c < columns; c++) sum += Math.exp(at(in, row * columns + c) - max);
        return max + Math.log(sum);
    }

    private static void rmsNorm(double epsilon, int rows, int columns, Buffer[] in, Buffer[] out) {
        for (int r = 0; r < rows; r++) {
            double squares = 0;
            for (int c = 0; c < columns; c++) squares += at(in[0], r * columns + c) * at(in[0], r * columns + c);
            double inverse = 1 / Math.sqrt(squares / columns + epsilon);
            for (int c = 0; c < columns; c++) put(out[0], r * columns + c, at(in[0], r * columns + c) * inverse * at(in[1], c));
            put(out[1], r, inverse);
        }
    }

    private static void rmsNormGradient(int rows, int columns, Buffer[] in, Buffer[] out) {
        double[] dWeight = new double[columns];
        for (int r = 0; r < rows; r++) {
            double inverse = at(in[2], r);
            double dot = 0;
            for (int c = 0; c < columns; c++) {
                int i = r * columns + c;
                dot += at(in[3], i) * at(in[1], c) * at(in[0], i);
                dWeight[c] += at(in[3], i) * at(in[0], i) * inverse;
            }
            for (int c = 0; c < columns; c++) {
                int i = r * columns + c;
                put(out[0], i, inverse * (at(in[3], i) * at(in[1], c) - at(in[0], i) * inverse * inverse * dot / columns));
            }
        }
        for (int c = 0; c < columns; c++) put(out[1], c, dWeight[c]);
    }

    private static void layerNorm(double epsilon, int rows, int columns, Buffer[] in, Buffer[] out) {
        for (int r = 0; r < rows; r++) {
            double mean = 0;
            for (int c = 0; c < columns; c++) mean += at(in[0], r * columns + c) / columns;
            double variance = 0;
            for (int c = 0; c < columns; c++) variance += Math.pow(at(in[0], r * columns + c) - mean, 2) / columns;
            double inverse = 1 / Math.sqrt(variance + epsilon);
            for (int c = 0; c < columns; c++)
                put(out[0], r * columns + c, (at(in[0], r * columns + c) - mean) * inverse * at(in[1], c) + at(in[2], c));
            put(out[1], r, mean);
            put(out[2], r, inverse);
        }
    }

    private static void layerNormGradient(int rows, int columns, Buffer[] in, Buffer[] out) {
        double[] dWeight = new double[columns];
        double[] dBias = new double[columns];
        for (int r = 0; r < rows; r++) {
            double mean = at(in[2], r);
            double inverse = at(in[3], r);
            double sum = 0;
            double dot = 0;
            for (int c = 0; c < columns; c++) {
                int i = r * columns + c;
                double normal = (at(in[0], i) - mean) * inverse;
                double g = at(in[4], i) * at(in[1], c);
                sum += g;
                dot += g * normal;
                dWeight[c] += at(in[4], i) * normal;
                dBias[c] += at(in[4], i);
            }
            for (int c = 0; c < columns; c++) {
                int i = r * columns + c;
                double normal = (at(in[0], i) - mean) * inverse;
                put(out[0], i, inverse * (at(in[4], i) * at(in[1], c) - sum / columns - normal * dot / columns));
            }
        }
        for (int c = 0; c < columns; c++) {
            put(out[1], c, dWeight[c]);
            put(out[2], c, dBias[c]);
        }
    }

    private static void rotary(RowOp.Rotary op, Buffer[] in, Buffer out) {
        int heads = op.x().size(2);
        int half = op.x().size(3) / 2;
        int positions = op.x().size(0) * op.x().size(1);
        for (int p = 0; p < positions; p++)
            for (int h = 0; h < heads; h++)
                for (int i = 0; i < half; i++) {
                    int at = (p * heads + h) * 2 * half + i;
                    double cos = at(in[1], p * half + i);
                    double sin = op.inverse() ? -at(in[2], p * half + i) : at(in[2], p * half + i);
                    double u = at(in[0], at);
                    double v = at(in[0], at + half);
                    put(out, at, u * cos - v * sin);
                    put(out, at + half, v * cos + u * sin);
                }
    }
}
