package embedrl.benchmarks;

import embedrl.benchmarks.kernels.Limits;
import embedrl.tensor.vector.WorkPool;
import java.util.Map;

/** The machine's limits: reading an array that no cache holds, and fused multiply-adds on registers. */
final class Floor implements Side {
    private static final int ELEMENTS = 1 << 26;   // 256 MiB
    private static final int PARTS = 256;
    private static final int STEPS = 1 << 14;

    private final WorkPool pool;
    private final int threads;
    private final boolean quick;
    private final float[] array = new float[ELEMENTS];
    private final float[] sink = new float[PARTS];

    Floor(int threads, boolean quick) {
        this.threads = threads;
        this.quick = quick;
        pool = new WorkPool(threads);
        java.util.Arrays.fill(array, 1);   // every page is there
    }

    @Override
    public Map<String, Object> warm(String workload) {
        double value = 0;
        for (int i = 0; i < (quick ? 3 : 10); i++) value = rate(workload);
        return Map.of("value", value);
    }

    @Override
    public Map<String, Object> round(String workload) {
        double best = 0;
        for (int i = 0; i < (quick ? 2 : 5); i++) best = Math.max(best, rate(workload));
        return Map.of("value", best);
    }

    /** GB/s of "read", GFLOP/s of "multiply". */
    private double rate(String workload) {
        long start = System.nanoTime();
        if (workload.equals("read")) {
            pool.run(PARTS, part -> sink[part] = Limits.sum(array, part * (ELEMENTS / PARTS), ELEMENTS / PARTS));
            return 4.0 * ELEMENTS / (System.nanoTime() - start);
        }
        int parts = 64 * threads;
        pool.run(parts, part -> sink[part % PARTS] = Limits.multiply(STEPS));
        return Limits.flops(STEPS) * parts / (System.nanoTime() - start);
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of();
    }
}
