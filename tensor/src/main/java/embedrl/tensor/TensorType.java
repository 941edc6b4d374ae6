package embedrl.tensor;

/** Element type and shape of a tensor. */
public record TensorType(DType dtype, Shape shape) {
    public TensorType {
        if (dtype.isBlock() && shape.columns() % dtype.blockElements() != 0)
            throw new TensorException("tensor: the last axis of a " + dtype + " tensor must be a multiple of " + dtype.blockElements() + ", got " + shape);
    }

    public static TensorType float32(int... sizes) {
        return new TensorType(DType.FLOAT32, Shape.of(sizes));
    }

    public static TensorType float32(Shape shape) {
        return new TensorType(DType.FLOAT32, shape);
    }

    public static TensorType int32(int... sizes) {
        return new TensorType(DType.INT32, Shape.of(sizes));
    }

    public long bytes() {
        return dtype.bytes(shape.count());
    }

    @Override
    public String toString() {
        return dtype + shape.toString();
    }
}
