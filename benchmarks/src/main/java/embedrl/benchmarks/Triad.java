package embedrl.benchmarks;

import java.util.stream.IntStream;

/** The memory bandwidth of this machine as a = b + s · c measures it, on arrays far beyond the caches. */
final class Triad {
    private static final int FLOATS = 1 << 24;   // of each array
    private static final int ROUNDS = 5;

    private Triad() {
    }

    /** Bytes a nanosecond with so many threads: the best of a few rounds, counting two reads and one write. */
    static double bytesPerNano(int threads) {
        float[] a = new float[FLOATS];
        float[] b = new float[FLOATS];
        float[] c = new float[FLOATS];
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            Thread[] workers = IntStream.range(0, threads).mapToObj(t -> Thread.ofPlatform().start(
                    () -> triad(a, b, c, (int) ((long) FLOATS * t / threads), (int) ((long) FLOATS * (t + 1) / threads)))).toArray(Thread[]::new);
            for (Thread worker : workers) join(worker);
            best = Math.max(best, 12.0 * FLOATS / (System.nanoTime() - start));
        }
        return best;
    }

    private static void triad(float[] a, float[] b, float[] c, int from, int to) {
        for (int i = from; i < to; i++) a[i] = b[i] + 3 * c[i];
    }

    private static void join(Thread worker) {
        try {
            worker.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("triad: interrupted", interrupted);
        }
    }
}
