package embedrl.benchmarks.kernels;

import embedrl.tensor.DType;
import embedrl.tensor.Seed;
import embedrl.tensor.Tensor;
import embedrl.tensor.UpdateOp;
import embedrl.tensor.vector.AdamWUpdate;
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

/** The fused AdamW update of one thread, in cache (32768 elements, 512 KiB in four arrays) and out of it (4194304 elements, 64 MiB); 28 bytes of traffic per element. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx2g"})
public class AdamWKernel {
    @Param({"32768", "4194304"})
    public int elements;

    private AdamWUpdate update;
    private AdamWUpdate.Operands operands;

    @Setup
    public void fill() {
        float[] p = new float[elements];
        float[] g = new float[elements];
        float[] m = new float[elements];
        float[] v = new float[elements];
        Seed seed = Seed.of(1);
        for (int i = 0; i < elements; i++) {
            p[i] = (float) seed.uniform(i) - 0.5f;
            g[i] = (float) seed.split(1).uniform(i) - 0.5f;
        }
        Tensor any = Tensor.input("any", DType.FLOAT32, elements);
        Tensor scalar = Tensor.scalar(1);
        update = new AdamWUpdate(new UpdateOp.AdamW(any, any, any, any, scalar, scalar, scalar, 0.9f, 0.999f, 1e-8f, 0.01f));
        update.begin(1e-3f, 10, 1);
        operands = new AdamWUpdate.Operands(p, 0, g, 0, m, 0, v, 0, p, 0, m, 0, v, 0);
    }

    @Benchmark
    public AdamWUpdate.Operands adamW() {
        update.run(operands, 0, elements);
        return operands;
    }
}
