package embedrl.nn.checkpoint;

import java.util.Arrays;

/**
 * Values with a shape, independent of any engine: what a checkpoint stores.
 *
 * <p>Arrays are held, not copied: a model's weights would otherwise exist twice.
 */
public sealed interface TensorData {
    /** The sizes; empty for a scalar. */
    int[] shape();

    /** Values of float32. */
    record Floats(int[] shape, float[] values) implements TensorData {
        /** Checks that shape and values agree. */
        public Floats {
            check(shape, values.length);
        }
    }

    /** Values of int32. */
    record Ints(int[] shape, int[] values) implements TensorData {
        /** Checks that shape and values agree. */
        public Ints {
            check(shape, values.length);
        }
    }

    /** Values of int64. */
    record Longs(int[] shape, long[] values) implements TensorData {
        /** Checks that shape and values agree. */
        public Longs {
            check(shape, values.length);
        }
    }

    /** Float32 values of a shape. */
    static TensorData of(int[] shape, float[] values) {
        return new Floats(shape, values);
    }

    /** Int32 values of a shape. */
    static TensorData of(int[] shape, int[] values) {
        return new Ints(shape, values);
    }

    /** Int64 values of a shape. */
    static TensorData of(int[] shape, long[] values) {
        return new Longs(shape, values);
    }

    /** The float32 values; an error where the tensor holds integers. */
    default float[] floats() {
        if (this instanceof Floats floats) {
            return floats.values();
        }
        throw new IllegalStateException("checkpoint: expected a float32 tensor, found " + getClass().getSimpleName()
                + Arrays.toString(shape()));
    }

    private static void check(int[] shape, int values) {
        long size = 1;
        for (int axis : shape) {
            size = axis < 0 ? -1 : Math.multiplyExact(size, axis);
            if (size < 0) {
                break;
            }
        }
        if (size != values) {
            throw new IllegalArgumentException("checkpoint: shape " + Arrays.toString(shape) + " has " + size
                    + " elements, got " + values + " values");
        }
    }
}
