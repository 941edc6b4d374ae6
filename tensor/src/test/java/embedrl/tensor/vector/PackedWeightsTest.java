package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import embedrl.tensor.Buffer;
import embedrl.tensor.Conversions;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.HostExecutor;
import embedrl.tensor.HostMemory;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.ReferenceExecutor;
import embedrl.tensor.Shape;
import embedrl.tensor.Step;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Products with weights that are kept packed: the same numbers as ever, also after the weights have changed. */
class PackedWeightsTest {
    private static final Executor REFERENCE = new ReferenceExecutor();
    private static final List<Executor> FAST = List.of(new VectorExecutor(1), new VectorExecutor(8), new VectorExecutor(3));
    private final SplittableRandom random = new SplittableRandom(8);

    @AfterAll
    static void close() {
        FAST.forEach(Executor::close);
    }

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] run(Executor executor, Tensor y, float[] x) {
        try (Program program = Program.builder().output("y", y).compile(executor)) {
            program.set("x", x).run();
            return program.read("y").floats();
        }
    }

    private static void close(float[] actual, float[] expected, int k) {
        float error = 4e-6f * (float) Math.sqrt(k);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("element %d", i).isCloseTo(expected[i], within(error * (1 + Math.abs(expected[i]))));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 32, 1", "3, 50, 7", "8, 33, 40", "13, 64, 100", "16, 200, 96", "17, 95, 33", "40, 128, 64", "64, 320, 50", "131, 97, 800", "512, 70, 65", "1023, 33, 5", "3, 70, 5", "9, 65, 1030", "100, 81, 1025", "1000, 66, 4200", "700, 48, 300", "130, 1000, 40"})
    void productsOfEveryHeight(int m, int n, int k) {
        Variable weight = Variable.of("w", HostTensor.of(Shape.of(n, k), values(n * k)));
        Tensor product = Tensor.input("x", DType.FLOAT32, m, k).matmulTransposed(weight.tensor());
        Tensor bias = Tensor.of(Shape.of(n), values(n));
        float[] x = values(m * k);
        for (Tensor y : List.of(product, product.add(bias).relu())) {
            float[] expected = run(REFERENCE, y, x);
            float[] first = run(FAST.getFirst(), y, x);
            close(first, expected, k);
            for (Executor other : FAST) {
                assertThat(run(other, y, x)).isEqualTo(first);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"20, 96, 80, 33", "100, 65, 128, 700", "5, 64, 70, 16", "20, 70, 20, 50", "64, 70, 130, 1030", "7, 48, 47, 2100", "33, 20, 200, 70"})
    void productsOfOneLeftOperand(int m, int n, int other, int k) {
        Tensor x = Tensor.input("x", DType.FLOAT32, m, k);
        List<Tensor> products = new ArrayList<>();
        for (int columns : new int[] {n, other, n}) {
            Variable weight = Variable.of("w", HostTensor.of(Shape.of(columns, k), values(columns * k)));
            products.add(x.matmulTransposed(weight.tensor()));
        }
        float[] input = values(m * k);
        Program.Builder builder = Program.builder();
        for (int i = 0; i < products.size(); i++) {
            builder.output("y" + i, products.get(i));
        }
        for (Executor executor : FAST) {
            try (Program program = builder.compile(executor)) {
                program.set("x", input).run();
                for (int i = 0; i < products.size(); i++) {
                    close(program.read("y" + i).floats(), run(REFERENCE, products.get(i), input), k);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"BFLOAT16", "Q8_0", "Q4_0", "Q4_1"})
    void narrowProductsOfEveryHeight(DType type) {
        for (int[] size : new int[][] {{1, 7, 64}, {1, 16, 32}, {1, 33, 64}, {1, 49, 96}, {1, 200, 576}, {1, 1000, 1536}, {2, 40, 64}, {3, 50, 96}, {4, 33, 1056}, {5, 32, 32}, {8, 50, 64}, {13, 33, 96}, {16, 200, 576}, {17, 95, 800}, {64, 64, 1568}, {6, 24, 1056}, {10, 17, 2080}, {2, 200, 576}, {7, 25, 32}, {65, 40, 96},
                {100, 17, 64}, {128, 72, 1056}}) {
            int m = size[0];
            int n = size[1];
            int k = size[2];
            Variable weight = Variable.zeros("w", new TensorType(type, Shape.of(n, k)));
            for (int round = 0; round < 2; round++) {
                weight.assign(HostTensor.copyOf(Conversions.convert(HostTensor.of(Shape.of(n, k), values(n * k)).toBuffer(), type)));
                Tensor y = Tensor.input("x", DType.FLOAT32, m, k).matmulTransposed(weight.tensor()).add(Tensor.of(Shape.of(n), values(n)));
                float[] x = values(m * k);
                float[] first = run(FAST.getFirst(), y, x);
                close(first, run(REFERENCE, y, x), k);
                assertThat(run(FAST.getLast(), y, x)).isEqualTo(first);
            }
        }
    }

    /** Each element is one chain of multiply-adds, whichever tile it is in; one row, and rows without tiles, are dot products. */
    @ParameterizedTest
    @CsvSource({"BFLOAT16, 90, 1088", "Q8_0, 41, 1056", "Q4_0, 90, 64", "Q4_1, 23, 96"})
    void aRowDoesNotDependOnHowManyThereAre(DType type, int n, int k) {
        assumeThat(PackedNarrow.pay(type, PackedNarrow.LEAST, n, k)).as("vectors of 128 bits have no such tiles").isTrue();
        Variable weight = Variable.of("w", HostTensor.copyOf(Conversions.convert(HostTensor.of(Shape.of(n, k), values(n * k)).toBuffer(), type)));
        float[] x = values(PackedNarrow.MOST * k);
        float[] all = run(FAST.getLast(), Tensor.input("x", DType.FLOAT32, PackedNarrow.MOST, k).matmulTransposed(weight.tensor()), x);
        for (int m : new int[] {PackedNarrow.LEAST, 5, 6, 8, 11, 16, 39}) {
            float[] some = run(FAST.getFirst(), Tensor.input("x", DType.FLOAT32, m, k).matmulTransposed(weight.tensor()), Arrays.copyOf(x, m * k));
            assertThat(some).as("%d rows", m).isEqualTo(Arrays.copyOf(all, m * n));
        }
    }

    /** Rounding never makes the number -128, which a file may hold. */
    @ParameterizedTest
    @CsvSource({"Q8_0, 1", "Q8_0, 16", "Q4_0, 1", "Q4_0, 16", "Q4_1, 1", "Q4_1, 16"})
    void blocksOfAllNumbers(DType type, int m) {
        int n = 70;
        int k = 160;
        TensorType blocks = new TensorType(type, Shape.of(n, k));
        byte[] bytes = new byte[(int) blocks.bytes()];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i += type.blockBytes()) {
            half(bytes, i, 0.01f + 0.001f * (i % 7));
            if (type == DType.Q4_1) {
                half(bytes, i + 2, -0.3f);
            } else if (type == DType.Q8_0) {
                bytes[i + 2 + random.nextInt(32)] = -128;
            }
        }
        Variable weight = Variable.of("w", HostTensor.copyOf(Buffer.over(blocks, bytes, 0)));
        Tensor y = Tensor.input("x", DType.FLOAT32, m, k).matmulTransposed(weight.tensor());
        float[] x = values(m * k);
        for (Executor executor : FAST) {
            close(run(executor, y, x), run(REFERENCE, y, x), k);
        }
    }

    private static void half(byte[] bytes, int at, float value) {
        short bits = Float.floatToFloat16(value);
        bytes[at] = (byte) bits;
        bytes[at + 1] = (byte) (bits >> 8);
    }

    @Test
    void changedWeightsArePackedAnew() {
        Variable weight = Variable.of("w", HostTensor.of(Shape.of(48, 20), values(48 * 20)));
        Tensor y = Tensor.input("x", DType.FLOAT32, 6, 20).matmulTransposed(weight.tensor());
        float[] x = values(6 * 20);
        for (Executor executor : FAST) {
            try (Program program = Program.builder().output("y", y).compile(executor);
                    Program doubling = Program.builder().update(weight, weight.tensor().mul(2)).compile(executor)) {
                program.set("x", x).run();
                close(program.read("y").floats(), run(REFERENCE, y, x), 20);
                doubling.run();
                program.run();
                close(program.read("y").floats(), run(REFERENCE, y, x), 20);
                weight.assign(HostTensor.of(Shape.of(48, 20), values(48 * 20)));
                program.run();
                close(program.read("y").floats(), run(REFERENCE, y, x), 20);
            }
        }
    }

    @Test
    void aProgramThatWritesItsWeightsReadsThemAsTheyAre() {
        for (Executor executor : FAST) {
            Variable weight = Variable.of("w", HostTensor.of(Shape.of(48, 20), values(48 * 20)));
            Tensor y = Tensor.input("x", DType.FLOAT32, 6, 20).matmulTransposed(weight.tensor());
            float[] x = values(6 * 20);
            try (Program program = Program.builder().output("y", y).update(weight, weight.tensor().mul(0.5f)).compile(executor)) {
                for (int i = 0; i < 3; i++) {
                    float[] expected = run(REFERENCE, y, x);
                    program.set("x", x).run();
                    close(program.read("y").floats(), expected, 20);
                }
            }
        }
    }

    @Test
    void copiesAreBounded() {
        KeptWeights kept = new KeptWeights(2000);
        Variable weight = Variable.zeros("w", TensorType.float32(32, 8));
        Variable other = Variable.zeros("v", TensorType.float32(32, 8));
        assertThat(kept.of(weight, weight.buffer(), 32, 8, 2001)).isEmpty();
        Optional<PackedWeights> copy = kept.of(weight, weight.buffer(), 32, 8, 2000);
        assertThat(copy).isPresent();
        assertThat(kept.of(other, other.buffer(), 32, 8, 1024)).as("1024 bytes are taken, 1024 more exceed 2000").isEmpty();
        assertThat(kept.of(weight, weight.buffer(), 32, 8, 2001)).as("what another program keeps costs nothing").isEqualTo(copy);
    }

    @Test
    void aProgramTellsTheBytesOfWhatItReadsAlone() {
        Variable read = Variable.zeros("read", TensorType.float32(32, 8));
        Variable written = Variable.zeros("written", TensorType.float32(6, 32));
        AtomicLong bytes = new AtomicLong();
        HostExecutor executor = new HostExecutor() {
            @Override
            public String name() {
                return "bytes";
            }

            @Override
            public String description() {
                return "tells the bytes of weights";
            }

            @Override
            protected Runnable bind(Step step, HostMemory memory) {
                bytes.set(memory.weightBytes());
                return () -> { };
            }

            @Override
            public void close() { }
        };
        Tensor y = Tensor.input("x", DType.FLOAT32, 6, 8).matmulTransposed(read.tensor()).add(written.tensor());
        try (Program _ = Program.builder().update(written, y).compile(executor)) {
            assertThat(bytes).hasValue(32 * 8 * 4);
        }
    }

    @Test
    void programsShareACopyAndTheLastOneTakesItAway() throws InterruptedException {
        KeptWeights kept = new KeptWeights(4096);
        Variable weight = Variable.zeros("w", TensorType.float32(32, 8));
        PackedWeights first = kept.of(weight, weight.buffer(), 32, 8, 1024).orElseThrow();
        assertThat(kept.of(weight, weight.buffer(), 32, 8, 1024)).containsSame(first);
        assertThat(kept.of(weight, weight.buffer(), 64, 4, 1024).orElseThrow()).isNotSameAs(first);
        List<PackedWeights> programs = new ArrayList<>(List.of(kept.of(weight, weight.buffer(), 32, 8, 1024).orElseThrow()));
        programs.clear();
        first = null;
        for (int i = 0; i < 50; i++) {
            System.gc();
            if (kept.isEmpty()) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("the packed copy was never freed");
    }
}
