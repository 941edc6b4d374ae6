package embedrl.tensor;

import java.util.ArrayList;
import java.util.List;

/** Operations that move elements without computing. FLOAT32, INT32 and half types; blocks only where they stay whole. */
public sealed interface MovementOp extends Op {
    /** The same elements in the same order under another shape; costs nothing. */
    record Reshape(Tensor x, Shape shape) implements MovementOp {
        public Reshape {
            Check.that(x.shape().count() == shape.count(), "reshape: element counts must agree, got %s (%d) to %s (%d)",
                    x.shape(), x.shape().count(), shape, shape.count());
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(new TensorType(x.dtype(), shape));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Reshape(inputs.getFirst(), shape);
        }
    }

    /** The same values, through which no gradient flows; costs nothing. */
    record Detach(Tensor x) implements MovementOp {
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
            return new Detach(inputs.getFirst());
        }
    }

    /** Axes in another order: axis i of the result is axis axes[i] of x. */
    record Permute(Tensor x, List<Integer> axes) implements MovementOp {
        public Permute {
            Check.single("permute", x);
            axes = List.copyOf(axes);
            Check.that(axes.stream().sorted().toList().equals(java.util.stream.IntStream.range(0, x.shape().rank()).boxed().toList()),
                    "permute: axes must be a permutation of 0..%d, got %s for %s", x.shape().rank() - 1, axes, x.shape());
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x);
        }

        @Override
        public List<TensorType> outputs() {
            int[] sizes = axes.stream().mapToInt(x.shape()::size).toArray();
            return List.of(new TensorType(x.dtype(), Shape.of(sizes)));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Permute(inputs.getFirst(), axes);
        }
    }

    /** The part of x from start (inclusive) to end (exclusive) along one axis. */
    record Slice(Tensor x, int axis, int start, int end) implements MovementOp {
        public Slice {
            Check.single("slice", x);
            axis = x.shape().axis(axis);
            Check.that(0 <= start && start <= end && end <= x.shape().size(axis), "slice: need 0 ≤ start ≤ end ≤ size, got %d..%d on axis %d of %s",
                    start, end, axis, x.shape());
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(new TensorType(x.dtype(), x.shape().with(axis, end - start)));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Slice(inputs.getFirst(), axis, start, end);
        }
    }

    /** x with zeros before and after it along one axis. */
    record Pad(Tensor x, int axis, int before, int after) implements MovementOp {
        public Pad {
            Check.single("pad", x);
            axis = x.shape().axis(axis);
            Check.that(before >= 0 && after >= 0, "pad: amounts must not be negative, got %d and %d", before, after);
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(new TensorType(x.dtype(), x.shape().with(axis, before + x.shape().size(axis) + after)));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Pad(inputs.getFirst(), axis, before, after);
        }
    }

    /** Parts one after the other along one axis; all other sizes agree. */
    record Concat(List<Tensor> parts, int axis) implements MovementOp {
        public Concat {
            parts = List.copyOf(parts);
            Check.that(!parts.isEmpty(), "concat: needs at least one part");
            for (Tensor part : parts) Check.single("concat", part);
            Tensor first = parts.getFirst();
            axis = first.shape().axis(axis);
            for (Tensor part : parts)
                Check.that(part.dtype() == first.dtype() && part.shape().rank() == first.shape().rank()
                                && part.shape().with(axis, 0).equals(first.shape().with(axis, 0)),
                        "concat: parts must agree outside of axis %d, got %s and %s", axis, first.type(), part.type());
        }

        @Override
        public List<Tensor> inputs() {
            return parts;
        }

        @Override
        public List<TensorType> outputs() {
            int size = 0;
            for (Tensor part : parts) size += part.shape().size(axis);
            return List.of(new TensorType(parts.getFirst().dtype(), parts.getFirst().shape().with(axis, size)));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Concat(new ArrayList<>(inputs), axis);
        }
    }
}
