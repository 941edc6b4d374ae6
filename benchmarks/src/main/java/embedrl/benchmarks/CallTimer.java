package embedrl.benchmarks;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/** Times a short call: as many calls in one sample as fill it. */
final class CallTimer {
    private static final long SAMPLE = 200_000_000L;
    private static final int CALM = 2;
    private static final double FASTER = 1.1;
    private static final long LONGEST = 60_000_000_000L;

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

    /**
     * Calls for at least this time, and then until the JVM compiles nothing more and calls become no faster: an interpreted call may take a thousand times as
     * long as a compiled one, and a processor with few cores needs seconds to compile it. Answers with the last rate; gives up after a minute.
     */
    static double warm(Runnable call, double work, long nanoseconds) {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long end = System.nanoTime() + LONGEST;
        double rate = rate(call, work, nanoseconds);
        for (int calm = 0; calm < CALM && System.nanoTime() < end;) {
            long before = compiler.getTotalCompilationTime();
            double next = rate(call, work, SAMPLE);
            calm = compiler.getTotalCompilationTime() == before && next < FASTER * rate ? calm + 1 : 0;
            rate = next;
        }
        return rate;
    }
}
