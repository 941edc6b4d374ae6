package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import embedrl.tensor.Conversions;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compiled kernels keep vectors in registers: where the compiler stops to inline, each step of a loop makes objects of them, and a product is several times
 * slower. Which product came first changes what the compiler knows of the classes that all kernels share.
 */
class AllocationTest {
    private static final int ROWS = 96;
    private static final int WIDTH = 576;
    private static final int MOST_ROUNDS = 400;
    private static final int CALLS = 100;

    /** One boxed vector a step would be 24 times as much. */
    private static final long MOST_BYTES = 8_000;

    private static float[] values(int count) {
        SplittableRandom random = new SplittableRandom(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"Q4_0, 1, 16", "Q4_0, 16, 1", "Q4_1, 1, 16", "Q4_1, 16, 1", "Q8_0, 1, 16", "Q8_0, 16, 1", "BFLOAT16, 1, 16", "BFLOAT16, 16, 1", "FLOAT32, 1, 16", "FLOAT32, 16, 1"})
    void productsAllocateNothingThatGrowsWithThem(DType type, int first, int second) {
        assertThat(excess(type, first, second)).isEmpty();
    }

    /** As on a busy machine, where the compiler begins with few counts: which of a call's classes it saw more often is then chance. */
    @ParameterizedTest
    @ValueSource(strings = {"0.05", "0.2"})
    void norWhereTheCompilerKnowsLittle(String threshold) throws IOException, URISyntaxException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = place(AllocationTest.class) + File.pathSeparator + place(Executor.class);
        Process process = new ProcessBuilder(java, "--add-modules", "jdk.incubator.vector", "-XX:CompileThresholdScaling=" + threshold, "-cp", classes,
                AllocationTest.class.getName()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("products: 20").doesNotContain("bytes");
    }

    private static Path place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** All products one after another in a JVM of their own. */
    public static void main(String[] arguments) {
        int products = 0;
        for (DType type : new DType[] {DType.Q4_0, DType.Q4_1, DType.Q8_0, DType.BFLOAT16, DType.FLOAT32}) {
            excess(type, 1, 16).forEach(System.out::println);
            excess(type, 16, 1).forEach(System.out::println);
            products += 4;
        }
        System.out.println("products: " + products);
    }

    /** Which of two products allocate too much. */
    private static List<String> excess(DType type, int first, int second) {
        List<String> excess = new ArrayList<>();
        Variable weight = Variable.zeros("w", new TensorType(type, Shape.of(ROWS, WIDTH)));
        weight.assign(HostTensor.copyOf(Conversions.convert(HostTensor.of(Shape.of(ROWS, WIDTH), values(ROWS * WIDTH)).toBuffer(), type)));
        try (Executor executor = new VectorExecutor(1)) {
            for (int m : new int[] {first, second}) {
                Tensor y = Tensor.input("x", DType.FLOAT32, m, WIDTH).matmulTransposed(weight.tensor());
                try (Program program = Program.builder().output("y", y).compile(executor)) {
                    program.set("x", values(m * WIDTH));
                    long bytes = settled(program);
                    if (bytes >= MOST_BYTES) {
                        excess.add("%d bytes in a product of %d rows with %s".formatted(bytes, m, type));
                    }
                }
            }
        }
        return excess;
    }

    /** Bytes that a run allocates on this thread as soon as they are few, or after many runs. */
    private static long settled(Program program) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < MOST_ROUNDS && bytes >= MOST_BYTES; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                program.run();
            }
            bytes = (threads.getCurrentThreadAllocatedBytes() - before) / CALLS;
        }
        return bytes;
    }
}
