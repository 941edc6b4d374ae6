package embedrl.tensor;

import java.util.function.Consumer;

/**
 * A named, stored tensor that programs read and update in place: a parameter, optimizer state, a cache. Its values outlive every program; all
 * programs that use it see the same values. Not safe for use by several threads at once.
 */
public final class Variable {
    private final String name;
    private TensorType type;
    private Consumer<Buffer> initial;   // null once the storage is there
    private Buffer buffer;
    private Tensor tensor;
    private Residence away;   // the device that holds newer values than the buffer, or null
    private long changes;

    /** A device that may hold newer values of a variable than the host does. */
    public interface Residence {
        /** Copies the device's values into the variable's storage on the host. */
        void fetch(Variable variable, Buffer storage);
    }

    private Variable(String name, TensorType type, Consumer<Buffer> initial) {
        this.name = name;
        this.type = type;
        this.initial = initial;
    }

    /** A variable of zeros. */
    public static Variable zeros(String name, TensorType type) {
        Variable variable = new Variable(name, type, null);
        variable.buffer = Buffer.allocate(type);
        return variable;
    }

    /**
     * A variable whose storage is made and filled when it is first needed. Until then it takes no memory, and {@link #adopt} may give it other storage.
     *
     * @param initial fills a new buffer of zeros
     */
    public static Variable deferred(String name, TensorType type, Consumer<Buffer> initial) {
        return new Variable(name, type, initial);
    }

    /** A variable that begins with these values (copied). */
    public static Variable of(String name, HostTensor values) {
        Variable variable = zeros(name, values.type());
        variable.buffer.copyFrom(values.buffer());
        return variable;
    }

    public String name() {
        return name;
    }

    public TensorType type() {
        return type;
    }

    public Shape shape() {
        return type.shape();
    }

    /** Its contents as a tensor to compute with: always the value at the time a program runs. The type stays the same from here on. */
    public Tensor tensor() {
        if (tensor == null) tensor = Tensor.of(new LeafOp.Stored(this), 0);
        return tensor;
    }

    /** Whether it was used in a computation, so that its type is fixed. */
    public boolean recorded() {
        return tensor != null;
    }

    /** A copy of the present values. */
    public HostTensor value() {
        return HostTensor.copyOf(contents());
    }

    /** Replaces the values (copied); the type must be the same. */
    public void assign(HostTensor values) {
        if (!values.type().equals(type))
            throw new TensorException("assign: variable '" + name + "' has type " + type + ", got " + values.type());
        overwritten().copyFrom(values.buffer());
    }

    /**
     * Takes over a buffer as its storage, which the caller must not use any more; the element type may be another one, and nothing is copied where no
     * storage of that type is there yet. Once the variable was used in a computation, the type must stay, since programs hold on to the storage.
     */
    public void adopt(Buffer values) {
        if (!values.type().shape().equals(shape()))
            throw new TensorException("adopt: variable '" + name + "' has shape " + shape() + ", got " + values.type());
        if (tensor == null && !(buffer != null && values.type().equals(type))) {
            type = values.type();
            buffer = values;
            initial = null;
            return;
        }
        if (!values.type().equals(type))
            throw new TensorException("adopt: variable '" + name + "' is in use as " + type + " and cannot become " + values.type()
                    + "; load weights before the model computes anything");
        overwritten().copyFrom(values);
    }

    /**
     * The storage on the host with the present values, which the caller may change before a program runs. Ask again for each later change: executors keep copies, packed or on a
     * device, and a call of this method is what tells them that theirs are old.
     */
    public Buffer buffer() {
        changes++;
        return contents();
    }

    /** The storage on the host with the present values, for reading only: what lies on a device stays in use there. */
    public Buffer contents() {
        bringHome();
        return storage();
    }

    /** Makes the host's values the present ones. */
    public void bringHome() {
        if (away == null) return;
        changes++;   // other devices' copies are old
        away.fetch(this, buffer);
        away = null;
    }

    /** Where host kernels are bound to: made and filled where that was put off. The values are the present ones only after {@link #bringHome}. */
    Buffer storage() {
        if (buffer == null) {
            Buffer filled = Buffer.allocate(type);
            initial.accept(filled);
            buffer = filled;
            initial = null;
        }
        return buffer;
    }

    /** Storage whose values do not matter, about to be overwritten by the host. */
    private Buffer overwritten() {
        if (buffer == null) {
            buffer = Buffer.allocate(type);
            initial = null;
        }
        away = null;
        changes++;
        return buffer;
    }

    /** Says that a device has written the variable: its values there are the present ones. */
    public void heldBy(Residence device) {
        away = device;
    }

    /** The device that alone holds the present values, or null when the host has them. */
    public Residence residence() {
        return away;
    }

    /** Says that host kernels have written the storage. */
    void changedOnHost() {
        changes++;
    }

    /** Grows whenever the host's values may have changed, so that a device knows whether its copy is old. */
    public long changes() {
        return changes;
    }

    @Override
    public String toString() {
        return "Variable " + name + " " + type;
    }
}
