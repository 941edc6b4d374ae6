package embedrl.benchmarks;

import embedrl.tensor.Buffer;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import embedrl.tensor.vector.Gemm;
import embedrl.tensor.vector.WorkPool;
import java.util.Arrays;
import java.util.Map;

/** Matrix products of our engine's kernel, on arrays of the heap in which operands begin a cache line, as the engine places them. */
final class OurGemm extends GemmSide {
    private final WorkPool pool;
    private final boolean quick;

    OurGemm(int threads, boolean quick) {
        super(quick);
        this.quick = quick;
        pool = new WorkPool(threads);
        // Until the kernels are compiled, they run some thousand times slower: a case's own time to warm up would not be enough for that.
        for (GemmCase c : GemmCase.ALL) if (c.flops() < 1e8) rate(product(c), c, quick ? 400_000_000L : 1_500_000_000L);
    }

    @Override
    Product product(GemmCase c) {
        Buffer a = buffer(GemmCase.values(c.batch() * c.m() * c.k()));
        Buffer b = buffer(GemmCase.values(c.batch() * c.k() * c.n()));
        Buffer y = buffer(new float[c.batch() * c.m() * c.n()]);
        int ars = c.transposeA() ? 1 : c.k();
        int acs = c.transposeA() ? c.m() : 1;
        int brs = c.transposeB() ? 1 : c.n();
        int bcs = c.transposeB() ? c.k() : 1;
        return new Product() {
            @Override
            public void run() {
                if (c.batch() == 1) Gemm.gemm(pool, c.m(), c.n(), c.k(), a.floats(), a.offset(), ars, acs, b.floats(), b.offset(), brs, bcs, y.floats(), y.offset(), c.n(), false);
                else Gemm.batched(pool, c.batch(), c.m(), c.n(), c.k(), a.floats(), a.offset(), c.m() * c.k(), ars, acs, b.floats(), b.offset(), c.k() * c.n(), brs, bcs,
                        y.floats(), y.offset(), c.m() * c.n(), c.n(), false);
            }

            @Override
            public float[] result() {
                return Arrays.copyOfRange(y.floats(), y.offset(), y.offset() + y.count());
            }
        };
    }

    private static Buffer buffer(float[] values) {
        return HostTensor.of(Shape.of(values.length), values).toBuffer();
    }

    /** Longer than the peers', whose code is compiled already. */
    @Override
    long warmNanoseconds() {
        return quick ? 300_000_000L : 2_000_000_000L;
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of();
    }
}
