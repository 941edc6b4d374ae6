package embedrl.models.gguf;

import java.util.List;

/**
 * Where one tensor lies in a GGUF file.
 *
 * @param name   the tensor's name
 * @param type   the element type
 * @param shape  the sizes in row-major order, the last axis contiguous (the file lists them the other way round)
 * @param offset the first byte, counted from the beginning of the data section
 * @param bytes  number of bytes
 */
public record GgufTensor(String name, GgmlType type, List<Long> shape, long offset, long bytes) {
    /** Copies the shape. */
    public GgufTensor {
        shape = List.copyOf(shape);
    }

    /** The number of elements. */
    public long size() {
        return bytes / type.blockBytes() * type.blockSize();
    }

    /** Elements of one row: the size of the last axis. */
    public long columns() {
        return shape.isEmpty() ? 1 : shape.getLast();
    }

    /** Bytes of one row, a whole number of blocks. */
    public long rowBytes() {
        return type.bytes(columns());
    }

    /** The sizes as ints; an error where one does not fit. */
    public int[] intShape() {
        int[] sizes = new int[shape.size()];
        for (int axis = 0; axis < sizes.length; axis++) {
            if (shape.get(axis) > Integer.MAX_VALUE) {
                throw new GgufException("tensor '" + name + "': axis " + axis + " has " + shape.get(axis)
                        + " elements, more than an array can have (" + Integer.MAX_VALUE + ")");
            }
            sizes[axis] = shape.get(axis).intValue();
        }
        return sizes;
    }
}
