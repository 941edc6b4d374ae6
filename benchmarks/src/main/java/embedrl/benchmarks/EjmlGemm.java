package embedrl.benchmarks;

import java.util.Map;
import java.util.stream.IntStream;
import org.ejml.EjmlVersion;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.CommonOps_MT_FDRM;

/** Matrix products of EJML, row-major single precision: its concurrent ones with several threads, where a batch is divided by its products. */
final class EjmlGemm extends GemmSide {
    private final boolean concurrent;

    EjmlGemm(int threads, boolean quick) {
        super(quick);
        concurrent = threads > 1;
        EjmlConcurrency.setMaxThreads(threads);
    }

    @Override
    Product product(GemmCase c) {
        FMatrixRMaj[] a = matrices(c.batch(), c.transposeA() ? c.k() : c.m(), c.transposeA() ? c.m() : c.k());
        FMatrixRMaj[] b = matrices(c.batch(), c.transposeB() ? c.n() : c.k(), c.transposeB() ? c.k() : c.n());
        FMatrixRMaj[] y = IntStream.range(0, c.batch()).mapToObj(_ -> new FMatrixRMaj(c.m(), c.n())).toArray(FMatrixRMaj[]::new);
        return new Product() {
            @Override
            public void run() {
                if (!concurrent) for (int e = 0; e < y.length; e++) multiply(c, a[e], b[e], y[e]);
                else if (y.length > 1) EjmlConcurrency.loopFor(0, y.length, e -> multiply(c, a[e], b[e], y[e]));
                else multiplyConcurrently(c, a[0], b[0], y[0]);
            }

            @Override
            public float[] result() {
                float[] result = new float[c.batch() * c.m() * c.n()];
                for (int e = 0; e < y.length; e++) System.arraycopy(y[e].data, 0, result, e * c.m() * c.n(), c.m() * c.n());
                return result;
            }
        };
    }

    private static FMatrixRMaj[] matrices(int count, int rows, int columns) {
        float[] values = GemmCase.values(count * rows * columns);
        FMatrixRMaj[] matrices = new FMatrixRMaj[count];
        for (int e = 0; e < count; e++) {
            matrices[e] = new FMatrixRMaj(rows, columns);
            System.arraycopy(values, e * rows * columns, matrices[e].data, 0, rows * columns);
        }
        return matrices;
    }

    private static void multiply(GemmCase c, FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj y) {
        if (c.transposeA()) CommonOps_FDRM.multTransA(a, b, y);
        else if (c.transposeB()) CommonOps_FDRM.multTransB(a, b, y);
        else CommonOps_FDRM.mult(a, b, y);
    }

    private static void multiplyConcurrently(GemmCase c, FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj y) {
        if (c.transposeA()) CommonOps_MT_FDRM.multTransA(a, b, y);
        else if (c.transposeB()) CommonOps_MT_FDRM.multTransB(a, b, y);
        else CommonOps_MT_FDRM.mult(a, b, y);
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", "EJML " + EjmlVersion.VERSION + (concurrent ? ", CommonOps_MT_FDRM" : ", CommonOps_FDRM"));
    }
}
