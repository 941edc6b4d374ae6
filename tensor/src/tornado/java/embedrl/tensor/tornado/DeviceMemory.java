package embedrl.tensor.tornado;

import embedrl.tensor.Buffer;
import embedrl.tensor.Conversions;
import embedrl.tensor.DType;
import embedrl.tensor.HalfTypes;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import java.util.Set;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * The memory of a device as blocks in its two arenas. Arenas grow by being made anew: blocks keep their offsets, contents are lost, and the generation counts up, so that
 * everybody uploads again what is needed.
 */
final class DeviceMemory implements AutoCloseable {
    /** First size of the FLOAT32 arena: 128 MiB. */
    private static final int FIRST_FLOATS = 1 << 25;
    private static final int FIRST_INTS = 1 << 21;
    private static final int LARGEST = Integer.MAX_VALUE - 1024;

    private final TornadoDevice tornado;
    private final Set<DeviceOption> options;
    private final Regions floats = new Regions(FIRST_FLOATS);
    private final Regions ints = new Regions(FIRST_INTS);
    private final Block reserved;
    private Device device;
    private long generation;
    private Runnable beforeGrowth = () -> { };

    /** A place in one of the arenas. */
    record Block(boolean ints, Regions.Region region) {
        int offset() {
            return region.offset;
        }
    }

    DeviceMemory(TornadoDevice tornado, Set<DeviceOption> options) {
        this.tornado = tornado;
        this.options = options;
        this.device = new Device(tornado, options, FIRST_FLOATS, FIRST_INTS);
        this.reserved = take("reports of kernels", true, 4);
        if (reserved.offset() != 0) throw new IllegalStateException("device memory: reports must lie first");
    }

    /** What brings the only copies of values home before contents are lost. */
    void beforeGrowth(Runnable action) {
        beforeGrowth = action;
    }

    Device device() {
        return device;
    }

    /** Counts how often the contents were lost. */
    long generation() {
        return generation;
    }

    Block take(String owner, TensorType type) {
        return take(owner, type.dtype() == DType.INT32, type.shape().count());
    }

    /** A block in the INT32 arena or the FLOAT32 arena; the arena grows where it must. */
    Block take(String owner, boolean integers, int elements) {
        Regions regions = integers ? ints : floats;
        Regions.Region region = regions.take(owner, elements);
        if (region == null) {
            long larger = Math.max(2L * regions.capacity(), regions.capacity() + elements + elements / 4L + 1024);
            grow(owner, integers, elements, (int) Math.min(LARGEST, larger));
            region = regions.take(owner, elements);
            if (region == null) throw full(owner, elements, "an arena holds at most 2^31 elements");
        }
        return new Block(integers, region);
    }

    void free(Block block) {
        (block.ints ? ints : floats).free(block.region);
    }

    private void grow(String owner, boolean integers, int elements, int larger) {
        int newFloats = integers ? floats.capacity() : larger;
        int newInts = integers ? larger : ints.capacity();
        long bytes = 4L * newFloats + 4L * newInts;
        if (4L * Math.max(newFloats, newInts) > tornado.getMaxAllocMemory()) throw full(owner, elements, "the device gives out " + (tornado.getMaxAllocMemory() >> 20) + " MiB at once");
        if (bytes > tornado.getMaxGlobalMemory()) throw full(owner, elements, "the device has " + (tornado.getMaxGlobalMemory() >> 20) + " MiB");
        beforeGrowth.run();
        device.close();
        device = new Device(tornado, options, newFloats, newInts);
        (integers ? ints : floats).grow(larger);
        generation++;
    }

    private TensorException full(String owner, int elements, String limit) {
        return new TensorException("device memory of " + device.describe() + " is full: " + owner + " needs " + (4L * elements >> 20) + " MiB more, and " + limit
                + "; use smaller batches, close programs and models that are done, or --device cpu. The largest owners:" + floats.table() + ints.table());
    }

    void write(Block block, Buffer values) {
        switch (values.type().dtype()) {
            case INT32 -> device.write(values.ints(), values.offset(), block.offset(), values.count());
            case FLOAT32 -> device.write(values.floats(), values.offset(), block.offset(), values.count());
            case BFLOAT16, FLOAT16, Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> {
                float[] wide = new float[values.count()];
                Conversions.widen(values, 0, wide, 0, wide.length);
                device.write(wide, 0, block.offset(), wide.length);
            }
        }
    }

    void read(Block block, Buffer into) {
        read(block.offset(), into);
    }

    /** Copies what lies at an offset of the arena of the buffer's type. */
    void read(int offset, Buffer into) {
        switch (into.type().dtype()) {
            case INT32 -> device.read(offset, into.ints(), into.offset(), into.count());
            case FLOAT32 -> device.read(offset, into.floats(), into.offset(), into.count());
            case BFLOAT16, FLOAT16 -> {
                float[] wide = new float[into.count()];
                device.read(offset, wide, 0, wide.length);
                for (int i = 0; i < wide.length; i++) into.halves()[into.offset() + i] = HalfTypes.narrow(into.type().dtype(), wide[i]);
            }
            case Q8_0, Q4_0, Q4_1, Q4_K, Q6_K -> throw new IllegalStateException("no operation computes " + into.type());
        }
    }

    @Override
    public void close() {
        device.close();
    }
}
