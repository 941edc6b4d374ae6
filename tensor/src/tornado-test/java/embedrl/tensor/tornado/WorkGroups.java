package embedrl.tensor.tornado;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Runs a kernel as ordinary Java: groups one after the other, the items of a group as threads that meet at barriers and share local arrays. */
final class WorkGroups {
    private final int groups;
    private final int items;

    WorkGroups(int groups, int items) {
        this.groups = groups;
        this.items = items;
    }

    void run(Kernel kernel, IntArray launch, FloatArray floats, IntArray ints) {
        for (int group = 0; group < groups; group++) {
            Shared shared = new Shared(items);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            for (int item = 0; item < items; item++) {
                Item context = new Item(shared, group, item, items);
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        kernel.body.apply(context, launch, floats, ints);
                    } catch (RuntimeException | Error broken) {
                        failure.compareAndSet(null, broken);
                        shared.barrier.reset();
                    }
                }));
            }
            for (Thread thread : threads) join(thread);
            if (failure.get() != null) throw new AssertionError("kernel " + kernel + " failed in group " + group, failure.get());
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** What the items of one group share. */
    private static final class Shared {
        private final CyclicBarrier barrier;
        private final List<float[]> arrays = new ArrayList<>();

        Shared(int items) {
            barrier = new CyclicBarrier(items);
        }

        synchronized float[] array(int number, int size) {
            if (arrays.size() == number) arrays.add(new float[size]);
            return arrays.get(number);
        }
    }

    /** The context of one item; TornadoVM's fields are final and meant to be replaced by its compiler, so a test has to set them by force. */
    private static final class Item extends KernelContext {
        private final Shared shared;
        private int allocated;

        Item(Shared shared, int group, int item, int items) {
            this.shared = shared;
            set("globalIdx", group * items + item);
            set("groupIdx", group);
            set("localIdx", item);
            set("localGroupSizeX", items);
        }

        private void set(String name, int value) {
            try {
                Field field = KernelContext.class.getField(name);
                field.setAccessible(true);
                field.set(this, value);
            } catch (ReflectiveOperationException broken) {
                throw new IllegalStateException(broken);
            }
        }

        @Override
        public void localBarrier() {
            try {
                shared.barrier.await();
            } catch (InterruptedException | BrokenBarrierException broken) {
                throw new IllegalStateException(broken);
            }
        }

        @Override
        public float[] allocateFloatLocalArray(int size) {
            return shared.array(allocated++, size);
        }
    }
}
