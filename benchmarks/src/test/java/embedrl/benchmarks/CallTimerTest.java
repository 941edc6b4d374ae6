package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallTimerTest {
    private static final int SLOW = 10;
    private final AtomicInteger calls = new AtomicInteger();

    private void call() {
        try {
            Thread.sleep(calls.incrementAndGet() <= SLOW ? 30 : 1);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void warmingGoesOnWhileCallsBecomeFaster() {
        CallTimer.warm(this::call, 1, 100_000_000L);   // four slow calls
        assertThat(calls).hasValueGreaterThan(SLOW);
    }

    @Test
    void aRateIsWorkPerNanosecondOverAtLeastTheTime() {
        calls.set(SLOW);
        double rate = CallTimer.rate(this::call, 5, 20_000_000L);
        assertThat(rate).isPositive().isLessThanOrEqualTo(5e-6);
        assertThat(calls).hasValueGreaterThan(SLOW);
    }
}
