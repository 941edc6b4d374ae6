package embedrl.nn.checkpoint;

import java.util.Arrays;

/**
 * Where one tensor lies in a safetensors file: its type, its shape and its bytes, counted from the end of the header.
 *
 * @param name  the tensor's name
 * @param type  the element type
 * @param shape the sizes; empty for a scalar
 * @param begin the first byte
 * @param end   one past the last byte
 */
public record TensorEntry(String name, ElementType type, long[] shape, long begin, long end) {
    /** Copies the shape, so that an entry is a value. */
    public TensorEntry {
        shape = shape.clone();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** The number of elements. */
    public long size() {
        return (end - begin) / type.bytes();
    }

    /** The sizes as ints; an error where one does not fit. */
    public int[] intShape() {
        int[] sizes = new int[shape.length];
        for (int axis = 0; axis < sizes.length; axis++) {
            if (shape[axis] > Integer.MAX_VALUE) {
                throw new SafetensorsException("tensor '" + name + "': axis " + axis + " has " + shape[axis]
                        + " elements, more than an array can have (" + Integer.MAX_VALUE + ")");
            }
            sizes[axis] = (int) shape[axis];
        }
        return sizes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorEntry that && name.equals(that.name) && type == that.type
                && Arrays.equals(shape, that.shape) && begin == that.begin && end == that.end;
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Long.hashCode(begin);
    }

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape) + " bytes " + begin + ".." + end;
    }
}
