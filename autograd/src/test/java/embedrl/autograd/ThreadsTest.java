package embedrl.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.ContractionOp.Attention;
import embedrl.tensor.ContractionOp.MatMul;
import embedrl.tensor.ElementwiseOp.Unary;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.HostTensor;
import embedrl.tensor.IndexOp.Gather;
import embedrl.tensor.IndexOp.ScatterAdd;
import embedrl.tensor.ReduceOp.Sum;
import embedrl.tensor.RowOp.CrossEntropy;
import embedrl.tensor.RowOp.LayerNorm;
import embedrl.tensor.RowOp.RmsNorm;
import embedrl.tensor.RowOp.Softmax;
import embedrl.tensor.Shape;
import embedrl.tensor.UnaryKind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The number of threads never changes a result, bit for bit: all samples, and ones large enough to be split. */
class ThreadsTest {
    private static List<Executor> executors;

    @BeforeAll
    static void open() {
        boolean available = Executors.providers().stream().anyMatch(p -> p.name().equals("cpu") && p.unavailable() == null);
        executors = available ? List.of(Executors.open("cpu", 1), Executors.open("cpu", 2), Executors.open("cpu", 3)) : List.of();
    }

    @AfterAll
    static void close() {
        executors.forEach(Executor::close);
    }

    @Test
    void comparesOneTwoAndThreeThreads() {
        assertThat(executors).hasSize(3);
    }

    static Stream<OpSample> samples() {
        return Stream.concat(OpSamples.all().stream(), large());
    }

    private static Stream<OpSample> large() {
        HostTensor ids = Values.ints("ids", -1, 300, 2000);
        return Stream.of(
                OpSample.of("large gelu", in -> new Unary(UnaryKind.GELU_ERF, in.getFirst()), Values.normal("x", 300_001)),
                OpSample.of("large sum", in -> new Sum(in.getFirst(), 0, 2), Values.normal("x", 1001, 301)),
                OpSample.of("large sum of columns", in -> new Sum(in.getFirst(), 0, 1), Values.normal("x", 1001, 301)),
                OpSample.of("large matmul", in -> new MatMul(in.get(0), in.get(1), false, true), Values.normal("a", 257, 301), Values.normal("b", 129, 301)),
                OpSample.of("large batched matmul", in -> new MatMul(in.get(0), in.get(1), false, false), Values.normal("a", 5, 65, 67), Values.normal("b", 5, 67, 69)),
                OpSample.of("large matrix by vector", in -> new MatMul(in.get(0), in.get(1), false, true), Values.normal("a", 1, 1025), Values.normal("b", 513, 1025)),
                OpSample.of("large softmax", in -> new Softmax(in.getFirst()), Values.normal("x", 1001, 257)),
                OpSample.of("large rms_norm", in -> new RmsNorm(in.get(0), in.get(1), 1e-5f), Values.normal("x", 1001, 257), Values.normal("w", 257)),
                OpSample.of("large layer_norm", in -> new LayerNorm(in.get(0), in.get(1), in.get(2), 1e-5f), Values.normal("x", 1001, 257), Values.normal("w", 257),
                        Values.normal("b", 257)),
                OpSample.of("large cross_entropy", in -> new CrossEntropy(in.get(0), in.get(1)), Values.normal("x", 301, 1001), Values.ints("t", -1, 1001, 301)),
                OpSample.of("large attention", in -> new Attention(in.get(0), in.get(1), in.get(2), in.get(3), 0.2f, true), Values.normal("q", 2, 130, 6, 32),
                        Values.normal("k", 2, 130, 2, 32), Values.normal("v", 2, 130, 2, 32), HostTensor.ofInts(Shape.of(2), 130, 77)),
                OpSample.of("attention over a long cache", in -> new Attention(in.get(0), in.get(1), in.get(2), in.get(3), 0.2f, true), Values.normal("q", 2, 1, 6, 32),
                        Values.normal("k", 2, 1300, 2, 32), Values.normal("v", 2, 1300, 2, 32), HostTensor.ofInts(Shape.of(2), 1300, 600)),
                OpSample.of("large gather", in -> new Gather(in.get(0), in.get(1)), Values.normal("table", 300, 65), ids),
                OpSample.of("large scatter_add", in -> new ScatterAdd(in.get(0), in.get(1), 300), Values.normal("values", 2000, 65), ids));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void resultsAreEqualBitForBit(OpSample sample) {
        List<int[]> first = null;
        for (Executor executor : executors) {
            Stream<HostTensor> forward = Runs.forward(sample, executor).stream();
            List<int[]> bits = (sample.hasGradient() ? Stream.concat(forward, Runs.gradients(sample, executor).stream()) : forward).map(ThreadsTest::bits).toList();
            if (first == null) first = bits;
            for (int i = 0; i < bits.size(); i++)
                assertThat(Arrays.mismatch(bits.get(i), first.get(i))).as("%s, value %d, %s", sample, i, executor.description()).isEqualTo(-1);
        }
    }

    private static int[] bits(HostTensor values) {
        return switch (values.type().dtype()) {
            case INT32 -> values.ints();
            default -> {
                float[] floats = values.floats();
                int[] bits = new int[floats.length];
                for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToIntBits(floats[i]);
                yield bits;
            }
        };
    }
}
