package embedrl.tensor;

import java.util.List;

/** Operations that compute each element of the result from the elements at the same place; the planner fuses chains of them. */
public sealed interface ElementwiseOp extends Op {
    /** y = kind(x), any shape. */
    record Unary(UnaryKind kind, Tensor x) implements ElementwiseOp {
        public Unary {
            Check.float32(kind.name().toLowerCase(), x);
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
            return new Unary(kind, inputs.getFirst());
        }

        @Override
        public String name() {
            return kind.name().toLowerCase();
        }
    }

    /** y = kind(a, b); both of one shape ({@link Tensor} stretches operands with {@link Broadcast}). */
    record Binary(BinaryKind kind, Tensor a, Tensor b) implements ElementwiseOp {
        public Binary {
            Check.float32(kind.name().toLowerCase(), a, b);
            Check.that(a.shape().equals(b.shape()), "%s: shapes must be equal, got %s and %s", kind.name().toLowerCase(), a.shape(), b.shape());
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(a, b);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(a.type());
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Binary(kind, inputs.get(0), inputs.get(1));
        }

        @Override
        public String name() {
            return kind.name().toLowerCase();
        }
    }

    /** y = a where condition ≠ 0, else b; all of one shape. The other branch's NaN does not leak. */
    record Select(Tensor condition, Tensor a, Tensor b) implements ElementwiseOp {
        public Select {
            Check.float32("select", condition, a, b);
            Check.that(a.shape().equals(b.shape()) && a.shape().equals(condition.shape()),
                    "select: shapes must be equal, got %s, %s and %s", condition.shape(), a.shape(), b.shape());
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(condition, a, b);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(a.type());
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Select(inputs.get(0), inputs.get(1), inputs.get(2));
        }
    }

    /** x in another element type: narrow types and INT32 widen to FLOAT32; FLOAT32 rounds to nearest even to a half type and truncates to INT32. */
    record Cast(Tensor x, DType to) implements ElementwiseOp {
        public Cast {
            Check.that(x.dtype() == DType.FLOAT32 || to == DType.FLOAT32, "cast: one side must be FLOAT32, got %s to %s", x.dtype(), to);
            Check.that(!to.isBlock(), "cast: blocks are made while loading (Conversions.convert), not in a program; got %s to %s", x.type(), to);
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(new TensorType(to, x.shape()));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Cast(inputs.getFirst(), to);
        }
    }

    /** x stretched to a larger shape: aligned at the last axis, sizes of 1 repeat. */
    record Broadcast(Tensor x, Shape shape) implements ElementwiseOp {
        public Broadcast {
            Check.float32("broadcast", x);
            Check.that(Shape.broadcast("broadcast", x.shape(), shape).equals(shape), "broadcast: %s does not stretch to %s", x.shape(), shape);
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(TensorType.float32(shape));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Broadcast(inputs.getFirst(), shape);
        }
    }

    /**
     * Uniform numbers in [0, 1) from a counter-based hash of (seed[0], seed[1], stream, element index): the same on every executor and for any
     * number of threads. seed: INT32 [2], a run-time value.
     */
    record Uniform(Tensor seed, int stream, Shape shape) implements ElementwiseOp {
        public Uniform {
            Check.int32("uniform", "seed", seed);
            Check.shape("uniform", "seed", seed, Shape.of(2));
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(seed);
        }

        @Override
        public List<TensorType> outputs() {
            return List.of(TensorType.float32(shape));
        }

        @Override
        public Op withInputs(List<Tensor> inputs) {
            return new Uniform(inputs.getFirst(), stream, shape);
        }

        /** The element at an index: the definition that all executors follow. Uses no unsigned shift, which some device compilers get wrong. */
        public static float at(int seed0, int seed1, int stream, int index) {
            int h = mix(index ^ seed0);
            h = mix(h + seed1);
            h = mix(h ^ (stream * 0x9E3779B9));
            return ((h >> 8) & 0xFFFFFF) * 0x1p-24f;
        }

        private static int mix(int x) {
            x = (x ^ ((x >> 16) & 0xFFFF)) * 0x7FEB352D;
            x = (x ^ ((x >> 15) & 0x1FFFF)) * 0x846CA68B;
            return x ^ ((x >> 16) & 0xFFFF);
        }
    }
}
