package embedrl.autograd;

import ai.djl.ndarray.NDArray;
import embedrl.tensor.HostTensor;
import embedrl.tensor.ReduceOp.ArgMax;
import embedrl.tensor.ReduceOp.Max;
import embedrl.tensor.ReduceOp.Sum;
import embedrl.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Samples of {@code ReduceOp} over leading, middle, trailing and all axes; maxima are unique. */
final class ReduceSamples {
    private ReduceSamples() {
    }

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        int[][] shapes = {{1}, {7}, {33, 65}, {33, 65}, {33, 65}, {3, 5, 7}, {3, 5, 7}, {3, 5, 7}, {2, 3, 5, 7}, {3, 5}};
        int[][] axes = {{0, 1}, {0, 1}, {0, 1}, {1, 2}, {0, 2}, {1, 2}, {0, 2}, {1, 3}, {1, 3}, {1, 1}};
        for (int i = 0; i < shapes.length; i++) {
            int from = axes[i][0];
            int to = axes[i][1];
            Shape shape = Shape.of(shapes[i]);
            String over = shape + " over axes " + from + ".." + to;
            int[] all = IntStream.range(from, to).toArray();
            samples.add(OpSample.of("sum " + over, in -> new Sum(in.getFirst(), from, to), Values.normal("sum", shapes[i]))
                    .reduction(shape.product(from, to)).torch(in -> List.of(sum(in.getFirst(), all))));
            HostTensor distinct = Values.distinct("max", shapes[i]);
            samples.add(OpSample.of("max " + over, in -> new Max(in.getFirst(), from, to), distinct).torch(in -> List.of(max(in.getFirst(), all))));
            samples.add(OpSample.of("argmax " + over, in -> new ArgMax(in.getFirst(), from, to), distinct).gradients()
                    .torch(in -> List.of(argMax(in.getFirst(), shape, from, to))));
        }
        return samples;
    }

    private static NDArray sum(NDArray x, int[] axes) {
        return axes.length == 0 ? x : x.sum(axes);
    }

    private static NDArray argMax(NDArray x, Shape shape, int from, int to) {
        long[] sizes = {shape.product(0, from), shape.product(from, to), shape.product(to, shape.rank())};
        return x.reshape(sizes).argMax(1).reshape(new ai.djl.ndarray.types.Shape(Arrays.stream(shape.without(from, to).sizes()).mapToLong(i -> i).toArray()));
    }

    private static NDArray max(NDArray x, int[] axes) {
        NDArray result = x;
        for (int i = axes.length - 1; i >= 0; i--) result = result.max(new int[] {axes[i]});
        return result;
    }
}
