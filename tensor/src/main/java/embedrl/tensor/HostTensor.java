package embedrl.tensor;

import java.util.Arrays;

/** Computed values on the host: a type and its elements in row-major order. The values are copied in and out, so an instance never changes. */
public final class HostTensor {
    private final TensorType type;
    private final Buffer buffer;

    private HostTensor(Buffer buffer) {
        this.type = buffer.type();
        this.buffer = buffer;
    }

    public static HostTensor of(Shape shape, float... values) {
        return copy(TensorType.float32(shape), values, values.length);
    }

    public static HostTensor ofInts(Shape shape, int... values) {
        return copy(new TensorType(DType.INT32, shape), values, values.length);
    }

    /** A copy of what a buffer holds now. */
    public static HostTensor copyOf(Buffer source) {
        Buffer copy = Buffer.allocate(source.type());
        copy.copyFrom(source);
        return new HostTensor(copy);
    }

    private static HostTensor copy(TensorType type, Object values, int length) {
        if (length != type.shape().count())
            throw new TensorException("tensor: " + type.shape() + " holds " + type.shape().count() + " values, got " + length);
        return copyOf(Buffer.over(type, values, 0));
    }

    public TensorType type() {
        return type;
    }

    public Shape shape() {
        return type.shape();
    }

    /** The elements; widened when they are stored in a narrow type. A copy. */
    public float[] floats() {
        int count = buffer.count();
        if (type.dtype() == DType.INT32) throw new TensorException("floats: these are INT32 values of shape " + shape() + "; use ints()");
        float[] wide = new float[count];
        Conversions.widen(buffer, 0, wide, 0, count);
        return wide;
    }

    public int[] ints() {
        return Arrays.copyOfRange(buffer.ints(), buffer.offset(), buffer.offset() + buffer.count());
    }

    /** The value of a tensor with a single element. */
    public float item() {
        if (type.shape().count() != 1) throw new TensorException("item: needs a tensor with one element, got " + type.shape());
        return type.dtype() == DType.INT32 ? ints()[0] : floats()[0];
    }

    /** A copy of the elements as stored, to be kept. */
    public Buffer toBuffer() {
        Buffer copy = Buffer.allocate(type);
        copy.copyFrom(buffer);
        return copy;
    }

    Buffer buffer() {
        return buffer;
    }

    /** Type and values, shortened in the manner of numpy. */
    @Override
    public String toString() {
        return type + " " + TensorText.format(this);
    }
}
