package embedrl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The exact text of every misuse: operation, rule, both values, and what to do. */
class ErrorMessagesTest {
    record Misuse(Supplier<?> call, String message) {
        @Override
        public String toString() {
            return message;
        }
    }

    private static final Tensor M23 = Tensor.zeros(Shape.of(2, 3));
    private static final Tensor V3 = Tensor.zeros(Shape.of(3));
    private static final Tensor I2 = Tensor.ofInts(Shape.of(2), 0, 1);
    private static final Tensor SCALAR = Tensor.scalar(1);

    private static Tensor zeros(int... sizes) {
        return Tensor.zeros(Shape.of(sizes));
    }

    static Stream<Misuse> misuses() {
        List<Misuse> m = new ArrayList<>();
        // shapes and leaves
        m.add(new Misuse(() -> Shape.of(2, -1), "shape: sizes must not be negative, got [2, -1]"));
        m.add(new Misuse(() -> Shape.of(65536, 65536), "shape: a tensor holds at most 2^31 - 65 elements, got [65536, 65536]"));
        m.add(new Misuse(() -> V3.size(1), "shape: axis 1 is outside of [3], which has 1 axes"));
        m.add(new Misuse(() -> V3.size(-2), "shape: axis -2 is outside of [3], which has 1 axes"));
        m.add(new Misuse(() -> Tensor.of(Shape.of(2), 1, 2, 3), "tensor: [2] holds 2 values, got 3"));
        m.add(new Misuse(() -> Tensor.of(new float[][] {{1, 2}, {3}}), "tensor: rows must have equal lengths, row 0 has 2 and row 1 has 1"));
        m.add(new Misuse(() -> Tensor.input(" ", DType.FLOAT32), "input: the name must not be blank"));
        m.add(new Misuse(() -> Tensor.input("h", DType.BFLOAT16, 2), "input h: must be FLOAT32 or INT32, got BFLOAT16"));
        // elementwise
        m.add(new Misuse(() -> M23.add(zeros(2, 4)), "add: shapes must be equal or stretch from 1, got [2, 3] and [2, 4] (3 ≠ 4 at axis -1)"));
        m.add(new Misuse(() -> I2.exp(), "exp: operands must be FLOAT32, got INT32[2]; use cast(FLOAT32)"));
        m.add(new Misuse(() -> I2.mul(I2), "mul: operands must be FLOAT32, got INT32[2]; use cast(FLOAT32)"));
        m.add(new Misuse(() -> new ElementwiseOp.Binary(BinaryKind.ADD, M23, V3), "add: shapes must be equal, got [2, 3] and [3]"));
        m.add(new Misuse(() -> M23.select(zeros(2, 2), M23), "select: shapes must be equal or stretch from 1, got [2, 2] and [2, 3] (2 ≠ 3 at axis -1)"));
        m.add(new Misuse(() -> new ElementwiseOp.Select(V3, M23, M23), "select: shapes must be equal, got [3], [2, 3] and [2, 3]"));
        m.add(new Misuse(() -> I2.cast(DType.FLOAT16), "cast: one side must be FLOAT32, got INT32 to FLOAT16"));
        m.add(new Misuse(() -> new ElementwiseOp.Broadcast(M23, Shape.of(3)), "broadcast: [2, 3] does not stretch to [3]"));
        m.add(new Misuse(() -> new ElementwiseOp.Broadcast(V3, Shape.of(4)), "broadcast: shapes must be equal or stretch from 1, got [3] and [4] (3 ≠ 4 at axis -1)"));
        m.add(new Misuse(() -> Tensor.uniform(Shape.of(3), V3, 0), "uniform: seed must be INT32, got FLOAT32[3]"));
        m.add(new Misuse(() -> Tensor.uniform(Shape.of(3), Tensor.ofInts(Shape.of(1), 1), 0), "uniform: seed must have shape [2], got [1]"));
        // reductions and movement
        m.add(new Misuse(() -> I2.sum(), "sum: operands must be FLOAT32, got INT32[2]; use cast(FLOAT32)"));
        m.add(new Misuse(() -> M23.sum(2), "shape: axis 2 is outside of [2, 3], which has 2 axes"));
        m.add(new Misuse(() -> new ReduceOp.Sum(M23, 1, 3), "sum: need 0 ≤ from ≤ to ≤ rank, got axes 1..3 of [2, 3]"));
        m.add(new Misuse(() -> new ReduceOp.Max(M23, 2, 1), "max: need 0 ≤ from ≤ to ≤ rank, got axes 2..1 of [2, 3]"));
        m.add(new Misuse(() -> new ReduceOp.ArgMax(Tensor.zeros(Shape.of(2, 0)), 1, 2), "argmax: the axes 1..2 of [2, 0] hold no element"));
        m.add(new Misuse(() -> zeros(2, 0).max(1), "max: the axes 1..2 of [2, 0] hold no element"));
        m.add(new Misuse(() -> M23.reshape(4), "reshape: element counts must agree, got [2, 3] (6) to [4] (4)"));
        m.add(new Misuse(() -> M23.reshape(4, -1), "reshape: [2, 3] cannot be split into parts of 4"));
        m.add(new Misuse(() -> M23.permute(0, 0), "permute: axes must be a permutation of 0..1, got [0, 0] for [2, 3]"));
        m.add(new Misuse(() -> M23.permute(0), "permute: axes must be a permutation of 0..1, got [0] for [2, 3]"));
        m.add(new Misuse(() -> V3.transpose(), "transpose: x must have at least 2 axes, got [3]"));
        m.add(new Misuse(() -> M23.slice(1, 2, 5), "slice: need 0 ≤ start ≤ end ≤ size, got 2..5 on axis 1 of [2, 3]"));
        m.add(new Misuse(() -> M23.slice(-1, 2, 1), "slice: need 0 ≤ start ≤ end ≤ size, got 2..1 on axis 1 of [2, 3]"));
        m.add(new Misuse(() -> M23.slice(2, 0, 1), "shape: axis 2 is outside of [2, 3], which has 2 axes"));
        m.add(new Misuse(() -> M23.pad(0, -1, 0), "pad: amounts must not be negative, got -1 and 0"));
        m.add(new Misuse(() -> Tensor.concat(0), "concat: needs at least one part"));
        m.add(new Misuse(() -> Tensor.concat(1, M23, zeros(3, 3)), "concat: parts must agree outside of axis 1, got FLOAT32[2, 3] and FLOAT32[3, 3]"));
        m.add(new Misuse(() -> Tensor.concat(0, V3, I2), "concat: parts must agree outside of axis 0, got FLOAT32[3] and INT32[2]"));
        // rows
        m.add(new Misuse(() -> SCALAR.softmax(), "softmax: x must have at least 1 axes, got []"));
        m.add(new Misuse(() -> SCALAR.logSumExp(), "log_sum_exp: x must have at least 1 axes, got []"));
        m.add(new Misuse(() -> M23.rmsNorm(zeros(2), 1), "rms_norm: weight must have shape [3], got [2]"));
        m.add(new Misuse(() -> M23.layerNorm(V3, zeros(2), 1), "layer_norm: bias must have shape [3], got [2]"));
        m.add(new Misuse(() -> M23.crossEntropy(V3), "cross_entropy: targets must be INT32, got FLOAT32[3]"));
        m.add(new Misuse(() -> M23.crossEntropy(Tensor.ofInts(Shape.of(3), 0, 0, 0)), "cross_entropy: targets must have shape [2], got [3]"));
        m.add(new Misuse(() -> M23.draw(V3), "draw: uniform must have shape [2], got [3]"));
        m.add(new Misuse(() -> zeros(2, 0).draw(zeros(2)), "draw: the rows of [2, 0] hold no column"));
        m.add(new Misuse(() -> zeros(1, 1, 1, 3).rotary(V3, V3), "rotary: the head width must be even, got [1, 1, 1, 3]"));
        m.add(new Misuse(() -> zeros(1, 2, 1, 4).rotary(zeros(2, 2), zeros(2, 2)), "rotary: cos must have shape [1, 2, 2], got [2, 2]"));
        m.add(new Misuse(() -> V3.rotary(V3, V3), "rotary: x must have 4 axes, got [3]"));
        m.add(new Misuse(() -> new RowOp.RmsNormGradient(M23, V3, zeros(2), V3), "rms_norm_gradient: dy must have shape [2, 3], got [3]"));
        m.add(new Misuse(() -> new RowOp.LayerNormGradient(M23, V3, zeros(3), zeros(2), M23), "layer_norm_gradient: mean must have shape [2], got [3]"));
        m.add(new Misuse(() -> new RowOp.CrossEntropyGradient(M23, I2, zeros(2), V3), "cross_entropy_gradient: dnll must have shape [2], got [3]"));
        // contractions
        m.add(new Misuse(() -> M23.matmul(zeros(2, 5)), "matmul: inner sizes must agree, got [2, 3] and [2, 5] (3 ≠ 2)"));
        m.add(new Misuse(() -> M23.matmul(zeros(5, 3)), "matmul: inner sizes must agree, got [2, 3] and [5, 3] (3 ≠ 5); the right operand looks transposed: use matmulTransposed"));
        m.add(new Misuse(() -> M23.transposedMatmul(M23.transpose()), "matmul: inner sizes must agree, got [2, 3]ᵀ and [3, 2] (2 ≠ 3); the right operand looks transposed: use matmulTransposed"));
        m.add(new Misuse(() -> V3.matmul(M23), "matmul: a must have at least 2 axes, got [3]"));
        m.add(new Misuse(() -> M23.matmul(V3), "matmul: b must have at least 2 axes, got [3]"));
        m.add(new Misuse(() -> zeros(2, 4, 3).matmul(zeros(5, 3, 4)), "matmul: leading sizes must agree, got [2, 4, 3] and [5, 3, 4]"));
        m.add(new Misuse(() -> zeros(2, 3, 4).transposedMatmul(zeros(3, 4)),
                "matmul: a transposed left operand with leading axes needs a right operand with the same, got [2, 3, 4] and [3, 4]"));
        m.add(new Misuse(() -> M23.matmul(I2.reshape(1, 2)), "matmul: operands must be FLOAT32, got INT32[1, 2]; use cast(FLOAT32)"));
        m.add(new Misuse(() -> attention(zeros(1, 2, 3, 4), zeros(1, 2, 2, 4), 1), "attention: query heads must be a multiple of key heads, got 3 and 2"));
        m.add(new Misuse(() -> attention(zeros(1, 2, 2, 4), zeros(1, 2, 2, 5), 1),
                "attention: q [B, T, H, d] and k [B, S, K, d] must agree in B and d, got [1, 2, 2, 4] and [1, 2, 2, 5]"));
        m.add(new Misuse(() -> attention(V3, zeros(1, 2, 2, 4), 1), "attention: q must have 4 axes, got [3]"));
        m.add(new Misuse(() -> attention(zeros(1, 2, 2, 4), zeros(1, 2, 2, 4), 2), "attention: keyLengths must have shape [1], got [2]"));
        // index and update
        m.add(new Misuse(() -> M23.gather(V3), "gather: ids must be INT32, got FLOAT32[3]"));
        m.add(new Misuse(() -> SCALAR.gather(I2), "gather: table must have at least 1 axes, got []"));
        m.add(new Misuse(() -> V3.scatterAdd(I2, 4), "scatter_add: values must begin with the axes of ids, got [3] and [2]"));
        m.add(new Misuse(() -> M23.scatterAdd(V3, 4), "scatter_add: ids must be INT32, got FLOAT32[3]"));
        m.add(new Misuse(() -> new IndexOp.WriteRows(zeros(2, 4, 3), zeros(2, 1, 5), I2), "write_rows: cache and values must agree outside of axis 1, got [2, 4, 3] and [2, 1, 5]"));
        m.add(new Misuse(() -> new IndexOp.WriteRows(zeros(3, 4), zeros(3, 1), I2), "write_rows: starts must have shape [3], got [2]"));
        m.add(new Misuse(() -> new UpdateOp.AdamW(V3, M23, V3, V3, SCALAR, SCALAR, SCALAR, 0.9f, 0.99f, 1e-8f, 0), "adamw: gradient must have shape [3], got [2, 3]"));
        m.add(new Misuse(() -> new UpdateOp.AdamW(V3, V3, V3, V3, V3, SCALAR, SCALAR, 0.9f, 0.99f, 1e-8f, 0), "adamw: learningRate must have shape [], got [3]"));
        // host values
        m.add(new Misuse(() -> HostTensor.ofInts(Shape.of(2), 1, 2).floats(), "floats: these are INT32 values of shape [2]; use ints()"));
        m.add(new Misuse(() -> HostTensor.of(Shape.of(2), 1, 2).ints(), "buffer: expected INT32 elements, this holds FLOAT32[2]"));
        m.add(new Misuse(() -> HostTensor.of(Shape.of(2), 1, 2).item(), "item: needs a tensor with one element, got [2]"));
        m.add(new Misuse(() -> assign(TensorType.float32(2), HostTensor.of(Shape.of(3), 1, 2, 3)), "assign: variable 'v' has type FLOAT32[2], got FLOAT32[3]"));
        m.add(new Misuse(() -> Buffer.over(TensorType.int32(2), new float[2], 0), "buffer: INT32[2] cannot lie in a float[]"));
        m.add(new Misuse(() -> Buffer.over(TensorType.float32(2), new float[2], 1), "buffer: FLOAT32[2] at offset 1 does not fit into 2 elements"));
        m.add(new Misuse(() -> HalfTypes.widen(DType.INT32, (short) 0), "widen: INT32 is not a half-width type"));
        m.add(new Misuse(() -> HalfTypes.narrow(DType.FLOAT32, 0), "narrow: FLOAT32 is not a half-width type"));
        return m.stream();
    }

    private static Op attention(Tensor q, Tensor k, int lengths) {
        return new ContractionOp.Attention(q, k, k, Tensor.ofInts(Shape.of(lengths), new int[lengths]), 1, false);
    }

    private static Object assign(TensorType type, HostTensor values) {
        Variable variable = Variable.zeros("v", type);
        variable.assign(values);
        return variable;
    }

    @ParameterizedTest
    @MethodSource("misuses")
    void saysExactly(Misuse misuse) {
        assertThatThrownBy(misuse.call()::get).isExactlyInstanceOf(TensorException.class).hasMessage(misuse.message());
    }

    @Test
    void unknownDevicesAreNamedWithTheKnownOnes() {
        assertThatThrownBy(() -> Executors.open("abacus:2", 0)).isExactlyInstanceOf(TensorException.class)
                .hasMessageStartingWith("device 'abacus:2' is unknown; known are reference, ").hasMessageContaining("cpu");
    }

    /** Wrong values are found when they are used, with the same words on every executor. */
    @Test
    void saysAtRunTime() {
        for (String device : Devices.names()) {
            try (Executor executor = Executors.open(device, 2)) {
                assertThatThrownBy(() -> M23.gather(Tensor.ofInts(Shape.of(2), 0, 2)).eval(executor)).as(device).hasMessage("gather: index 2 is outside of 0..1");
                assertThatThrownBy(() -> M23.scatterAdd(Tensor.ofInts(Shape.of(2), 0, 7), 3).eval(executor)).as(device).hasMessage("scatter_add: index 7 is outside of 0..2");
                assertThatThrownBy(() -> M23.crossEntropy(Tensor.ofInts(Shape.of(2), 0, 3)).eval(executor)).as(device)
                        .hasMessage("cross_entropy: target 3 of row 1 is outside of 3 classes");
                Tensor written = Tensor.of(new IndexOp.WriteRows(zeros(1, 4, 2), zeros(1, 2, 2), Tensor.ofInts(Shape.of(1), 3)), 0);
                assertThatThrownBy(() -> written.eval(executor)).as(device).hasMessage("write_rows: rows 3..4 do not fit into a cache of 4 rows");
            }
        }
    }

    @Test
    void everyOperationWithInputsHasAMisuse() {
        Set<String> named = new TreeSet<>();
        misuses().forEach(m -> named.add(m.message().split("[: ]")[0]));
        assertThat(named).contains("exp", "add", "select", "cast", "broadcast", "uniform", "sum", "max", "reshape", "permute", "slice", "pad", "concat", "softmax",
                "log_sum_exp", "rms_norm", "rms_norm_gradient", "layer_norm", "layer_norm_gradient", "cross_entropy", "cross_entropy_gradient", "rotary", "matmul",
                "attention", "gather", "scatter_add", "write_rows", "adamw");
    }
}
