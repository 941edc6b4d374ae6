package embedrl.benchmarks;

/** Times a short call: as many calls in one sample as fill it. */
final class CallTimer {
    private CallTimer() {
    }

    /** Work per nanosecond over at least this time, a call doing so much work. */
    static double rate(Runnable call, double work, long nanoseconds) {
        long calls = 0;
        long batch = 1;
        long start = System.nanoTime();
        long spent = 0;
        while (spent < nanoseconds) {
            for (long i = 0; i < batch; i++) call.run();
            calls += batch;
            spent = System.nanoTime() - start;
            if (spent < nanoseconds / 16) batch *= 2;
        }
        return calls * work / spent;
    }
}
