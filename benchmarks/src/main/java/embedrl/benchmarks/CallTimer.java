package embedrl.benchmarks;

/** Times a short call: as many calls in one sample as fill it. */
final class GemmTimer {
    private GemmTimer() {
    }

    /** GFLOP/s over at least this time. */
    static double rate(Runnable product, double flops, long nanoseconds) {
        long calls = 0;
        long batch = 1;
        long start = System.nanoTime();
        long spent = 0;
        while (spent < nanoseconds) {
            for (long i = 0; i < batch; i++) product.run();
            calls += batch;
            spent = System.nanoTime() - start;
            if (spent < nanoseconds / 16) batch *= 2;
        }
        return calls * flops / spent;
    }
}
