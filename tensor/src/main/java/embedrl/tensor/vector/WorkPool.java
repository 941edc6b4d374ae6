package embedrl.tensor.vector;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the numbered parts of a loop on the caller and a few daemon threads that spin briefly before they park.
 *
 * <p>Every thread owns a fixed range of the parts, so that repeated loops find their data in the same cache, and takes parts from the
 * other ranges when its own is empty. Which thread runs a part is not fixed; kernels stay deterministic because no part's result
 * depends on its thread, and the cut into parts is the kernel's, never the pool's.
 *
 * <p>One loop runs at a time. A loop started inside a part, or while another thread's loop is running, runs on its caller alone.
 */
public final class WorkPool implements AutoCloseable {
    /** The body of a parallel loop. */
    @FunctionalInterface
    public interface Part {
        void run(int index);
    }

    /** The caller alone. */
    static final WorkPool INLINE = new WorkPool(1);

    private static final int PAD = 16; // longs between two shared numbers, so that no two share a cache line or a prefetched pair
    private static final int LOOP = PAD; // number of the current loop; a change wakes the workers, which look at nothing else while they wait
    private static final int UNFINISHED = 2 * PAD; // parts
    private static final int RANGES = 3 * PAD; // per thread: loop number << 32 | parts left in its range

    private static final long SPIN_NANOS = 60_000;
    private static final long WAIT_NANOS = 1_000_000; // a worker that must be woken comes 50 to 100 µs late, and costs the caller as long
    private static final int SPINS_BEFORE_YIELD = 4_000;

    private final Worker[] workers;
    private final AtomicLongArray shared;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean closed;
    private Part body;
    private int parts;

    /** A pool in which {@code threads} threads work, the caller of {@link #run} being one of them. */
    public WorkPool(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("work pool: needs at least one thread, got " + threads);
        }
        shared = new AtomicLongArray(RANGES + (threads + 1) * PAD);
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1);
            workers[i].start();
        }
    }

    /** Number of threads that share a loop, the caller included. */
    public int threads() {
        return workers.length + 1;
    }

    /** Runs {@code body} once for each index in [0, parts) and returns when all are done; the first exception of a part is thrown here. */
    public void run(int parts, Part body) {
        if (parts <= 1 || workers.length == 0 || closed || !busy.compareAndSet(false, true)) {
            for (int i = 0; i < parts; i++) {
                body.run(i);
            }
            return;
        }
        try {
            share(parts, body);
        } finally {
            this.body = null;
            busy.set(false);
        }
        Throwable thrown = failure.getPlain();
        if (thrown != null) {
            failure.setPlain(null);
            WorkPool.<RuntimeException>rethrow(thrown);
        }
    }

    private void share(int parts, Part body) {
        int number = (int) shared.getPlain(LOOP) + 1;
        this.body = body;
        this.parts = parts;
        shared.setPlain(UNFINISHED, parts);
        for (int t = 0; t < threads(); t++) {
            shared.setRelease(RANGES + t * PAD, (long) number << 32 | (start(t + 1) - start(t)));
        }
        shared.set(LOOP, number);
        for (Worker worker : workers) {
            if (worker.parked) {
                LockSupport.unpark(worker);
            }
        }
        work(0, number);
        for (int spins = 0; shared.get(UNFINISHED) != 0; spins++) {
            if (spins < SPINS_BEFORE_YIELD) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private int start(int thread) {
        return (int) ((long) parts * thread / threads());
    }

    /** Runs parts of loop {@code number} until none is left, those of thread {@code self} first. */
    private void work(int self, int number) {
        for (int i = 0, t = self; i < threads(); i++, t = t + 1 == threads() ? 0 : t + 1) {
            for (int left = take(t, number); left > 0; left = take(t, number)) {
                finish(start(t + 1) - left);
            }
        }
    }

    /** Takes one part of a range: the number of parts that were left in it, or 0 when it is empty or belongs to another loop. */
    private int take(int thread, int number) {
        while (true) {
            long state = shared.get(RANGES + thread * PAD);
            int left = (int) state;
            if ((int) (state >>> 32) != number || left == 0) {
                return 0;
            }
            if (shared.compareAndSet(RANGES + thread * PAD, state, state - 1)) {
                return left;
            }
        }
    }

    private void finish(int index) {
        try {
            if (failure.getPlain() == null) {
                body.run(index);
            }
        } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
        } finally {
            shared.getAndDecrement(UNFINISHED);
        }
    }

    /** Stops the workers; later loops run on their callers alone. */
    @Override
    public void close() {
        closed = true;
        for (Worker worker : workers) {
            LockSupport.unpark(worker);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private final class Worker extends Thread {
        private final int self;
        private volatile boolean parked;

        Worker(int self) {
            super("embedrl-worker-" + self);
            this.self = self;
            setDaemon(true);
        }

        @Override
        public void run() {
            int seen = 0;
            while (!closed) {
                int number = (int) shared.get(LOOP);
                if (number == seen) {
                    await(seen);
                } else {
                    work(self, number);
                    seen = number;
                }
            }
        }

        private void await(int seen) {
            long start = System.nanoTime();
            for (long now = start; now - start < WAIT_NANOS; now = System.nanoTime()) {
                for (int i = 0; i < 32; i++) {
                    if (shared.get(LOOP) != seen) {
                        return;
                    }
                    Thread.onSpinWait();
                }
                if (now - start > SPIN_NANOS) {
                    Thread.yield();
                }
            }
            parked = true; // published before the last look at the loop number; share() writes that number before it looks here
            if (shared.get(LOOP) == seen && !closed) {
                LockSupport.park(this);
            }
            parked = false;
        }
    }
}
