package embedrl.tensor.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.tensor.ContractionOp;
import embedrl.tensor.DType;
import embedrl.tensor.ElementwiseOp;
import embedrl.tensor.HalfTypes;
import embedrl.tensor.IndexOp;
import embedrl.tensor.MovementOp;
import embedrl.tensor.Op;
import embedrl.tensor.ReduceOp;
import embedrl.tensor.ReferenceExecutor;
import embedrl.tensor.RowOp;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.UnaryKind;
import embedrl.tensor.UpdateOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel of the catalogue as ordinary Java, with groups of one item and of several, against the reference executor. Needs no device. */
class KernelsTest {
    private static final Set<Kernel> SEEN = EnumSet.noneOf(Kernel.class);

    /** An operation by name. */
    record Case(String name, Op op) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Tensor values(String name, int... sizes) {
        return Tensor.normal(Shape.of(sizes), Seed.of(9).split(name));
    }

    private static Tensor ids(int bound, int... sizes) {
        Shape shape = Shape.of(sizes);
        int[] ids = new int[shape.count()];
        for (int i = 0; i < ids.length; i++) ids[i] = Seed.of(4).below(bound + 1, i) - 1;
        return Tensor.ofInts(shape, ids);
    }

    static Stream<Case> cases() {
        Tensor x = values("x", 5, 19);
        Tensor dy = values("dy", 5, 19);
        Tensor weight = values("weight", 19);
        Tensor bias = values("bias", 19);
        Tensor positive = x.square().add(0.1f);
        Map<String, Op> cases = new LinkedHashMap<>();
        for (UnaryKind kind : UnaryKind.values()) {
            boolean partial = kind == UnaryKind.LOG || kind == UnaryKind.SQRT || kind == UnaryKind.RSQRT;
            cases.put("chain of " + kind, (partial ? positive : x).unary(kind).op());
        }
        for (var kind : embedrl.tensor.BinaryKind.values()) cases.put("chain of " + kind, positive.binary(kind, bias.square()).op());
        cases.put("chain with select and loads", x.less(0.2f).select(x.mul(bias).add(3), ids(40, 5, 1).cast(DType.FLOAT32).sub(x)).silu().op());
        Tensor several = values("long", 3, 700);   // three blocks of a processor
        cases.put("chain over blocks", several.mul(values("row", 700)).add(values("column", 3, 1)).sub(ids(40, 3, 1).cast(DType.FLOAT32)).mul(ids(9, 700).cast(DType.FLOAT32)).add(2).exp().op());
        Tensor runs = values("runs", 70, 5, 2);
        cases.put("chain of short runs", runs.mul(values("middle", 5, 1)).add(values("first", 70, 1, 1)).mul(values("last", 2)).max(ids(3, 5, 1).cast(DType.FLOAT32)).op());
        cases.put("chain of a whole block", values("block", 256).mul(values("scalar")).sub(values("block", 256)).op());
        cases.put("fill", Tensor.full(Shape.of(7), -2.5f).op());
        cases.put("permute", x.transpose().op());
        cases.put("permute ints", ids(9, 3, 4, 5).permute(2, 0, 1).op());
        cases.put("broadcast", new ElementwiseOp.Broadcast(values("b", 3, 1, 4), Shape.of(2, 3, 5, 4)));
        cases.put("slice", x.slice(1, 3, 11).op());
        cases.put("pad ints", ids(9, 3, 4).pad(0, 2, 1).op());
        cases.put("concat", new MovementOp.Concat(List.of(x, dy.slice(1, 0, 4), x), 1));
        cases.put("cast to bfloat16", new ElementwiseOp.Cast(x, DType.BFLOAT16));
        cases.put("cast to ints", new ElementwiseOp.Cast(x.mul(100), DType.INT32));
        cases.put("uniform", new ElementwiseOp.Uniform(Tensor.ofInts(Shape.of(2), 77, -123_456_789), 3, Shape.of(70)));
        cases.put("gather", new IndexOp.Gather(x, ids(5, 2, 3)));
        cases.put("gather ints", new IndexOp.Gather(ids(99, 5, 3), ids(5, 7)));
        cases.put("scatter_add", new IndexOp.ScatterAdd(values("s", 11, 6), ids(4, 11), 4));
        cases.put("write_rows", new IndexOp.WriteRows(values("cache", 3, 7, 4), values("rows", 3, 2, 4), Tensor.ofInts(Shape.of(3), 5, -1, 0)));
        cases.put("sum", new ReduceOp.Sum(values("r", 3, 41, 2), 1, 2));
        cases.put("max", new ReduceOp.Max(values("r", 3, 41, 2), 1, 2));
        cases.put("argmax", new ReduceOp.ArgMax(values("r", 3, 41, 2), 1, 2));
        cases.put("draw", new RowOp.Draw(x.mul(3), Tensor.of(Shape.of(5), 0, 0.31f, 0.5f, 0.77f, 0.999f)));
        cases.put("draw from long rows", new RowOp.Draw(several.mul(2), Tensor.of(Shape.of(3), 0.1f, 0.6f, 0.9999f)));
        float[] peak = new float[40_000];   // a third of the mass in the first column, the rest in small ones
        Arrays.fill(peak, -10);
        peak[0] = -0.1f;
        cases.put("draw from a long tail", new RowOp.Draw(Tensor.of(new float[][] {peak, peak, peak}), Tensor.of(Shape.of(3), 0.3f, 0.6f, 0.9f)));
        cases.put("draw from nothing", new RowOp.Draw(Tensor.of(new float[][] {{Float.NEGATIVE_INFINITY, 1, Float.NEGATIVE_INFINITY}, {1, Float.NaN, 2}, {1, 2, Float.POSITIVE_INFINITY},
                {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY}}), Tensor.of(Shape.of(4), 0.99f, 0.5f, 0.5f, 0.5f)));
        cases.put("softmax", new RowOp.Softmax(x));
        cases.put("logsumexp", new RowOp.LogSumExp(x.mul(20)));
        cases.put("logsumexp of nothing", new RowOp.LogSumExp(Tensor.full(Shape.of(2, 3), Float.NEGATIVE_INFINITY).mul(1)));
        var loss = new RowOp.CrossEntropy(x, ids(19, 5));
        cases.put("cross_entropy", loss);
        cases.put("cross_entropy_gradient", new RowOp.CrossEntropyGradient(x, loss.targets(), Tensor.of(loss, 1), values("dnll", 5)));
        cases.put("rotary", new RowOp.Rotary(values("q", 2, 3, 2, 6), values("cos", 2, 3, 3), values("sin", 2, 3, 3), true));
        var rms = new RowOp.RmsNorm(x, weight, 1e-6f);
        cases.put("rms_norm", rms);
        cases.put("rms_norm_gradient", new RowOp.RmsNormGradient(x, weight, Tensor.of(rms, 1), dy));
        var layer = new RowOp.LayerNorm(x.add(4), weight, bias, 1e-5f);
        cases.put("layer_norm", layer);
        cases.put("layer_norm_gradient", new RowOp.LayerNormGradient(x.add(4), weight, Tensor.of(layer, 1), Tensor.of(layer, 2), dy));
        for (int form = 0; form < 4; form++) {
            boolean ta = form % 2 == 1;
            boolean tb = form / 2 == 1;
            cases.put("matmul " + form, new ContractionOp.MatMul(ta ? values("a", 2, 21, 70) : values("a", 2, 70, 21), tb ? values("b", 2, 67, 21) : values("b", 2, 21, 67), ta, tb));
            cases.put("matmul with few rows " + form, new ContractionOp.MatMul(ta ? values("a", 21, 3) : values("a", 3, 21), tb ? values("b", 9, 21) : values("b", 21, 9), ta, tb));
        }
        for (boolean transposed : new boolean[] {false, true}) {
            Tensor smallest = transposed ? values("b", 16, 5) : values("b", 5, 16);
            cases.put("matmul of one block, transposed " + transposed, new ContractionOp.MatMul(values("a", 8, 5), smallest, false, transposed));
            Tensor shared = transposed ? values("b", 33, 40) : values("b", 40, 33);
            cases.put("matmul of three matrices by one, transposed " + transposed, new ContractionOp.MatMul(values("a", 3, 9, 40), shared, false, transposed));
        }
        for (boolean causal : new boolean[] {false, true}) {
            Tensor q = values("q", 2, 5, 4, 6);
            Tensor k = values("k", 2, 7, 2, 6);
            Tensor v = values("v", 2, 7, 2, 6);
            Tensor lengths = Tensor.ofInts(Shape.of(2), 7, 3);
            var attention = new ContractionOp.Attention(q, k, v, lengths, 0.4f, causal);
            cases.put("attention " + causal, attention);
            cases.put("attention over several blocks " + causal, new ContractionOp.Attention(values("q", 1, 2, 1, 3), values("k", 1, 600, 1, 3), values("v", 1, 600, 1, 3),
                    Tensor.ofInts(Shape.of(1), 590), 0.4f, causal));
            var wide = new ContractionOp.Attention(values("q", 2, 5, 4, 32), values("k", 2, 7, 2, 32), values("v", 2, 7, 2, 32), lengths, 0.2f, causal);
            cases.put("attention in vectors " + causal, wide);
            cases.put("attention in vectors over several blocks " + causal, new ContractionOp.Attention(values("q", 1, 2, 1, 16), values("k", 1, 600, 1, 16), values("v", 1, 600, 1, 16),
                    Tensor.ofInts(Shape.of(1), 590), 0.4f, causal));
            cases.put("attention_gradient in vectors " + causal, new ContractionOp.AttentionGradient(wide.q(), wide.k(), wide.v(), lengths, Tensor.of(wide, 0), Tensor.of(wide, 1),
                    values("dy", 2, 5, 4, 32), 0.2f, causal));
            var longer = new ContractionOp.Attention(values("q", 1, 300, 1, 16), values("k", 1, 310, 1, 16), values("v", 1, 310, 1, 16), Tensor.ofInts(Shape.of(1), 305), 0.2f, causal);
            cases.put("attention_gradient in vectors over several blocks " + causal, new ContractionOp.AttentionGradient(longer.q(), longer.k(), longer.v(), longer.keyLengths(),
                    Tensor.of(longer, 0), Tensor.of(longer, 1), values("dy", 1, 300, 1, 16), 0.2f, causal));
            cases.put("attention_gradient " + causal, new ContractionOp.AttentionGradient(q, k, v, lengths, Tensor.of(attention, 0), Tensor.of(attention, 1), values("dy", 2, 5, 4, 6), 0.4f,
                    causal));
        }
        cases.put("adamw", new UpdateOp.AdamW(x, dy, x.mul(0.1f), x.square(), Tensor.scalar(0.01f), Tensor.scalar(3), Tensor.scalar(0.5f), 0.9f, 0.999f, 1e-8f, 0.1f));
        return cases.entrySet().stream().map(e -> new Case(e.getKey(), e.getValue()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheReference(Case sample) {
        for (boolean processor : new boolean[] {true, false}) SEEN.addAll(PlainRun.check(sample.op(), processor));
    }

    /** Numbers that bfloat16 holds. */
    private static Tensor short8(String name, int... sizes) {
        return Tensor.constant(values(name, sizes).cast(DType.BFLOAT16).cast(DType.FLOAT32).eval(new ReferenceExecutor()));
    }

    static Stream<Case> productsForTensorCores() {
        Map<String, Op> cases = new LinkedHashMap<>();
        for (int form = 0; form < 4; form++) {
            boolean ta = form % 2 == 1;
            boolean tb = form / 2 == 1;
            cases.put("a whole tile and three at the edges " + form, product(1, 130, 140, 40, ta, tb));
            cases.put("two matrices " + form, product(2, 70, 67, 33, ta, tb));
        }
        cases.put("a row of tiles", product(1, 128, 257, 9, false, false));
        cases.put("a column of tiles", product(1, 200, 128, 65, true, false));
        cases.put("matrices by one", new ContractionOp.MatMul(short8("a", 2, 20, 64), short8("b", 64, 128), false, false));
        return cases.entrySet().stream().map(e -> new Case(e.getKey(), e.getValue()));
    }

    private static Op product(int batch, int m, int n, int k, boolean ta, boolean tb) {
        return new ContractionOp.MatMul(ta ? short8("a", batch, k, m) : short8("a", batch, m, k), tb ? short8("b", batch, n, k) : short8("b", batch, k, n), ta, tb);
    }

    @ParameterizedTest
    @MethodSource("productsForTensorCores")
    void tensorCoresEqualTheReference(Case sample) {
        assertThat(PlainRun.checkOnTensorCores(sample.op())).containsExactly(Kernel.MATMUL_TENSOR_CORES);
    }

    @Test
    void productsOfFewRowsStayExact() {
        Op few = new ContractionOp.MatMul(values("a", 3, 21), values("b", 21, 40), false, false);
        assertThat(PlainRun.checkOnTensorCores(few)).containsExactly(Kernel.DOTS);
    }

    private static Tensor constant(float value) {
        return Tensor.constant(Tensor.full(Shape.of(16, 16), value).eval(new ReferenceExecutor()));
    }

    @Test
    void tensorCoresRoundTheirInputs() {
        Op coarse = new ContractionOp.MatMul(constant(1.001f), constant(1), false, false);
        assertThatThrownBy(() -> PlainRun.checkOnTensorCores(coarse)).isInstanceOf(AssertionError.class).hasMessageContaining("16.0");
    }

    @Test
    void theCasesCoverTheCatalogue() {
        cases().forEach(sample -> SEEN.addAll(PlainRun.kernels(sample.op())));
        Set<Kernel> missing = EnumSet.allOf(Kernel.class);
        missing.removeAll(SEEN);
        assertThat(missing).containsExactlyInAnyOrder(Kernel.COPY_INTS, Kernel.MATMUL_CUBLAS);   // copies of INT32 variables only, and a library; see TornadoExecutorTest
    }

    @Test
    void theKindOfDeviceChoosesTheInterpreter() {
        Op chain = values("x", 3, 100).exp().op();
        assertThat(PlainRun.check(chain, true)).containsExactly(Kernel.CHAIN_BLOCKS);
        assertThat(PlainRun.check(chain, false)).containsExactly(Kernel.CHAIN);
    }

    @Test
    void theKindOfDeviceChoosesTheProduct() {
        Op large = new ContractionOp.MatMul(values("a", 70, 21), values("b", 21, 67), false, false);
        assertThat(PlainRun.check(large, true)).containsExactly(Kernel.MATMUL_VECTORS);
        assertThat(PlainRun.check(large, false)).containsExactly(Kernel.MATMUL);
        assertThat(PlainRun.check(new ContractionOp.MatMul(values("a", 70, 21), values("b", 67, 21), false, true), true)).containsExactly(Kernel.MATMUL_PACK, Kernel.MATMUL_VECTORS);
        // blocks do not fit: 7 rows, or 15 columns
        assertThat(PlainRun.check(new ContractionOp.MatMul(values("a", 7, 21), values("b", 21, 67), false, false), true)).containsExactly(Kernel.DOTS);
        assertThat(PlainRun.check(new ContractionOp.MatMul(values("a", 70, 21), values("b", 21, 15), false, false), true)).containsExactly(Kernel.MATMUL);
    }

    @Test
    void roundingFollowsTheHalfTypes() {
        List<Float> values = new ArrayList<>(List.of(0f, -0f, 1f, -1f, 65504f, 65519.99f, 65520f, 1e-8f, 2.98e-8f, 2.9802322e-8f, 5.9604645e-8f, 6.1e-5f, 3.4e38f, Float.MAX_VALUE, 1e-40f, Float.NaN,
                Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1.00390625f, 1.01171875f, 1.00048828125f));
        for (int i = 0; i < 20_000; i++) values.add(Float.intBitsToFloat((int) Seed.of(1).split(i).value()));
        for (float x : values) {
            float f16 = Functions.round(x, 11, -14, 65536, Float.POSITIVE_INFINITY);
            assertThat(Float.valueOf(f16)).as("float16 of %s", x).isEqualTo(Float.valueOf(HalfTypes.widen(DType.FLOAT16, HalfTypes.narrow(DType.FLOAT16, x))));
            float b16 = Functions.round(x, 8, -126, Float.MAX_VALUE, Float.POSITIVE_INFINITY);
            float expected = HalfTypes.widen(DType.BFLOAT16, HalfTypes.narrow(DType.BFLOAT16, x));
            assertThat(Float.valueOf(b16)).as("bfloat16 of %s", x).isEqualTo(Float.valueOf(expected));
        }
    }

    @Test
    void expMinusOneKeepsItsDigits() {
        for (double y = -20; y < 3; y += 0.0137) {
            float f = (float) y;
            assertThat(Functions.expMinusOne(f)).isCloseTo((float) Math.expm1(f), within((float) (3e-7 * Math.abs(Math.expm1(f)))));
        }
        assertThat(Functions.expMinusOne(1e-7f)).isCloseTo(1e-7f, within(1e-13f));
    }
}
