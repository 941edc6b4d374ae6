package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.tensor.BinaryKind;
import embedrl.tensor.ContractionOp;
import embedrl.tensor.DType;
import embedrl.tensor.ElementwiseOp;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.HostTensor;
import embedrl.tensor.IndexOp;
import embedrl.tensor.MovementOp;
import embedrl.tensor.Op;
import embedrl.tensor.Program;
import embedrl.tensor.ReduceOp;
import embedrl.tensor.ReferenceExecutor;
import embedrl.tensor.RowOp;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import embedrl.tensor.UnaryKind;
import embedrl.tensor.UpdateOp;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operation on the vector executor against the reference executor, and one thread against several. */
class VectorExecutorTest {
    private static final Executor REFERENCE = new ReferenceExecutor();
    private static final List<Executor> FAST = List.of(new VectorExecutor(1), new VectorExecutor(3));
    private final SplittableRandom random = new SplittableRandom(3);

    @AfterAll
    static void close() {
        FAST.forEach(Executor::close);
    }

    private Tensor values(int... sizes) {
        Shape shape = Shape.of(sizes);
        float[] values = new float[shape.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (2 * random.nextGaussian());
        }
        return Tensor.of(shape, values);
    }

    private Tensor ids(int from, int to, int... sizes) {
        Shape shape = Shape.of(sizes);
        int[] values = new int[shape.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(from, to);
        }
        return Tensor.ofInts(shape, values);
    }

    private static List<HostTensor> run(Executor executor, List<Tensor> outputs) {
        Program.Builder builder = Program.builder();
        for (int i = 0; i < outputs.size(); i++) {
            builder.output("out" + i, outputs.get(i));
        }
        try (Program program = builder.compile(executor)) {
            program.run();
            program.run();
            List<HostTensor> results = new ArrayList<>();
            for (int i = 0; i < outputs.size(); i++) {
                results.add(program.read("out" + i));
            }
            return results;
        }
    }

    /** Close to the reference by the tolerance times (1 + |value|), and bit for bit the same for any number of threads. */
    private static void check(double tolerance, List<Tensor> outputs) {
        List<HostTensor> expected = run(REFERENCE, outputs);
        List<HostTensor> first = run(FAST.getFirst(), outputs);
        for (int o = 0; o < outputs.size(); o++) {
            if (expected.get(o).type().dtype() == DType.INT32) {
                assertThat(first.get(o).ints()).isEqualTo(expected.get(o).ints());
                continue;
            }
            float[] e = expected.get(o).floats();
            float[] f = first.get(o).floats();
            for (int i = 0; i < e.length; i++) {
                if (Float.isFinite(e[i])) {
                    assertThat(f[i]).as("output %d, element %d of %s", o, i, outputs.get(o)).isCloseTo(e[i], within((float) (tolerance * (1 + Math.abs(e[i])))));
                } else {
                    assertThat(f[i]).as("output %d, element %d of %s", o, i, outputs.get(o)).isEqualTo(Float.valueOf(e[i]));
                }
            }
        }
        for (Executor executor : FAST) {
            List<HostTensor> again = run(executor, outputs);
            for (int o = 0; o < outputs.size(); o++) {
                if (expected.get(o).type().dtype() != DType.INT32) {
                    assertThat(again.get(o).floats()).as("on %s", executor.description()).isEqualTo(first.get(o).floats());
                }
            }
        }
    }

    private static void check(double tolerance, Op op) {
        check(tolerance, Tensor.results(op));
    }

    @ParameterizedTest
    @EnumSource(UnaryKind.class)
    void unary(UnaryKind kind) {
        boolean positive = kind == UnaryKind.LOG || kind == UnaryKind.SQRT || kind == UnaryKind.RSQRT;
        Tensor x = values(7, 3001);
        check(2e-6, List.of((positive ? x.abs().add(0.01f) : x).unary(kind)));
    }

    @ParameterizedTest
    @EnumSource(BinaryKind.class)
    void binaryWithOperandsOfEveryForm(BinaryKind kind) {
        for (int[] size : new int[][] {{5, 9, 33}, {3, 40, 100}, {2, 3, 1500}, {1, 2, 5000}, {4, 300, 1}}) {
            Tensor x = values(size).abs().add(0.1f);
            for (int[] other : new int[][] {size, {1}, {size[2]}, {size[1], 1}, {size[0], 1, 1}, {size[1], size[2]}, {size[0], size[1], 1}, {size[0], 1, size[2]}}) {
                Tensor y = values(other).abs().add(0.1f);
                check(2e-5, List.of(x.binary(kind, y), y.binary(kind, x)));
            }
        }
    }

    @Test
    void longChainsReuseTheirBlocks() {
        for (int[] size : new int[][] {{3, 7}, {11, 64}, {37, 1000}, {9, 3000}}) {
            Tensor x = values(size);
            Tensor bias = values(size[1]);
            Tensor column = values(size[0], 1);
            Tensor a = x.add(bias).silu();
            Tensor b = a.mul(column).sub(x).tanh();
            Tensor c = b.mul(a).add(b.square()).add(a.mul(2));
            Tensor d = c.less(x).select(c.mul(bias), c.div(column.abs().add(1)));
            Tensor e = d.mul(d.sigmoid()).sub(a.geluErf()).add(b.mul(c).geluTanh());
            check(1e-4, List.of(e.add(a).mul(b).add(c).max(x)));
        }
    }

    @Test
    void chainsReadOtherElementTypes() {
        Tensor ints = ids(-5, 100, 6, 50);
        Tensor x = values(6, 50);
        check(1e-6, List.of(ints.cast(DType.FLOAT32).mul(x), x.cast(DType.BFLOAT16).cast(DType.FLOAT32).add(x),
                x.cast(DType.FLOAT16).cast(DType.FLOAT32).mul(2), x.cast(DType.INT32), ints.cast(DType.FLOAT32)));
        check(0, List.of(x.cast(DType.BFLOAT16), x.cast(DType.FLOAT16)));
    }

    @Test
    void broadcastsThatNoChainTakes() {
        check(0, new ElementwiseOp.Broadcast(values(3, 1, 5), Shape.of(2, 3, 4, 5)));
        check(0, new ElementwiseOp.Broadcast(values(3, 1, 5, 1), Shape.of(3, 70, 5, 33)));
        check(0, List.of(values(3, 1, 5, 1).broadcastTo(Shape.of(3, 7, 5, 3)).mul(2)));
    }

    @Test
    void uniformNumbersAreTheDefinedOnes() {
        for (int size : new int[] {1, 15, 16, 40_001}) {
            check(0, new ElementwiseOp.Uniform(Tensor.ofInts(Shape.of(2), 123, -77), 5, Shape.of(size)));
        }
    }

    @Test
    void movements() {
        Tensor x = values(3, 5, 7, 33);
        for (List<Integer> axes : List.of(List.of(0, 2, 1, 3), List.of(3, 2, 1, 0), List.of(0, 1, 3, 2), List.of(1, 0, 3, 2), List.of(2, 3, 0, 1), List.of(3, 0, 1, 2))) {
            check(0, new MovementOp.Permute(x, axes));
            check(0, new MovementOp.Permute(ids(-9, 9, 3, 5, 70, 2), axes));
        }
        check(0, new MovementOp.Permute(values(200, 131), List.of(1, 0)));
        check(0, new MovementOp.Permute(values(2, 3, 2, 5, 3, 4), List.of(4, 2, 0, 5, 1, 3)));
        for (int axis = 0; axis < 4; axis++) {
            check(0, new MovementOp.Slice(x, axis, 1, 3));
            check(0, new MovementOp.Pad(x, axis, 2, 1));
            check(0, new MovementOp.Pad(ids(0, 9, 2, 3, 4, 5), axis, 0, 3));
            check(0, new MovementOp.Concat(List.of(x, x.slice(axis, 0, 2), x), axis));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "4, 9, 1", "1, 100000, 1", "20, 3000, 1", "1, 3, 257", "5, 64, 33", "2, 3000, 40", "1, 7, 5000", "300, 5, 2", "0, 3, 4", "3, 0, 4"})
    void reductions(int outer, int reduced, int inner) {
        Tensor x = values(outer, reduced, inner);
        check(2e-5 * (1 + Math.sqrt(reduced) / 30), new ReduceOp.Sum(x, 1, 2));
        if (reduced > 0) {
            check(0, new ReduceOp.Max(x, 1, 2));
            check(0, new ReduceOp.ArgMax(x, 1, 2));
        }
    }

    @Test
    void theFirstOfEqualMaximaAndTheFirstNaNAreFoundAnywhereInARow() {
        float[] ties = new float[1003];
        ties[17] = ties[500] = ties[1001] = 3;
        float[] last = new float[1003];
        last[1002] = 1;
        float[] nan = ties.clone();
        nan[700] = nan[30] = Float.NaN;
        float[] least = new float[1003];
        Arrays.fill(least, Float.NEGATIVE_INFINITY);
        Tensor rows = Tensor.of(new float[][] {ties, last, nan, least});
        for (Executor executor : FAST) {
            assertThat(rows.argMax(-1).eval(executor).ints()).containsExactly(17, 1002, 30, 0);
            assertThat(rows.permute(1, 0).argMax(0).eval(executor).ints()).containsExactly(17, 1002, 30, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 257, 3000})
    void rows(int columns) {
        Tensor x = values(37, columns);
        Tensor weight = values(columns);
        Tensor dy = values(37, columns);
        check(2e-6, new RowOp.Softmax(x));
        check(2e-6, new RowOp.LogSumExp(x.mul(10)));
        var rms = new RowOp.RmsNorm(x, weight, 1e-6f);
        check(1e-5, rms);
        check(1e-4, new RowOp.RmsNormGradient(x, weight, Tensor.of(rms, 1), dy));
        var layer = new RowOp.LayerNorm(x.add(5), weight, values(columns), 1e-5f);
        if (columns > 1) {
            check(3e-5, layer);
            check(3e-4, new RowOp.LayerNormGradient(x.add(5), weight, Tensor.of(layer, 1), Tensor.of(layer, 2), dy));
        }
        Tensor targets = ids(-1, columns, 37);
        var loss = new RowOp.CrossEntropy(x, targets);
        check(3e-6, loss);
        check(3e-6, new RowOp.CrossEntropyGradient(x, targets, Tensor.of(loss, 1), values(37)));
        check(0, new RowOp.Draw(x, Tensor.of(Shape.of(37), uniforms(37))));
    }

    private float[] uniforms(int count) {
        float[] uniforms = new float[count];
        for (int i = 0; i < count; i++) {
            uniforms[i] = (float) (random.nextInt(1 << 24) * 0x1p-24);
        }
        return uniforms;
    }

    /** Evenly spaced numbers draw each column as often as its probability says, to one draw at either end; none is drawn that has none. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 1024, 1025, 3000})
    void drawsFollowTheDistribution(int columns) {
        int draws = 4096;
        float[] row = new float[columns];
        for (int i = 0; i < columns; i++) {
            row[i] = i % 3 == 1 ? Float.NEGATIVE_INFINITY : 2 * (float) random.nextGaussian();
        }
        double total = 0;
        for (float logit : row) {
            total += Math.exp(logit);
        }
        float[][] rows = new float[draws][];
        float[] uniforms = new float[draws];
        for (int i = 0; i < draws; i++) {
            rows[i] = row;
            uniforms[i] = (i + 0.5f) / draws;
        }
        for (Executor executor : FAST) {
            int[] counts = new int[columns];
            for (int column : Tensor.of(rows).draw(Tensor.of(Shape.of(draws), uniforms)).eval(executor).ints()) {
                counts[column]++;
            }
            for (int i = 0; i < columns; i++) {
                assertThat((double) counts[i]).as("column %d", i).isCloseTo(draws * Math.exp(row[i]) / total, within(row[i] == Float.NEGATIVE_INFINITY ? 0 : 1.01));
            }
        }
    }

    @Test
    void theEndsOfTheNumbersDrawTheEndsOfTheColumnsThatHaveAProbability() {
        float[] row = new float[2500];
        Arrays.fill(row, 0, 1100, Float.NEGATIVE_INFINITY);
        Arrays.fill(row, 2100, 2500, Float.NEGATIVE_INFINITY);
        for (Executor executor : FAST) {
            int last = Tensor.of(new float[][] {row}).draw(Tensor.of(Shape.of(1), Math.nextDown(1f))).eval(executor).ints()[0];
            assertThat(last).isBetween(2098, 2099);
            assertThat(Tensor.of(new float[][] {row}).draw(Tensor.of(Shape.of(1), 0)).eval(executor).ints()).containsExactly(1100);
        }
    }

    @Test
    void manyRowsOfAWeightGradientAddUpInAFixedOrder() {
        Tensor x = values(2500, 40);
        var rms = new RowOp.RmsNorm(x, values(40), 1e-6f);
        check(3e-4, new RowOp.RmsNormGradient(x, values(40), Tensor.of(rms, 1), values(2500, 40)));
    }

    @Test
    void maskedEntriesOfASoftmaxAreExactlyZero() {
        float[] x = {1, -1e30f, 2, Float.NEGATIVE_INFINITY, -90, 0.5f, 0, -1e30f, 3, 4, 5, 6, 7, 8, 9, 10, 11, -1e30f, Float.NEGATIVE_INFINITY};
        float[] y = Tensor.of(Shape.of(1, x.length), x).softmax().eval(FAST.getFirst()).floats();
        assertThat(y[1]).isEqualTo(0f);
        assertThat(y[3]).isEqualTo(0f);
        assertThat(y[4]).isEqualTo(0f);
        assertThat(y[17]).isEqualTo(0f);
        assertThat(y[18]).isEqualTo(0f);
        check(1e-6, List.of(Tensor.of(Shape.of(1, x.length), x).softmax(), Tensor.of(Shape.of(1, 2), Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY).logSumExp()));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 16, 32, 34, 128})
    void rotary(int width) {
        Tensor x = values(2, 9, 3, width);
        Tensor angle = values(2, 9, width / 2);
        Tensor cos = angle.unary(UnaryKind.COS);
        Tensor sin = angle.unary(UnaryKind.SIN);
        check(3e-6, new RowOp.Rotary(x, cos, sin, false));
        check(3e-6, new RowOp.Rotary(x, cos, sin, true));
    }

    @ParameterizedTest
    @CsvSource({"1, 5, 7, 9", "3, 40, 33, 17", "6, 1, 50, 64", "2, 100, 3, 20", "2, 64, 64, 64"})
    void matmul(int batch, int m, int n, int k) {
        double tolerance = 5e-6 * Math.sqrt(k);
        for (int form = 0; form < 4; form++) {
            boolean ta = form % 2 == 1;
            boolean tb = form / 2 == 1;
            Tensor a = ta ? values(batch, k, m) : values(batch, m, k);
            Tensor b = tb ? values(batch, n, k) : values(batch, k, n);
            check(tolerance, new ContractionOp.MatMul(a, b, ta, tb));
            Tensor shared = tb ? values(n, k) : values(k, n);
            if (!ta) {
                check(tolerance, new ContractionOp.MatMul(a, shared, false, tb));
            }
            check(tolerance, new ContractionOp.MatMul(ta ? values(k, m) : values(m, k), shared, ta, tb));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 5, 5, 2, 2, 8", "3, 33, 33, 4, 2, 32", "2, 64, 80, 4, 1, 16", "1, 70, 70, 2, 2, 20", "4, 1, 50, 8, 2, 32", "2, 1, 700, 4, 4, 64", "1, 130, 600, 1, 1, 24",
        "2, 7, 3, 2, 1, 4", "9, 1, 50, 6, 3, 64", "8, 1, 530, 4, 2, 20", "3, 1, 1500, 10, 2, 80", "9, 1, 700, 4, 1, 128"})
    void attention(int batch, int queries, int keys, int heads, int keyHeads, int width) {
        Tensor q = values(batch, queries, heads, width);
        Tensor k = values(batch, keys, keyHeads, width);
        Tensor v = values(batch, keys, keyHeads, width);
        Tensor dy = values(batch, queries, heads, width);
        float scale = (float) (1 / Math.sqrt(width));
        for (boolean causal : new boolean[] {false, true}) {
            int[] lengths = new int[batch];
            for (int b = 0; b < batch; b++) {
                lengths[b] = b == 0 ? keys : random.nextInt(-1, keys + 3);
            }
            Tensor length = Tensor.ofInts(Shape.of(batch), lengths);
            var op = new ContractionOp.Attention(q, k, v, length, scale, causal);
            check(1e-5, op);
            check(1e-4, new ContractionOp.AttentionGradient(q, k, v, length, Tensor.of(op, 0), Tensor.of(op, 1), dy, scale, causal));
        }
    }

    @Test
    void attentionWithANegativeOrNoScale() {
        Tensor q = values(1, 9, 2, 8);
        Tensor k = values(1, 9, 2, 8);
        Tensor length = Tensor.ofInts(Shape.of(1), 9);
        check(1e-5, new ContractionOp.Attention(q, k, k, length, -0.7f, true));
        check(1e-5, new ContractionOp.Attention(q, k, k, length, 0, true));
    }

    @Test
    void gatherAndScatter() {
        for (int width : new int[] {1, 5, 64, 300}) {
            check(0, new IndexOp.Gather(values(20, width), ids(-2, 20, 3, 7)));
            check(0, new IndexOp.Gather(ids(0, 99, 20, width), ids(-2, 20, 40)));
            check(3e-6, new IndexOp.ScatterAdd(values(3, 70, width), ids(-2, 20, 3, 70), 20));
        }
        check(0, new IndexOp.WriteRows(values(3, 9, 2, 5), values(3, 4, 2, 5), Tensor.ofInts(Shape.of(3), 5, -1, 0)));
    }

    @Test
    void badIndicesAreErrorsInTheReferencesWords() {
        for (Executor executor : List.of(REFERENCE, FAST.get(1))) {
            assertThatThrownBy(() -> values(4, 3).gather(Tensor.ofInts(Shape.of(2), 1, 4)).eval(executor)).isInstanceOf(TensorException.class)
                    .hasMessage("gather: index 4 is outside of 0..3");
            assertThatThrownBy(() -> values(2, 3).scatterAdd(Tensor.ofInts(Shape.of(2), 1, 4), 4).eval(executor)).hasMessage("scatter_add: index 4 is outside of 0..3");
            assertThatThrownBy(() -> values(2, 3).crossEntropy(Tensor.ofInts(Shape.of(2), 0, 3)).eval(executor))
                    .hasMessage("cross_entropy: target 3 of row 1 is outside of 3 classes");
            Tensor write = Tensor.of(new IndexOp.WriteRows(values(1, 3, 2), values(1, 2, 2), Tensor.ofInts(Shape.of(1), 2)), 0);
            assertThatThrownBy(() -> write.eval(executor)).hasMessage("write_rows: rows 2..3 do not fit into a cache of 3 rows");
        }
    }

    @Test
    void adamWInPlaceOverSeveralSteps() {
        float[] start = new float[1003];
        float[] gradient = new float[1003];
        for (int i = 0; i < start.length; i++) {
            start[i] = (float) random.nextGaussian();
            gradient[i] = i % 5 == 0 ? (float) (1e-21 * random.nextGaussian()) : (float) random.nextGaussian();
        }
        List<List<float[]>> results = new ArrayList<>();
        for (Executor executor : List.of(REFERENCE, FAST.get(0), FAST.get(1))) {
            Variable p = Variable.of("p", HostTensor.of(Shape.of(start.length), start));
            Variable m = Variable.zeros("m", p.type());
            Variable v = Variable.zeros("v", p.type());
            Tensor step = Tensor.input("step", DType.FLOAT32);
            var op = new UpdateOp.AdamW(p.tensor(), Tensor.of(p.shape(), gradient), m.tensor(), v.tensor(), Tensor.scalar(0.01f), step, Tensor.scalar(0.5f), 0.9f, 0.999f, 1e-8f,
                    0.1f);
            Program program = Program.builder().update(p, Tensor.of(op, 0)).update(m, Tensor.of(op, 1)).update(v, Tensor.of(op, 2)).compile(executor);
            for (int t = 1; t <= 5; t++) {
                program.set("step", t).run();
            }
            results.add(List.of(p.value().floats(), m.value().floats(), v.value().floats()));
        }
        for (int part = 0; part < 3; part++) {
            assertThat(results.get(2).get(part)).isEqualTo(results.get(1).get(part));
            for (int i = 0; i < start.length; i++) {
                assertThat(results.get(1).get(part)[i]).isCloseTo(results.get(0).get(part)[i], within(2e-6f));
            }
        }
    }

    @Test
    void largeValuesAreCopiedInAndOutWhole() {
        int count = 3 * (1 << 18) + 5;
        float[] floats = new float[count];
        int[] ints = new int[count];
        for (int i = 0; i < count; i++) {
            floats[i] = i;
            ints[i] = ~i;
        }
        Tensor x = Tensor.input("x", DType.FLOAT32, count);
        Tensor ids = Tensor.input("ids", DType.INT32, count);
        Variable variable = Variable.zeros("v", TensorType.float32(Shape.of(count)));
        for (Executor executor : FAST) {
            try (Program program = Program.builder().output("y", x.add(1)).output("ids", ids).update(variable, x).compile(executor)) {
                program.set("x", floats).set("ids", ints).run();
                float[] y = new float[count];
                program.read("y", y);
                int[] out = program.read("ids").ints();
                float[] kept = variable.value().floats();
                for (int i = 0; i < count; i++) {
                    if (y[i] != i + 1 || out[i] != ~i || kept[i] != i) {
                        throw new AssertionError("element " + i + ": " + y[i] + ", " + out[i] + ", " + kept[i] + " on " + executor.description());
                    }
                }
            }
        }
    }

    @Test
    void theCpuIsFoundByName() {
        try (Executor executor = Executors.open("cpu", 2)) {
            assertThat(executor).isInstanceOf(VectorExecutor.class);
            assertThat(executor.name()).isEqualTo("cpu");
            assertThat(executor.description()).isEqualTo("Vector API with " + Lanes.F.vectorBitSize() + "-bit vectors, 2 threads");
        }
    }
}
