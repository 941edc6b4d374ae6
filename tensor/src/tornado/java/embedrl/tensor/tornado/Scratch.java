package embedrl.tensor.tornado;

/**
 * The temporaries that all programs of a device share, since they run one at a time. A larger program makes a larger block; the old one stays until the last program that
 * was bound to it is closed.
 */
final class Scratch {
    private final DeviceMemory memory;
    private Shared floats;
    private Shared ints;

    /** A block with the number of programs that are bound to it. */
    static final class Shared {
        private final DeviceMemory.Block block;
        private final int elements;
        private int users;

        private Shared(DeviceMemory.Block block, int elements) {
            this.block = block;
            this.elements = elements;
        }

        int offset() {
            return block.offset();
        }
    }

    Scratch(DeviceMemory memory) {
        this.memory = memory;
    }

    Shared floats(int elements) {
        floats = fitting(floats, false, elements);
        return floats;
    }

    Shared ints(int elements) {
        ints = fitting(ints, true, elements);
        return ints;
    }

    private Shared fitting(Shared present, boolean integers, int elements) {
        Shared fitting = present;
        if (present == null || present.elements < elements) {
            if (present != null && present.users == 0) memory.free(present.block);
            fitting = new Shared(memory.take("temporaries of programs", integers, elements), elements);
        }
        fitting.users++;
        return fitting;
    }

    /** Ends one program's use. */
    void release(Shared shared) {
        shared.users--;
        if (shared.users == 0 && shared != floats && shared != ints) memory.free(shared.block);
    }
}
