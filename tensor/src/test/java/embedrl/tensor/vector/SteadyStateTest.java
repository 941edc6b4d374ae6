package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import embedrl.tensor.ContractionOp;
import embedrl.tensor.Executor;
import embedrl.tensor.Op;
import embedrl.tensor.Program;
import embedrl.tensor.ReduceOp;
import embedrl.tensor.RowOp;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.UnaryKind;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In steady state a run allocates next to nothing. A vector that the compiler leaves an object takes some 100 bytes each time, and makes its kernel
 * tens of times slower; results are the same, so that no other test sees it.
 */
class SteadyStateTest {
    private static final int ROWS = 64;
    private static final int COLUMNS = 264; // not a multiple of 16: the last vector of a row takes its own way

    /** Enough for the program's own few objects, and less than one vector per row. */
    private static final long FEW_BYTES = 3000;

    /** Runs in a row that must allocate no more: no compilation is then under way that could bring objects back. */
    private static final int CALM = 200;

    private static final int MOST_RUNS = 30_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static Tensor values(int... sizes) {
        Shape shape = Shape.of(sizes);
        SplittableRandom random = new SplittableRandom(5);
        float[] values = new float[shape.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(shape, values);
    }

    static Stream<Op> rows() {
        Tensor x = values(ROWS, COLUMNS);
        Tensor dy = values(ROWS, COLUMNS);
        Tensor weight = values(COLUMNS);
        int[] targets = new int[ROWS];
        Arrays.setAll(targets, i -> i);
        Tensor ids = Tensor.ofInts(Shape.of(ROWS), targets);
        var rms = new RowOp.RmsNorm(x, weight, 1e-6f);
        var layer = new RowOp.LayerNorm(x, weight, weight, 1e-6f);
        var loss = new RowOp.CrossEntropy(x, ids);
        return Stream.of(new RowOp.Softmax(x), new RowOp.Draw(x, values(ROWS).sigmoid()), new RowOp.LogSumExp(x), loss, new RowOp.CrossEntropyGradient(x, ids, Tensor.of(loss, 1), values(ROWS)), rms,
                new RowOp.RmsNormGradient(x, weight, Tensor.of(rms, 1), dy), layer,
                new RowOp.LayerNormGradient(x, weight, Tensor.of(layer, 1), Tensor.of(layer, 2), dy));
    }

    static Stream<Op> reductions() {
        Tensor x = values(8, ROWS, COLUMNS);
        return Stream.of(new ReduceOp.Sum(x, 2, 3), new ReduceOp.Max(x, 2, 3), new ReduceOp.Sum(x, 1, 2), new ReduceOp.Max(x, 1, 2), new ReduceOp.ArgMax(x, 2, 3));
    }

    static Stream<Op> attention() {
        Tensor q = values(1, 40, 4, 16);
        Tensor k = values(1, 40, 2, 16);
        Tensor lengths = Tensor.ofInts(Shape.of(1), 40);
        var attention = new ContractionOp.Attention(q, k, k, lengths, 0.25f, true);
        Tensor cached = values(2, 600, 2, 64);
        var token = new ContractionOp.Attention(values(2, 1, 10, 64), cached, cached, Tensor.ofInts(Shape.of(2), 600, 34), 0.125f, true);
        return Stream.of(attention, token, new ContractionOp.AttentionGradient(q, k, k, lengths, Tensor.of(attention, 0), Tensor.of(attention, 1), q, 0.25f, true));
    }

    static Stream<Op> elementwise() {
        return Stream.of(UnaryKind.values()).map(kind -> values(ROWS, COLUMNS).abs().add(1).unary(kind).op());
    }

    @ParameterizedTest
    @MethodSource({"rows", "reductions", "attention", "elementwise"})
    void aRunAllocatesNextToNothing(Op op) {
        try (Executor executor = new VectorExecutor(1)) {
            List<Tensor> results = Tensor.results(op);
            Program.Builder builder = Program.builder();
            for (int i = 0; i < results.size(); i++) {
                builder.output("out" + i, results.get(i));
            }
            try (Program program = builder.compile(executor)) {
                long most = 0;
                for (int run = 0, calm = 0; run < MOST_RUNS && calm < CALM; run++) {
                    most = allocatedBy(program);
                    calm = most <= FEW_BYTES ? calm + 1 : 0;
                }
                assertThat(most).as("bytes that a run of %s allocates after many", op).isLessThanOrEqualTo(FEW_BYTES);
            }
        }
    }

    private long allocatedBy(Program program) {
        long before = threads.getCurrentThreadAllocatedBytes();
        program.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
