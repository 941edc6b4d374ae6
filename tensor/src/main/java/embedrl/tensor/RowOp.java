package embedrl.tensor;

import java.util.List;

/** Fused operations on rows: the last axis (C columns) of a tensor [..., C]; R is the number of rows. */
public sealed interface RowOp extends Op {
    /** y = exp(x − max) / Σ exp(x − max) per row. −∞ and very negative entries give exactly 0. */
    record Softmax(Tensor x) implements RowOp {
        public Softmax {
            Check.float32("softmax", x);
            Check.rankAtLeast("softmax", "x", x, 1);
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(x.type());
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Softmax(inputs.getFirst());
        }
    }

    /** log Σ exp(x) per row: [..., C] → [...]. */
    record LogSumExp(Tensor x) implements RowOp {
        public LogSumExp {
            Check.float32("log_sum_exp", x);
            Check.rankAtLeast("log_sum_exp", "x", x, 1);
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(TensorType.float32(leading(x)));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new LogSumExp(inputs.getFirst());
        }
    }

    /** y = x · r · weight with r = 1/√(mean(x²) + ε). x [..., C], weight [C] → y [..., C], r [...]. */
    record RmsNorm(Tensor x, Tensor weight, float epsilon) implements RowOp {
        public RmsNorm {
            Check.float32("rms_norm", x, weight);
            Check.rankAtLeast("rms_norm", "x", x, 1);
            Check.shape("rms_norm", "weight", weight, Shape.of(x.shape().columns()));
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x, weight);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(x.type(), TensorType.float32(leading(x)));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new RmsNorm(inputs.get(0), inputs.get(1), epsilon);
        }
    }

    /** Gradient of {@link RmsNorm}: x, weight, r [...] and dy → dx [..., C], dweight [C]. */
    record RmsNormGradient(Tensor x, Tensor weight, Tensor inverseRms, Tensor dy) implements RowOp {
        public RmsNormGradient {
            Check.float32("rms_norm_gradient", x, weight, inverseRms, dy);
            Check.shape("rms_norm_gradient", "dy", dy, x.shape());
            Check.shape("rms_norm_gradient", "inverseRms", inverseRms, leading(x));
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x, weight, inverseRms, dy);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(x.type(), weight.type());
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new RmsNormGradient(inputs.get(0), inputs.get(1), inputs.get(2), inputs.get(3));
        }
    }

    /** y = (x − mean) · r · weight + bias with r = 1/√(variance + ε), biased variance. → y [..., C], mean [...], r [...]. */
    record LayerNorm(Tensor x, Tensor weight, Tensor bias, float epsilon) implements RowOp {
        public LayerNorm {
            Check.float32("layer_norm", x, weight, bias);
            Check.rankAtLeast("layer_norm", "x", x, 1);
            Check.shape("layer_norm", "weight", weight, Shape.of(x.shape().columns()));
            Check.shape("layer_norm", "bias", bias, Shape.of(x.shape().columns()));
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x, weight, bias);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(x.type(), TensorType.float32(leading(x)), TensorType.float32(leading(x)));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new LayerNorm(inputs.get(0), inputs.get(1), inputs.get(2), epsilon);
        }
    }

    /** Gradient of {@link LayerNorm}: x, weight, mean [...], r [...] and dy → dx [..., C], dweight [C], dbias [C]. */
    record LayerNormGradient(Tensor x, Tensor weight, Tensor mean, Tensor inverseDeviation, Tensor dy) implements RowOp {
        public LayerNormGradient {
            Check.float32("layer_norm_gradient", x, weight, mean, inverseDeviation, dy);
            Check.shape("layer_norm_gradient", "dy", dy, x.shape());
            Check.shape("layer_norm_gradient", "mean", mean, leading(x));
            Check.shape("layer_norm_gradient", "inverseDeviation", inverseDeviation, leading(x));
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x, weight, mean, inverseDeviation, dy);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(x.type(), weight.type(), weight.type());
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new LayerNormGradient(inputs.get(0), inputs.get(1), inputs.get(2), inputs.get(3), inputs.get(4));
        }
    }

    /**
     * Negative log-likelihood of one target per row, from logits: nll = logsumexp(logits) − logits[target]; 0 where the target is negative (not
     * counted). logits [..., C], targets INT32 [...] → nll [...], logsumexp [...]. A target ≥ C is an error when it runs.
     */
    record CrossEntropy(Tensor logits, Tensor targets) implements RowOp {
        public CrossEntropy {
            Check.float32("cross_entropy", logits);
            Check.rankAtLeast("cross_entropy", "logits", logits, 1);
            Check.int32("cross_entropy", "targets", targets);
            Check.shape("cross_entropy", "targets", targets, leading(logits));
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(logits, targets);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(TensorType.float32(leading(logits)), TensorType.float32(leading(logits)));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new CrossEntropy(inputs.get(0), inputs.get(1));
        }
    }

    /**
     * Draws a column of each row from the distribution softmax(logits): the first whose probability, added to those of the columns before it, exceeds uniform, which must lie in [0, 1):
     * other numbers draw any column.
     * Columns of probability 0 are never drawn. Executors add in FLOAT32 or more, so two may part where uniform lies within rounding of a sum. 0 for a row that is no distribution:
     * with NaN, +∞ or nothing but −∞. logits [..., C], uniform FLOAT32 [...] → INT32 [...]. Passes no gradient on.
     */
    record Draw(Tensor logits, Tensor uniform) implements RowOp {
        public Draw {
            Check.float32("draw", logits, uniform);
            Check.rankAtLeast("draw", "logits", logits, 1);
            Check.that(logits.shape().columns() > 0, "draw: the rows of %s hold no column", logits.shape());
            Check.shape("draw", "uniform", uniform, leading(logits));
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(logits, uniform);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(new TensorType(DType.INT32, leading(logits)));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Draw(inputs.get(0), inputs.get(1));
        }
    }

    /** Gradient of {@link CrossEntropy} with respect to the logits: (softmax − onehot(target)) · dnll, 0 in rows that are not counted. */
    record CrossEntropyGradient(Tensor logits, Tensor targets, Tensor logSumExp, Tensor dnll) implements RowOp {
        public CrossEntropyGradient {
            Check.float32("cross_entropy_gradient", logits, logSumExp, dnll);
            Check.shape("cross_entropy_gradient", "dnll", dnll, leading(logits));
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(logits, targets, logSumExp, dnll);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(logits.type());
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new CrossEntropyGradient(inputs.get(0), inputs.get(1), inputs.get(2), inputs.get(3));
        }
    }

    /**
     * Rotary positions in the half-split form: with halves (u, v) of each head, y = (u cos − v sin, v cos + u sin); inverse turns the other way
     * and is the gradient. x [B, T, H, d], cos and sin [B, T, d/2]. Source: RoFormer; layout of Llama and Qwen.
     */
    record Rotary(Tensor x, Tensor cos, Tensor sin, boolean inverse) implements RowOp {
        public Rotary {
            Check.float32("rotary", x, cos, sin);
            Check.rank("rotary", "x", x, 4);
            Check.that(x.shape().size(3) % 2 == 0, "rotary: the head width must be even, got %s", x.shape());
            Shape angles = Shape.of(x.shape().size(0), x.shape().size(1), x.shape().size(3) / 2);
            Check.shape("rotary", "cos", cos, angles);
            Check.shape("rotary", "sin", sin, angles);
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x, cos, sin);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(x.type());
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Rotary(inputs.get(0), inputs.get(1), inputs.get(2), inverse);
        }
    }

    private static Shape leading(Tensor x) {
        return x.shape().without(x.shape().rank() - 1, x.shape().rank());
    }
}
