package embedrl.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import embedrl.tensor.HostTensor;
import embedrl.tensor.MovementOp.Concat;
import embedrl.tensor.MovementOp.Detach;
import embedrl.tensor.MovementOp.Pad;
import embedrl.tensor.MovementOp.Permute;
import embedrl.tensor.MovementOp.Reshape;
import embedrl.tensor.MovementOp.Slice;
import embedrl.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Samples of {@code MovementOp}, of FLOAT32 and INT32 elements. */
final class MovementSamples {
    private MovementSamples() {
    }

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        samples.add(OpSample.of("reshape [6, 7] to [2, 21]", in -> new Reshape(in.getFirst(), Shape.of(2, 21)), Values.normal("reshape", 6, 7))
                .torch(in -> List.of(in.getFirst().reshape(2, 21))));
        samples.add(OpSample.of("reshape [1] to []", in -> new Reshape(in.getFirst(), Shape.SCALAR), Values.normal("reshape1", 1))
                .torch(in -> List.of(in.getFirst().reshape())));
        samples.add(OpSample.of("detach [7]", in -> new Detach(in.getFirst()), Values.normal("detach", 7)).gradients().torch(List::copyOf));
        samples.add(OpSample.of("detach [3, 5]", in -> new Detach(in.getFirst()), Values.normal("detach", 3, 5)).gradients().torch(List::copyOf));
        for (Integer[] axes : new Integer[][] {{1, 0}, {2, 0, 1}, {1, 0, 2}, {0, 2, 1}, {0, 2, 1, 3}, {3, 1, 2, 0}, {0, 1}}) {
            int[] sizes = Arrays.copyOf(new int[] {3, 5, 7, 2}, axes.length);
            samples.add(permute(Values.normal("permute", sizes), axes));
        }
        samples.add(permute(Values.normal("permute", 33, 65), 1, 0));
        samples.add(permute(Values.ints("permute", -9, 9, 3, 5), 1, 0));
        slices(samples);
        concats(samples);
        return samples;
    }

    private static OpSample permute(HostTensor x, Integer... axes) {
        return OpSample.of("permute " + x.type() + " by " + Arrays.toString(axes), in -> new Permute(in.getFirst(), List.of(axes)), x)
                .torch(in -> List.of(in.getFirst().transpose(Arrays.stream(axes).mapToInt(a -> a).toArray())));
    }

    private static void slices(List<OpSample> samples) {
        HostTensor x = Values.normal("slice", 5, 7, 9);
        HostTensor ints = Values.ints("slice", -9, 9, 5, 7);
        for (int[] s : new int[][] {{0, 1, 4}, {1, 0, 7}, {1, 3, 4}, {2, 2, 9}, {-1, 0, 1}})
            samples.add(OpSample.of("slice axis " + s[0] + " " + s[1] + ".." + s[2], in -> new Slice(in.getFirst(), s[0], s[1], s[2]), x)
                    .torch(in -> List.of(slice(in.getFirst(), s[0], s[1], s[2]))));
        samples.add(OpSample.of("slice INT32", in -> new Slice(in.getFirst(), 1, 1, 6), ints).torch(in -> List.of(slice(in.getFirst(), 1, 1, 6))));
        for (int[] p : new int[][] {{0, 1, 2}, {1, 0, 3}, {2, 5, 0}, {-2, 0, 0}})
            samples.add(OpSample.of("pad axis " + p[0] + " by " + p[1] + " and " + p[2], in -> new Pad(in.getFirst(), p[0], p[1], p[2]), x)
                    .torch(in -> List.of(pad(in.getFirst(), p[0], p[1], p[2]))));
        samples.add(OpSample.of("pad INT32", in -> new Pad(in.getFirst(), 0, 1, 1), ints).torch(in -> List.of(pad(in.getFirst(), 0, 1, 1))));
    }

    static NDArray slice(NDArray x, int axis, int start, int end) {
        int a = axis < 0 ? axis + x.getShape().dimension() : axis;
        return x.get(":,".repeat(a) + start + ":" + end);
    }

    static NDArray pad(NDArray x, int axis, int before, int after) {
        int a = axis < 0 ? axis + x.getShape().dimension() : axis;
        NDList parts = new NDList();
        if (before > 0) parts.add(zeros(x, a, before));
        parts.add(x);
        if (after > 0) parts.add(zeros(x, a, after));
        return concat(parts, a);
    }

    /** NDArrays.concat copies a single part out of reach of the gradient. */
    private static NDArray concat(NDList parts, int axis) {
        return parts.size() == 1 ? parts.getFirst() : NDArrays.concat(parts, axis);
    }

    private static NDArray zeros(NDArray like, int axis, int size) {
        long[] sizes = like.getShape().getShape().clone();
        sizes[axis] = size;
        return like.getManager().zeros(new ai.djl.ndarray.types.Shape(sizes), like.getDataType());
    }

    private static void concats(List<OpSample> samples) {
        for (int axis : new int[] {0, 1, 2, -1}) {
            HostTensor[] parts = new HostTensor[3];
            for (int i = 0; i < parts.length; i++) {
                int[] sizes = {3, 5, 7};
                sizes[axis < 0 ? axis + 3 : axis] = new int[] {1, 7, 4}[i];
                parts[i] = Values.normal("concat" + i, sizes);
            }
            samples.add(concat("concat axis " + axis, axis, parts));
        }
        samples.add(concat("concat of one", 0, Values.normal("concat", 33)));
        samples.add(concat("concat INT32", 1, Values.ints("concat", -9, 9, 3, 5), Values.ints("concat b", -9, 9, 3, 1)));
        samples.add(OpSample.of("concat of the same twice", in -> new Concat(List.of(in.getFirst(), in.getFirst()), 1), Values.normal("twice", 3, 5))
                .torch(in -> List.of(in.getFirst().concat(in.getFirst(), 1))));
    }

    private static OpSample concat(String label, int axis, HostTensor... parts) {
        return OpSample.of(label, in -> new Concat(in, axis), parts)
                .torch(in -> List.of(concat(new NDList(in), axis < 0 ? axis + in.getFirst().getShape().dimension() : axis)));
    }
}
