package embedrl.tensor.tornado;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Variables and constants that have a place on a device. A variable's values go up when the host's are newer and come home when somebody on the host asks
 * ({@link Variable.Residence}); what nobody uses any more gives its place back.
 */
final class Residents implements Variable.Residence, Layout.Places {
    private final DeviceMemory memory;
    private final ReentrantLock running;
    private final Map<Variable, Place> variables = new WeakHashMap<>();
    private final Map<HostTensor, Place> constants = new WeakHashMap<>();
    private final ReferenceQueue<Object> dropped = new ReferenceQueue<>();
    private final List<Place> places = new ArrayList<>();

    /** Where a variable or constant lies; a weak reference, so that its end is noticed. */
    static final class Place extends WeakReference<Object> {
        private final DeviceMemory.Block block;
        private long changes = -1;      // the host's count of changes when it was last uploaded
        private long generation = -1;   // of the device memory that it was uploaded to

        private Place(Object owner, ReferenceQueue<Object> dropped, DeviceMemory.Block block) {
            super(owner, dropped);
            this.block = block;
        }

        int offset() {
            return block.offset();
        }
    }

    /** Values travel while {@code running} is held. */
    Residents(DeviceMemory memory, ReentrantLock running) {
        this.memory = memory;
        this.running = running;
    }

    private Place place(Variable variable) {
        sweep();
        Place place = variables.get(variable);   // no computeIfAbsent: taking memory may bring variables home
        if (place == null) variables.put(variable, place = made(variable, "variable " + variable.name(), variable.type()));
        return place;
    }

    private Place place(HostTensor constant) {
        sweep();
        Place place = constants.get(constant);
        if (place == null) constants.put(constant, place = made(constant, "constant " + constant.type(), constant.type()));
        return place;
    }

    @Override
    public int of(Variable variable) {
        return place(variable).offset();
    }

    @Override
    public int of(HostTensor constant) {
        return place(constant).offset();
    }

    private Place made(Object owner, String name, TensorType type) {
        Place place = new Place(owner, dropped, memory.take(name, type));
        places.add(place);
        return place;
    }

    private void sweep() {
        while (dropped.poll() instanceof Place place) {
            places.remove(place);
            memory.free(place.block);
        }
    }

    /** Brings the host's values up where the device's are older. */
    void upload(Variable variable) {
        Place place = place(variable);
        if (variable.residence() == this) return;
        variable.bringHome();   // from another device
        if (place.changes == variable.changes() && place.generation == memory.generation()) return;
        memory.write(place.block, variable.contents());
        place.changes = variable.changes();
        place.generation = memory.generation();
    }

    void upload(HostTensor constant) {
        Place place = place(constant);
        if (place.generation == memory.generation()) return;
        if (constant.type().dtype() == DType.INT32) memory.device().write(constant.ints(), 0, place.offset(), constant.type().shape().count());
        else memory.device().write(constant.floats(), 0, place.offset(), constant.type().shape().count());   // half types lie there as FLOAT32
        place.generation = memory.generation();
    }

    /** After a program has written a variable: the device holds its present values. */
    void written(Variable variable) {
        variable.heldBy(this);
    }

    @Override
    public void fetch(Variable variable, Buffer storage) {
        running.lock();
        try {
            Place place = place(variable);
            memory.read(place.block, storage);
            place.changes = variable.changes();
            place.generation = memory.generation();
        } finally {
            running.unlock();
        }
    }

    /** Brings everything home, because the device's memory is about to go. */
    void bringHome() {
        for (Variable variable : List.copyOf(variables.keySet())) if (variable.residence() == this) variable.bringHome();
    }
}
