package embedrl.tensor.tornado;

import embedrl.tensor.HostTensor;
import embedrl.tensor.RowOp;
import embedrl.tensor.Step;

/** Checks drawn columns by the distribution: where a number lies within rounding of the sum of some columns' probabilities, both neighbors are right. */
final class DrawSample {
    private static final double ROUNDING = 1e-5;   // of sums of probabilities in FLOAT32

    private DrawSample() {
    }

    static boolean covers(Step step) {
        return step instanceof Step.Single single && single.op() instanceof RowOp.Draw;
    }

    /** Throws what {@link FirstRunCheck#wrong} says of the first row whose column was not to be drawn. */
    static void compare(FirstRunCheck.Sample sample, HostTensor result, String device) {
        Step.Single step = (Step.Single) sample.step();
        int columns = ((RowOp.Draw) step.op()).logits().shape().columns();
        float[] logits = sample.inputs().get(step.reads().get(0)).floats();   // the operands themselves may be reshapes of what the step reads
        float[] uniforms = sample.inputs().get(step.reads().get(1)).floats();
        int[] drawn = result.ints();
        for (int row = 0; row < drawn.length; row++) {
            int expected = column(logits, row * columns, columns, uniforms[row], drawn[row]);
            if (expected != drawn[row]) throw FirstRunCheck.wrong(sample, device, "one of " + (row + 1), row, result.type(), drawn[row], expected, 0);
        }
    }

    /** The drawn column where it is right, else another that would be. */
    private static int column(float[] logits, int from, int columns, double uniform, int drawn) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < columns; c++) max = Math.max(max, logits[from + c]);
        if (Double.isNaN(max) || Double.isInfinite(max)) return 0;
        double total = 0;
        for (int c = 0; c < columns; c++) total += Math.exp(logits[from + c] - max);
        double before = 0;
        int exact = -1;
        for (int c = 0; c < columns; c++) {
            double p = Math.exp(logits[from + c] - max) / total;
            if (c == drawn && p > 0 && uniform > before - ROUNDING && uniform < before + p + ROUNDING) return drawn;
            before += p;
            if (p > 0 && (exact < 0 || before - p <= uniform)) exact = c;
        }
        return exact;
    }
}
