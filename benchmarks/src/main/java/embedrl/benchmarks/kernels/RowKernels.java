package embedrl.benchmarks.kernels;

import embedrl.tensor.Seed;
import embedrl.tensor.vector.Norms;
import embedrl.tensor.vector.Rows;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Softmax and layer norm of one thread, in cache (256 rows, 512 KiB) and out of it (32768 rows, 64 MiB). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx2g"})
public class RowKernels {
    private static final int COLUMNS = 512;

    @Param({"256", "32768"})
    public int rows;

    private float[] x;
    private float[] y;
    private float[] weight;
    private float[] bias;
    private float[] mean;
    private float[] inverse;

    @Setup
    public void fill() {
        x = new float[rows * COLUMNS];
        y = new float[rows * COLUMNS];
        weight = new float[COLUMNS];
        bias = new float[COLUMNS];
        mean = new float[rows];
        inverse = new float[rows];
        Seed seed = Seed.of(1);
        for (int i = 0; i < x.length; i++) x[i] = (float) seed.uniform(i) * 8 - 4;
        for (int i = 0; i < COLUMNS; i++) weight[i] = 1;
    }

    @Benchmark
    public float[] softmax() {
        Rows.softmax(x, 0, y, 0, COLUMNS, 0, rows);
        return y;
    }

    @Benchmark
    public float[] layerNorm() {
        Norms.layer(x, 0, weight, 0, bias, 0, 1e-5f, y, 0, mean, 0, inverse, 0, COLUMNS, 0, rows);
        return y;
    }
}
