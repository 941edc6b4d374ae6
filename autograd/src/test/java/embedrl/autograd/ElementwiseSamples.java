package embedrl.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.DataType;
import embedrl.tensor.BinaryKind;
import embedrl.tensor.DType;
import embedrl.tensor.ElementwiseOp.Binary;
import embedrl.tensor.ElementwiseOp.Broadcast;
import embedrl.tensor.ElementwiseOp.Cast;
import embedrl.tensor.ElementwiseOp.Select;
import embedrl.tensor.ElementwiseOp.Unary;
import embedrl.tensor.ElementwiseOp.Uniform;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import embedrl.tensor.UnaryKind;
import java.util.ArrayList;
import java.util.List;

/** Samples of {@code ElementwiseOp}; inputs keep away from kinks and jumps, so that finite differences hold. */
final class ElementwiseSamples {
    private static final int[][] SHAPES = {{1}, {7}, {3, 33}, {2, 1, 65}};

    private ElementwiseSamples() {
    }

    static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        for (UnaryKind kind : UnaryKind.values()) for (int[] shape : SHAPES) samples.add(unary(kind, shape));
        for (BinaryKind kind : BinaryKind.values()) for (int[] shape : SHAPES) samples.add(binary(kind, shape));
        for (int[] shape : SHAPES) samples.add(select(shape));
        casts(samples);
        broadcasts(samples);
        samples.add(OpSample.of("uniform [7]", in -> new Uniform(in.getFirst(), 0, Shape.of(7)), HostTensor.ofInts(Shape.of(2), 1, -2)));
        samples.add(OpSample.of("uniform [3, 333]", in -> new Uniform(in.getFirst(), 5, Shape.of(3, 333)), HostTensor.ofInts(Shape.of(2), 123456789, 42)));
        return samples;
    }

    private static OpSample unary(UnaryKind kind, int[] shape) {
        String name = kind.name().toLowerCase();
        HostTensor x = switch (kind) {
            case NEG, SQUARE, EXP, SIN, COS, TANH, SIGMOID, ERF, SILU, GELU_TANH, GELU_ERF, GELU_ERF_DERIVATIVE -> Values.uniform(name, -4, 4, shape);
            case ABS, SIGN, RELU, RECIPROCAL -> Values.awayFromZero(name, shape);
            case FLOOR -> Values.betweenIntegers(name, shape);
            case SQRT, RSQRT, LOG -> Values.uniform(name, 0.4, 5, shape);
        };
        return OpSample.of(name + " " + Shape.of(shape), in -> new Unary(kind, in.getFirst()), x).torch(in -> List.of(unary(kind, in.getFirst())));
    }

    static NDArray unary(UnaryKind kind, NDArray x) {
        return switch (kind) {
            case NEG -> x.neg();
            case ABS -> x.abs();
            case SIGN -> x.sign();
            case FLOOR -> x.floor();
            case SQUARE -> x.square();
            case SQRT -> x.sqrt();
            case RSQRT -> x.sqrt().getNDArrayInternal().rdiv(1);
            case RECIPROCAL -> x.getNDArrayInternal().rdiv(1);
            case EXP -> x.exp();
            case LOG -> x.log();
            case SIN -> x.sin();
            case COS -> x.cos();
            case TANH -> x.tanh();
            case SIGMOID -> x.getNDArrayInternal().sigmoid();
            case ERF -> x.erf();
            case RELU -> x.getNDArrayInternal().relu();
            case SILU -> x.getNDArrayInternal().swish(1);
            case GELU_TANH -> x.mul(0.5).mul(x.add(x.pow(3).mul(0.044715)).mul(Math.sqrt(2 / Math.PI)).tanh().add(1));
            case GELU_ERF -> x.getNDArrayInternal().gelu();
            case GELU_ERF_DERIVATIVE -> x.mul(Math.sqrt(0.5)).erf().add(1).mul(0.5).add(x.mul(x.square().mul(-0.5).exp()).mul(1 / Math.sqrt(2 * Math.PI)));
        };
    }

    private static OpSample binary(BinaryKind kind, int[] shape) {
        String name = kind.name().toLowerCase();
        HostTensor a = kind == BinaryKind.POW ? Values.uniform(name, 0.3, 3, shape) : Values.normal(name, shape);
        HostTensor b = switch (kind) {
            case ADD, SUB, MUL -> Values.normal(name + " b", shape);
            case DIV -> Values.awayFromZero(name + " b", shape);
            case MAX, MIN, LESS, LESS_EQUAL -> Values.apartFrom(a, name + " b");
            case EQUAL -> sometimesEqual(a);
            case POW -> Values.uniform(name + " b", -2, 2, shape);
        };
        return OpSample.of(name + " " + Shape.of(shape), in -> new Binary(kind, in.get(0), in.get(1)), a, b)
                .torch(in -> List.of(binary(kind, in.get(0), in.get(1))));
    }

    private static HostTensor sometimesEqual(HostTensor a) {
        float[] values = a.floats();
        for (int i = 0; i < values.length; i += 2) values[i] += 0.5f;
        return HostTensor.of(a.shape(), values);
    }

    static NDArray binary(BinaryKind kind, NDArray a, NDArray b) {
        return switch (kind) {
            case ADD -> a.add(b);
            case SUB -> a.sub(b);
            case MUL -> a.mul(b);
            case DIV -> a.div(b);
            case MAX -> a.maximum(b);
            case MIN -> a.minimum(b);
            case POW -> a.pow(b);
            case LESS -> a.lt(b).toType(DataType.FLOAT64, false);
            case LESS_EQUAL -> a.lte(b).toType(DataType.FLOAT64, false);
            case EQUAL -> a.eq(b).toType(DataType.FLOAT64, false);
        };
    }

    private static OpSample select(int[] shape) {
        HostTensor condition = Values.fill("condition", (seed, i) -> new double[] {0, 1, -2}[seed.below(3, i)], shape);
        return OpSample.of("select " + Shape.of(shape), in -> new Select(in.get(0), in.get(1), in.get(2)), condition, Values.normal("select a", shape),
                        Values.normal("select b", shape))
                .gradients(1, 2).torch(in -> List.of(NDArrays.where(in.get(0).neq(0), in.get(1), in.get(2))));
    }

    private static void casts(List<OpSample> samples) {
        for (DType half : List.of(DType.BFLOAT16, DType.FLOAT16)) {
            samples.add(OpSample.of("cast FLOAT32 [5, 13] to " + half, in -> new Cast(in.getFirst(), half), Values.halves("halves", 5, 13))
                    .torch(in -> List.of(in.getFirst().add(round(in.getFirst(), half).sub(in.getFirst()).stopGradient()))));
            samples.add(OpSample.of("cast FLOAT32 [65] with rounding to " + half, in -> new Cast(in.getFirst(), half), Values.normal("rounded", 65))
                    .gradients().torch(in -> List.of(round(in.getFirst(), half))));
            samples.add(OpSample.of("cast " + half + " [33] to FLOAT32", in -> new Cast(in.getFirst().cast(half), DType.FLOAT32), Values.halves("widened", 33))
                    .torch(List::copyOf));
        }
        samples.add(OpSample.of("cast FLOAT32 [33] to INT32", in -> new Cast(in.getFirst(), DType.INT32), Values.uniform("truncated", -99, 99, 33))
                .gradients().torch(in -> List.of(in.getFirst().toType(DataType.INT64, false))));
        samples.add(OpSample.of("cast INT32 [3, 7] to FLOAT32", in -> new Cast(in.getFirst(), DType.FLOAT32), Values.ints("widened", -99, 99, 3, 7))
                .torch(in -> List.of(in.getFirst().toType(DataType.FLOAT64, false))));
    }

    /** x rounded to a half type. DJL does not reach PyTorch's bfloat16, so 8 significant bits are split off in double precision (Veltkamp). */
    private static NDArray round(NDArray x, DType half) {
        if (half == DType.FLOAT16) return x.toType(DataType.FLOAT32, false).toType(DataType.FLOAT16, false).toType(DataType.FLOAT64, false);
        NDArray shifted = x.mul(0x1p45 + 1);
        return shifted.sub(shifted.sub(x));
    }

    private static void broadcasts(List<OpSample> samples) {
        int[][][] pairs = {{{1, 33}, {5, 33}}, {{5, 1}, {5, 33}}, {{7}, {2, 3, 7}}, {{}, {3, 5}}, {{1}, {65}}, {{3, 1, 5}, {3, 4, 5}}, {{1, 4, 1}, {3, 4, 5}},
                {{2, 1, 3, 1}, {2, 7, 3, 5}}, {{3, 5}, {3, 5}}};
        for (int[][] pair : pairs) {
            Shape to = Shape.of(pair[1]);
            long[] sizes = java.util.Arrays.stream(pair[1]).asLongStream().toArray();
            samples.add(OpSample.of("broadcast " + Shape.of(pair[0]) + " to " + to, in -> new Broadcast(in.getFirst(), to), Values.normal("broadcast", pair[0]))
                    .reduction(to.count()).torch(in -> List.of(in.getFirst().broadcast(sizes))));
        }
    }
}
