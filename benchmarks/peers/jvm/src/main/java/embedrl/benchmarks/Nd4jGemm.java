package embedrl.benchmarks;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Matrix products of ND4J with its native backend, into results that stay. */
final class Nd4jGemm extends GemmSide {
    private final String name;

    Nd4jGemm(int threads, boolean quick) {
        super(quick);
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        Nd4j.getEnvironment().setMaxThreads(threads);
        var information = Nd4j.getExecutioner().getEnvironmentInformation();
        name = "ND4J 1.0.0-M2.1, " + information.get("backend") + ", " + information.get("blas.vendor") + ", " + Nd4j.getEnvironment().maxThreads() + " threads";
    }

    @Override
    Product product(GemmCase c) {
        INDArray a = operand(c.batch(), c.transposeA() ? c.k() : c.m(), c.transposeA() ? c.m() : c.k());
        INDArray b = operand(c.batch(), c.transposeB() ? c.n() : c.k(), c.transposeB() ? c.k() : c.n());
        INDArray y = c.batch() > 1 ? Nd4j.create(c.batch(), c.m(), c.n()) : Nd4j.create(new long[] {c.m(), c.n()}, 'f');   // gemm writes columns
        return new Product() {
            @Override
            public void run() {
                if (c.batch() > 1) Nd4j.matmul(a, b, y);
                else Nd4j.gemm(a, b, y, c.transposeA(), c.transposeB(), 1, 0);
            }

            @Override
            public float[] result() {
                return y.dup('c').data().asFloat();
            }

            @Override
            public void close() {
                a.close();
                b.close();
                y.close();
            }
        };
    }

    private static INDArray operand(int batch, int rows, int columns) {
        float[] values = GemmCase.values(batch * rows * columns);
        return batch > 1 ? Nd4j.create(values, new long[] {batch, rows, columns}, 'c') : Nd4j.create(values, new long[] {rows, columns}, 'c');
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", name);
    }
}
