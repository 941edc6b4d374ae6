package embedrl.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Op;
import embedrl.tensor.ReferenceExecutor;
import embedrl.tensor.RowOp.CrossEntropy;
import embedrl.tensor.RowOp.CrossEntropyGradient;
import embedrl.tensor.RowOp.Draw;
import embedrl.tensor.RowOp.LayerNorm;
import embedrl.tensor.RowOp.LayerNormGradient;
import embedrl.tensor.RowOp.LogSumExp;
import embedrl.tensor.RowOp.RmsNorm;
import embedrl.tensor.RowOp.RmsNormGradient;
import embedrl.tensor.RowOp.Rotary;
import embedrl.tensor.RowOp.Softmax;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Samples of {@code RowOp}. Gradient operations are compared with what PyTorch's autograd makes of the operation itself. */
final class RowSamples {
    private static final int[][] SHAPES = {{1}, {33}, {5, 7}, {2, 3, 65}, {4, 257}};

    private RowSamples() {
    }

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        for (int[] shape : SHAPES) {
            softmax(samples, shape);
            rmsNorm(samples, shape);
            layerNorm(samples, shape);
            crossEntropy(samples, shape);
            draw(samples, shape);
        }
        for (int[] shape : new int[][] {{1, 1, 1, 2}, {2, 5, 3, 8}, {1, 7, 2, 34}, {3, 2, 1, 130}}) for (boolean inverse : new boolean[] {false, true})
            samples.add(rotary(inverse, shape));
        return samples;
    }

    private static void softmax(List<OpSample> samples, int[] shape) {
        int columns = shape[shape.length - 1];
        HostTensor x = Values.uniform("softmax", -4, 4, shape);
        HostTensor masked = Values.fill("masked", (seed, i) -> i % columns % 3 == 2 ? -1e30 : 3 * seed.normal(i), shape);
        HostTensor large = Values.uniform("large", 990, 1000, shape);
        for (HostTensor values : List.of(x, masked)) {
            String label = (values == x ? "" : "masked ") + Shape.of(shape);
            samples.add(OpSample.of("softmax " + label, in -> new Softmax(in.getFirst()), values).reduction(columns)
                    .torch(in -> List.of(in.getFirst().softmax(-1))));
            samples.add(OpSample.of("log_sum_exp " + label, in -> new LogSumExp(in.getFirst()), values).reduction(columns)
                    .torch(in -> List.of(logSumExp(in.getFirst()))));
        }
        samples.add(OpSample.of("softmax of large " + Shape.of(shape), in -> new Softmax(in.getFirst()), large).gradients().reduction(columns)
                .torch(in -> List.of(in.getFirst().softmax(-1))));
        samples.add(OpSample.of("log_sum_exp of large " + Shape.of(shape), in -> new LogSumExp(in.getFirst()), large).gradients().reduction(columns)
                .torch(in -> List.of(logSumExp(in.getFirst()))));
    }

    /** x − log softmax(x) is the same in every column. */
    static NDArray logSumExp(NDArray x) {
        return x.sub(x.logSoftmax(-1)).max(new int[] {-1});
    }

    private static void rmsNorm(List<OpSample> samples, int[] shape) {
        int columns = shape[shape.length - 1];
        float epsilon = columns == 1 ? 0.5f : 1e-5f;   // y of a single column is nearly ±1 where epsilon is small, its gradient mere rounding
        HostTensor x = Values.awayFromZero("rms", shape);
        HostTensor weight = Values.awayFromZero("weight", columns);
        HostTensor dy = Values.normal("dy", shape);
        samples.add(OpSample.of("rms_norm " + Shape.of(shape), in -> new RmsNorm(in.get(0), in.get(1), epsilon), x, weight).reduction(x.shape().count())
                .torch(in -> rmsNorm(in.get(0), in.get(1), epsilon)));
        HostTensor r = results(new RmsNorm(Tensor.constant(x), Tensor.constant(weight), epsilon)).get(1);
        samples.add(OpSample.of("rms_norm_gradient " + Shape.of(shape), in -> new RmsNormGradient(in.get(0), in.get(1), in.get(2), in.get(3)), x, weight, r, dy)
                .gradients().reduction(x.shape().count())
                .torch(in -> Torch.gradients(in.subList(0, 2), p -> rmsNorm(p.get(0), p.get(1), epsilon).getFirst(), in.get(3))));
    }

    private static List<NDArray> rmsNorm(NDArray x, NDArray weight, float epsilon) {
        NDArray r = x.square().mean(new int[] {-1}, true).add((double) epsilon).pow(-0.5);
        return List.of(x.mul(r).mul(weight), r.squeeze(-1));
    }

    private static void layerNorm(List<OpSample> samples, int[] shape) {
        int columns = shape[shape.length - 1];
        float epsilon = columns == 1 ? 0.5f : 1e-5f;   // a single column leaves x − mean = 0, and a small epsilon magnifies the rounding of that
        HostTensor x = Values.normal("layer", shape);
        HostTensor weight = Values.awayFromZero("weight", columns);
        HostTensor bias = Values.normal("bias", columns);
        HostTensor dy = Values.normal("dy", shape);
        samples.add(OpSample.of("layer_norm " + Shape.of(shape), in -> new LayerNorm(in.get(0), in.get(1), in.get(2), epsilon), x, weight, bias)
                .reduction(x.shape().count()).torch(in -> layerNorm(in.get(0), in.get(1), in.get(2), epsilon)));
        List<HostTensor> forward = results(new LayerNorm(Tensor.constant(x), Tensor.constant(weight), Tensor.constant(bias), epsilon));
        samples.add(OpSample.of("layer_norm_gradient " + Shape.of(shape), in -> new LayerNormGradient(in.get(0), in.get(1), in.get(2), in.get(3), in.get(4)), x,
                        weight, forward.get(1), forward.get(2), dy)
                .gradients().reduction(x.shape().count())
                .torch(in -> Torch.gradients(List.of(in.get(0), in.get(1), Torch.array(bias)), p -> layerNorm(p.get(0), p.get(1), p.get(2), epsilon).getFirst(),
                        in.get(4))));
    }

    private static List<NDArray> layerNorm(NDArray x, NDArray weight, NDArray bias, float epsilon) {
        NDArray mean = x.mean(new int[] {-1}, true);
        NDArray r = x.sub(mean).square().mean(new int[] {-1}, true).add((double) epsilon).pow(-0.5);
        return List.of(x.sub(mean).mul(r).mul(weight).add(bias), mean.squeeze(-1), r.squeeze(-1));
    }

    private static void crossEntropy(List<OpSample> samples, int[] shape) {
        int columns = shape[shape.length - 1];
        int[] leading = Arrays.copyOf(shape, shape.length - 1);
        HostTensor logits = Values.uniform("logits", -3, 3, shape);
        HostTensor targets = Values.ints("targets", 0, columns, leading);
        HostTensor some = Values.fill("some", (seed, i) -> i % 3 == 1 ? -100 : seed.below(columns, i), leading);   // every third row is not counted
        HostTensor partly = HostTensor.ofInts(Shape.of(leading), ints(some));
        HostTensor dnll = Values.normal("dnll", leading);
        for (HostTensor t : List.of(targets, partly)) {
            String label = Shape.of(shape) + (t == targets ? "" : " partly counted");
            samples.add(OpSample.of("cross_entropy " + label, in -> new CrossEntropy(in.get(0), in.get(1)), logits, t).through(0, 1).reduction(columns)
                    .torch(in -> crossEntropy(in.get(0), in.get(1))));
            HostTensor sums = results(new CrossEntropy(Tensor.constant(logits), Tensor.constant(t))).get(1);
            samples.add(OpSample.of("cross_entropy_gradient " + label, in -> new CrossEntropyGradient(in.get(0), in.get(1), in.get(2), in.get(3)), logits, t,
                            sums, dnll)
                    .gradients().torch(in -> Torch.gradients(in.subList(0, 1), p -> crossEntropy(p.getFirst(), in.get(1)).getFirst(), in.get(3))));
        }
    }

    private static void draw(List<OpSample> samples, int[] shape) {
        HostTensor logits = Values.uniform("logits", -3, 3, shape);
        HostTensor uniform = Values.uniform("uniform", 0, 1, Arrays.copyOf(shape, shape.length - 1));
        samples.add(OpSample.of("draw " + Shape.of(shape), in -> new Draw(in.get(0), in.get(1)), logits, uniform).gradients()
                .torch(in -> List.of(in.get(0).softmax(-1).cumSum(shape.length - 1).lte(in.get(1).expandDims(-1)).toType(DataType.INT32, false).sum(new int[] {-1}))));
    }

    private static int[] ints(HostTensor values) {
        float[] floats = values.floats();
        int[] ints = new int[floats.length];
        for (int i = 0; i < ints.length; i++) ints[i] = (int) floats[i];
        return ints;
    }

    private static List<NDArray> crossEntropy(NDArray logits, NDArray targets) {
        NDArray picked = targets.maximum(0).oneHot((int) logits.getShape().get(logits.getShape().dimension() - 1), DataType.FLOAT64);
        NDArray counted = targets.gte(0).toType(DataType.FLOAT64, false);
        return List.of(logits.logSoftmax(-1).mul(picked).sum(new int[] {-1}).neg().mul(counted), logSumExp(logits));
    }

    private static OpSample rotary(boolean inverse, int... shape) {
        int half = shape[3] / 2;
        HostTensor cos = Values.fill("angle", (seed, i) -> Math.cos(6 * seed.uniform(i)), shape[0], shape[1], half);
        HostTensor sin = Values.fill("angle", (seed, i) -> Math.sin(6 * seed.uniform(i)), shape[0], shape[1], half);
        return OpSample.of("rotary " + (inverse ? "inverse " : "") + Shape.of(shape), in -> new Rotary(in.get(0), in.get(1), in.get(2), inverse),
                Values.normal("rotary", shape), cos, sin).gradients(0).torch(in -> {
                    NDArray u = in.get(0).get(":,:,:,:" + half);
                    NDArray v = in.get(0).get(":,:,:," + half + ":");
                    NDArray c = in.get(1).expandDims(2);
                    NDArray s = inverse ? in.get(2).expandDims(2).neg() : in.get(2).expandDims(2);
                    return List.of(u.mul(c).sub(v.mul(s)).concat(v.mul(c).add(u.mul(s)), 3));
                });
    }

    /** All results of an operation on constants, by the reference executor. */
    static List<HostTensor> results(Op op) {
        return Tensor.results(op).stream().map(t -> t.eval(new ReferenceExecutor())).toList();
    }
}
