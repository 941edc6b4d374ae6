package embedrl.tensor.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import embedrl.tensor.Buffer;
import embedrl.tensor.ContractionOp;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.HostTensor;
import embedrl.tensor.IndexOp;
import embedrl.tensor.Op;
import embedrl.tensor.Program;
import embedrl.tensor.ReferenceExecutor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where values live: variables between programs, devices and the host, outputs between programs, and memory that grows. Needs a device. */
class TornadoExecutorTest {
    private static final Executor REFERENCE = new ReferenceExecutor();
    private static Executor device;

    @BeforeAll
    static void open() {
        assumeTrue(new TornadoProvider().unavailable() == null, "no TornadoVM device");
        device = Executors.open("tornado", 0);
    }

    @AfterAll
    static void close() {
        if (device != null) device.close();
    }

    private static Variable counter(String name, float... values) {
        return Variable.of(name, HostTensor.of(Shape.of(values.length), values));
    }

    private static Program adding(Variable variable, float amount, Executor executor) {
        return Program.builder().update(variable, variable.tensor().add(amount)).output("old", variable.tensor().mul(1)).compile(executor);
    }

    @Test
    void aVariableKeepsItsValuesBetweenPrograms() {
        Variable v = counter("v", 1, 2);
        Program one = adding(v, 1, device);
        Program ten = adding(v, 10, device);
        one.run();
        ten.run();
        one.run();
        assertThat(one.read("old").floats()).containsExactly(12, 13);
        assertThat(v.value().floats()).containsExactly(13, 14);
    }

    @Test
    void hostAndDeviceProgramsSeeEachOthersUpdates() {
        Variable v = counter("v", 1, 2);
        Program here = adding(v, 1, REFERENCE);
        Program there = adding(v, 10, device);
        there.run();
        here.run();
        there.run();
        here.run();
        assertThat(v.value().floats()).containsExactly(23, 24);
        v.assign(HostTensor.of(Shape.of(2), 5, 6));
        there.run();
        assertThat(v.value().floats()).containsExactly(15, 16);
        Buffer values = v.buffer();
        values.floats()[values.offset()] = 100;
        there.run();
        assertThat(v.value().floats()).containsExactly(110, 26);
        assertThat(v.contents().floats()[values.offset()]).isEqualTo(110);
    }

    @Test
    void twoExecutorsShareAVariable() {
        Variable v = counter("v", 1);
        try (Executor other = Executors.open("tornado:0:0", 0)) {
            adding(v, 1, device).run();
            adding(v, 10, other).run();
            adding(v, 100, device).run();
            adding(v, 1000, other).run();
        }   // closing brings the values home
        assertThat(v.value().floats()).containsExactly(1112);
    }

    @Test
    void outputsOutliveTheNextProgram() {
        Tensor x = Tensor.input("x", DType.FLOAT32, 3);
        Program twice = Program.builder().output("y", x.mul(2)).compile(device);
        Program square = Program.builder().output("y", x.square()).compile(device);
        twice.set("x", new float[] {1, 2, 3}).run();
        square.set("x", new float[] {4, 5, 6}).run();
        assertThat(twice.read("y").floats()).containsExactly(2, 4, 6);
        assertThat(square.read("y").floats()).containsExactly(16, 25, 36);
        twice.run();
        square.close();
        assertThat(twice.read("y").floats()).containsExactly(2, 4, 6);
    }

    @Test
    void memoryGrowsWithoutLosingValues() {
        Variable small = counter("small", 1, 2);
        Program add = adding(small, 1, device);
        add.run();
        long before = ((TornadoExecutor) device).memory().generation();
        Variable large = Variable.zeros("large", TensorType.float32(60_000_000));
        Program sum = Program.builder().output("s", large.tensor().add(1).sum()).compile(device);
        assertThat(((TornadoExecutor) device).memory().generation()).isGreaterThan(before);
        sum.run();
        assertThat(sum.item("s")).isCloseTo(6e7f, within(6e5f));
        assertThat(add.read("old").floats()).containsExactly(1, 2);
        add.run();
        assertThat(small.value().floats()).containsExactly(3, 4);
        sum.close();
    }

    @Test
    void integerVariablesAreCopied() {
        Variable ids = Variable.of("ids", HostTensor.ofInts(Shape.of(3), 2, 0, 1));
        Tensor next = Tensor.input("next", DType.INT32, 3);
        Program program = Program.builder().update(ids, next).output("rows", Tensor.of(Shape.of(3), 10, 20, 30).gather(ids.tensor())).compile(device);
        program.set("next", new int[] {1, 1, 0}).run();
        assertThat(program.read("rows").floats()).containsExactly(30, 10, 20);
        program.run();
        assertThat(program.read("rows").floats()).containsExactly(20, 20, 10);
        assertThat(ids.value().ints()).containsExactly(1, 1, 0);
    }

    @Test
    void infinitiesAndNanSurvive() {
        Tensor x = Tensor.of(Shape.of(1, 4), Float.NEGATIVE_INFINITY, 1, Float.NEGATIVE_INFINITY, 2);
        assertThat(x.softmax().eval(device).floats()[0]).isZero();
        assertThat(Tensor.of(Shape.of(3), Float.NaN, -1, Float.POSITIVE_INFINITY).max(Tensor.scalar(0)).eval(device).floats())
                .containsExactly(Float.NaN, 0, Float.POSITIVE_INFINITY);
        assertThat(Tensor.of(Shape.of(2), 0, -3).log().eval(device).floats()).containsExactly(Float.NEGATIVE_INFINITY, Float.NaN);
    }

    private static void equalsTheReference(Op op, int outputs) {
        for (int i = 0; i < outputs; i++) {
            float[] expected = Tensor.of(op, i).eval(REFERENCE).floats();
            float[] actual = Tensor.of(op, i).eval(device).floats();
            for (int k = 0; k < expected.length; k++) assertThat(actual[k]).as("output %d, element %d of %s", i, k, op.name()).isCloseTo(expected[k], within(2e-4f));
        }
    }

    private static Tensor values(String name, int... sizes) {
        return Tensor.constant(Tensor.normal(Shape.of(sizes), Seed.of(3).split(name)).eval(REFERENCE));
    }

    @Test
    void productsOfAllLayoutsAndEdgesEqualTheReference() {
        for (int form = 0; form < 4; form++) {
            boolean ta = form % 2 == 1;
            boolean tb = form / 2 == 1;
            equalsTheReference(new ContractionOp.MatMul(ta ? values("a", 3, 130, 77) : values("a", 3, 77, 130), tb ? values("b", 3, 93, 130) : values("b", 3, 130, 93), ta, tb), 1);
            equalsTheReference(new ContractionOp.MatMul(ta ? values("s2", 65, 9) : values("s", 2, 9, 65), tb ? values("t", 17, 65) : values("t", 65, 17), ta, tb), 1);
        }
    }

    @Test
    void attentionOfHeadsThatFitVectorsOrDoNotEqualsTheReference() {
        for (int width : new int[] {12, 16, 32}) {
            Tensor lengths = Tensor.ofInts(Shape.of(2), 290, 33);
            var a = new ContractionOp.Attention(values("q", 2, 40, 4, width), values("k", 2, 300, 2, width), values("v", 2, 300, 2, width), lengths, 0.3f, true);
            equalsTheReference(a, 2);
            equalsTheReference(new ContractionOp.AttentionGradient(a.q(), a.k(), a.v(), lengths, Tensor.constant(Tensor.of(a, 0).eval(REFERENCE)), Tensor.constant(Tensor.of(a, 1).eval(REFERENCE)),
                    values("dy", 2, 40, 4, width), 0.3f, true), 3);
        }
    }

    @Test
    void aBadIndexIsReportedOnceInTheReferencesWords() {
        Tensor ids = Tensor.input("ids", DType.INT32, 2);
        Program program = Program.builder().output("y", Tensor.of(new IndexOp.Gather(Tensor.of(Shape.of(4, 1), 1, 2, 3, 4), ids), 0)).compile(device);
        program.set("ids", new int[] {1, 4});
        assertThatThrownBy(program::run).isInstanceOf(TensorException.class).hasMessage("gather: index 4 is outside of 0..3");
        program.set("ids", new int[] {1, -1}).run();
        assertThat(program.read("y").floats()).containsExactly(2, 0);
    }

    @Test
    void namesOfDevicesAreChecked() {
        assertThatThrownBy(() -> Executors.open("tornado:9:0", 0)).isInstanceOf(TensorException.class).hasMessageContaining("does not exist").hasMessageContaining("tornado:0:0");
        assertThatThrownBy(() -> Executors.open("tornado:first", 0)).isInstanceOf(TensorException.class).hasMessageContaining("tornado:BACKEND:DEVICE");
        assertThat(new TornadoProvider().list()).isNotEmpty().allMatch(line -> line.startsWith("tornado:"));
    }

    /** The device with an option, or null after a look at what it says where it has none. */
    private static Executor with(String option) {
        String line = new TornadoProvider().list().getFirst();
        if (line.matches(".*; options: .*\\b" + option + "\\b.*")) return Executors.open("tornado:0:0:" + option, 0);
        assertThatThrownBy(() -> Executors.open("tornado:" + option, 0)).isInstanceOf(TensorException.class).hasMessageStartingWith("device 'tornado:" + option + "' cannot do " + option + ": ")
                .hasMessageEndingWith("leave the option out, or choose another device");
        return null;
    }

    /** Checks products of several layouts, largest difference allowed; returns how far they are from those of {@link #device}. */
    private static double products(Executor other, boolean rounded) {
        double apart = 0;
        for (int form = 0; form < 4; form++) {
            boolean ta = form % 2 == 1;
            boolean tb = form / 2 == 1;
            Tensor a = ta ? values("a", 2, 70, 140) : values("a", 2, 140, 70);
            Tensor b = tb ? values("b", 2, 130, 70) : values("b", 2, 70, 130);
            var exact = new ContractionOp.MatMul(a, b, ta, tb);
            var product = rounded ? new ContractionOp.MatMul(rounded(a), rounded(b), ta, tb) : exact;
            float[] expected = Tensor.of(product, 0).eval(REFERENCE).floats();
            float[] actual = Tensor.of(exact, 0).eval(other).floats();
            float[] normal = Tensor.of(exact, 0).eval(device).floats();
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).as("element %d, form %d", i, form).isCloseTo(expected[i], within(1e-4f));
                apart = Math.max(apart, Math.abs(actual[i] - normal[i]));
            }
        }
        return apart;
    }

    private static Tensor rounded(Tensor values) {
        return Tensor.constant(values.cast(DType.BFLOAT16).cast(DType.FLOAT32).eval(REFERENCE));
    }

    private static float[] run(Program program, float... x) {
        program.set("x", x).run();
        return program.read("y").floats();
    }

    @Test
    void tensorCoresRoundTheInputsOfProducts() {
        try (Executor coarse = with("bf16")) {
            if (coarse != null) assertThat(products(coarse, true)).isBetween(1e-3, 0.5);
        }
    }

    @Test
    void theLibraryMultipliesAsExactlyAsKernels() {
        try (Executor library = with("cublas")) {
            if (library == null) return;
            assertThat(products(library, false)).isLessThan(1e-4);
            // no terms to add: the library is not asked
            assertThat(Tensor.zeros(Shape.of(3, 0)).matmul(Tensor.zeros(Shape.of(0, 2))).eval(library).floats()).containsOnly(0);
            // parameters change from run to run of one program, and a second program uses the same task
            Variable w = counter("w", 1, 2, 3, 4);
            Tensor x = Tensor.input("x", DType.FLOAT32, 1, 2);
            Program one = Program.builder().output("y", x.matmul(w.tensor().reshape(2, 2))).compile(library);
            Program two = Program.builder().output("y", w.tensor().reshape(4, 1).matmul(x)).compile(library);
            assertThat(run(one, 1, 10)).containsExactly(31, 42);
            assertThat(run(two, 1, 10)).containsExactly(1, 10, 2, 20, 3, 30, 4, 40);
            assertThat(run(one, 2, 0)).containsExactly(2, 4);
        }
    }

    @Test
    void aClosedProgramDoesNotRun() {
        Program program = adding(counter("v", 1), 1, device);
        program.close();
        assertThatThrownBy(program::run).hasMessageContaining("closed");
    }
}
