package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkPoolTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void everyPartRunsOnceWhateverTheNumberOfThreads(int threads) {
        try (WorkPool pool = new WorkPool(threads)) {
            assertThat(pool.threads()).isEqualTo(threads);
            for (int parts = 0; parts < 300; parts++) {
                AtomicIntegerArray runs = new AtomicIntegerArray(parts + 1);
                pool.run(parts, runs::incrementAndGet);
                for (int i = 0; i < parts; i++) {
                    assertThat(runs.get(i)).isEqualTo(1);
                }
                assertThat(runs.get(parts)).isZero();
            }
        }
    }

    @Test
    void workersThatHaveParkedWakeUpAgain() throws InterruptedException {
        try (WorkPool pool = new WorkPool(2)) {
            for (int i = 0; i < 20; i++) {
                AtomicInteger sum = new AtomicInteger();
                pool.run(10, sum::addAndGet);
                assertThat(sum.get()).isEqualTo(45);
                Thread.sleep(2);
            }
        }
    }

    @Test
    void anExceptionReachesTheCallerAndThePoolGoesOn() {
        try (WorkPool pool = new WorkPool(3)) {
            for (int bad = 0; bad < 12; bad++) {
                int part = bad;
                assertThatThrownBy(() -> pool.run(12, i -> {
                    if (i == part) {
                        throw new IllegalStateException("part " + i);
                    }
                })).isInstanceOf(IllegalStateException.class).hasMessage("part " + part);
            }
            AtomicInteger sum = new AtomicInteger();
            pool.run(12, sum::addAndGet);
            assertThat(sum.get()).isEqualTo(66);
        }
    }

    @Test
    void aLoopInsideAPartRunsInline() {
        try (WorkPool pool = new WorkPool(3)) {
            AtomicInteger sum = new AtomicInteger();
            pool.run(6, i -> {
                Thread outer = Thread.currentThread();
                pool.run(5, j -> {
                    assertThat(Thread.currentThread()).isSameAs(outer);
                    sum.incrementAndGet();
                });
            });
            assertThat(sum.get()).isEqualTo(30);
        }
    }

    @Test
    void twoCallersAtATimeBothFinish() throws InterruptedException {
        try (WorkPool pool = new WorkPool(2)) {
            AtomicInteger sum = new AtomicInteger();
            Runnable caller = () -> {
                for (int i = 0; i < 2_000; i++) {
                    pool.run(7, part -> sum.incrementAndGet());
                }
            };
            Thread other = new Thread(caller);
            other.start();
            caller.run();
            other.join();
            assertThat(sum.get()).isEqualTo(28_000);
        }
    }

    @Test
    void aClosedPoolRunsOnItsCaller() {
        WorkPool pool = new WorkPool(2);
        pool.close();
        AtomicInteger sum = new AtomicInteger();
        pool.run(5, sum::addAndGet);
        assertThat(sum.get()).isEqualTo(10);
    }

    @Test
    void aPoolWithoutThreadsIsRefused() {
        assertThatThrownBy(() -> new WorkPool(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("work pool: needs at least one thread, got 0");
    }
}
