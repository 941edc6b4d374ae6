package embedrl.tensor;

/**
 * A named, stored tensor that programs read and update in place: a parameter, optimizer state, a cache. Its values outlive every program; all
 * programs that use it see the same values. Not safe for use by several threads at once.
 */
public final class Variable {
    private final String name;
    private final Buffer buffer;
    private final Tensor tensor;

    private Variable(String name, Buffer buffer) {
        this.name = name;
        this.buffer = buffer;
        this.tensor = Tensor.of(new LeafOp.Stored(this), 0);
    }

    /** A variable of zeros. */
    public static Variable zeros(String name, TensorType type) {
        return new Variable(name, Buffer.allocate(type));
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
        return buffer.type();
    }

    public Shape shape() {
        return buffer.type().shape();
    }

    /** Its contents as a tensor to compute with: always the value at the time a program runs. */
    public Tensor tensor() {
        return tensor;
    }

    /** A copy of the present values. */
    public HostTensor value() {
        return HostTensor.copyOf(buffer);
    }

    /** Replaces the values (copied); the type must be the same. */
    public void assign(HostTensor values) {
        if (!values.type().equals(type()))
            throw new TensorException("assign: variable '" + name + "' has type " + type() + ", got " + values.type());
        buffer.copyFrom(values.buffer());
    }

    /** The storage itself, for executors on the host. */
    public Buffer buffer() {
        return buffer;
    }

    @Override
    public String toString() {
        return "Variable " + name + " " + type();
    }
}
