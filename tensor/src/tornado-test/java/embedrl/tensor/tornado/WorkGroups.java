package embedrl.tensor.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.DType;
import embedrl.tensor.HalfTypes;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
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
        private final List<Object> arrays = new ArrayList<>();

        Shared(int items) {
            barrier = new CyclicBarrier(items);
        }

        /** Array number {@code number} of the group, which the first item to ask makes. */
        synchronized Object array(int number, Supplier<Object> made) {
            if (arrays.size() == number) arrays.add(made.get());
            return arrays.get(number);
        }
    }

    /** The context of one item; TornadoVM's fields are final and meant to be replaced by its compiler, so a test has to set them by force. */
    private static final class Item extends KernelContext {
        private final Shared shared;
        private int allocated;
        /** What fragments were loaded from; it stays as it is until the next barrier, and so need not be copied. */
        private final Map<HalfFloat[], Block> blocks = new IdentityHashMap<>();

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

        /** A block of numbers of bfloat16 in an array of words. */
        private record Block(int[] tile, int byteOffset) {
            float at(int bytes) {
                int at = byteOffset + bytes;
                return HalfTypes.widen(DType.BFLOAT16, (short) (tile[at / 4] >> (at % 4 * 8)));
            }
        }

        @Override
        public void localBarrier() {
            blocks.clear();
            try {
                shared.barrier.await();
            } catch (InterruptedException | BrokenBarrierException broken) {
                throw new IllegalStateException(broken);
            }
        }

        @Override
        public float[] allocateFloatLocalArray(int size) {
            return (float[]) shared.array(allocated++, () -> new float[size]);
        }

        @Override
        public int[] allocateIntLocalArray(int size) {
            return (int[]) shared.array(allocated++, () -> new int[size]);
        }

        @Override
        public void globalBarrier() {
            localBarrier();
        }

        @Override
        public HalfFloat[] mmaLoadA(int[] tile, int depth, int byteOffset) {
            return fragment(new HalfFloat[8], tile, byteOffset);
        }

        @Override
        public HalfFloat[] mmaLoadB(int[] tile, int depth, int byteOffset) {
            return fragment(new HalfFloat[4], tile, byteOffset);
        }

        private HalfFloat[] fragment(HalfFloat[] handle, int[] tile, int byteOffset) {
            assertThat(byteOffset % 16).as("rows of matrices in local memory begin at multiples of 16 bytes").isZero();
            blocks.put(handle, new Block(tile, byteOffset));
            return handle;
        }

        /** This lane's four of the 16 × 8 sums: a row of A has 32 bytes, one of B 16. */
        @Override
        public float[] mmaBF16(HalfFloat[] a, HalfFloat[] b, float[] sums, MMAShape shape) {
            Block left = blocks.get(a);
            Block right = blocks.get(b);
            float[] result = sums.clone();
            for (int i = 0; i < 4; i++)
                for (int k = 0; k < 16; k++) result[i] += left.at(row(i) * 32 + k * 2) * right.at(k * 16 + column(i) * 2);
            return result;
        }

        @Override
        public void mmaStore(float[] sums, FloatArray to, int firstRow, int firstColumn, int stride) {
            for (int i = 0; i < 4; i++) to.set((firstRow + row(i)) * stride + firstColumn + column(i), sums[i]);
        }

        private int row(int i) {
            return localIdx % 32 / 4 + (i < 2 ? 0 : 8);
        }

        private int column(int i) {
            return localIdx % 4 * 2 + i % 2;
        }
    }
}
