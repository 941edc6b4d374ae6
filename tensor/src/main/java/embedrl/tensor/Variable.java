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
        return HostTensor.copyOf(buffer());
    }

    /** Replaces the values (copied); the type must be the same. */
    public void assign(HostTensor values) {
        if (!values.type().equals(type))
            throw new TensorException("assign: variable '" + name + "' has type " + type + ", got " + values.type());
        storage().copyFrom(values.buffer());
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
        storage().copyFrom(values);
    }

    /** The storage itself, for executors on the host. */
    public Buffer buffer() {
        if (buffer == null) {
            Buffer filled = Buffer.allocate(type);
            initial.accept(filled);
            buffer = filled;
            initial = null;
        }
        return buffer;
    }

    /** Storage whose values do not matter. */
    private Buffer storage() {
        if (buffer == null) {
            buffer = Buffer.allocate(type);
            initial = null;
        }
        return buffer;
    }

    @Override
    public String toString() {
        return "Variable " + name + " " + type;
    }
}
