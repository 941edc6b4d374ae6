package embedrl.tensor;

import java.util.Arrays;

/** The sizes of a tensor's axes, outermost first; row-major. A scalar has no axes. Immutable. */
public final class Shape {
    public static final Shape SCALAR = new Shape(new int[0]);

    private final int[] sizes;
    private final int count;

    private Shape(int[] sizes) {
        long elements = 1;
        for (int size : sizes) {
            if (size < 0) throw new TensorException("shape: sizes must not be negative, got " + Arrays.toString(sizes));
            elements *= size;
            if (elements > Integer.MAX_VALUE - 64)
                throw new TensorException("shape: a tensor holds at most 2^31 - 65 elements, got " + Arrays.toString(sizes));
        }
        this.sizes = sizes;
        this.count = (int) elements;
    }

    public static Shape of(int... sizes) {
        return sizes.length == 0 ? SCALAR : new Shape(sizes.clone());
    }

    /** Number of axes. */
    public int rank() {
        return sizes.length;
    }

    /** Number of elements. */
    public int count() {
        return count;
    }

    /** Size of an axis; a negative axis counts from the end. */
    public int size(int axis) {
        return sizes[axis(axis)];
    }

    /** The axis as a number in 0..rank-1; throws when it is out of range. */
    public int axis(int axis) {
        int positive = axis < 0 ? axis + sizes.length : axis;
        if (positive < 0 || positive >= sizes.length)
            throw new TensorException("shape: axis " + axis + " is outside of " + this + ", which has " + sizes.length + " axes");
        return positive;
    }

    /** Product of the sizes of axes from (inclusive) to (exclusive). */
    public int product(int from, int to) {
        int product = 1;
        for (int i = from; i < to; i++) product *= sizes[i];
        return product;
    }

    /** Size of the last axis; 1 for a scalar. */
    public int columns() {
        return sizes.length == 0 ? 1 : sizes[sizes.length - 1];
    }

    /** Number of rows along the last axis: count / columns. */
    public int rows() {
        return product(0, Math.max(0, sizes.length - 1));
    }

    public int[] sizes() {
        return sizes.clone();
    }

    /** This shape with another size of one axis. */
    public Shape with(int axis, int size) {
        int[] changed = sizes.clone();
        changed[axis(axis)] = size;
        return new Shape(changed);
    }

    /** This shape without the axes from (inclusive) to (exclusive). */
    public Shape without(int from, int to) {
        int[] rest = new int[sizes.length - (to - from)];
        System.arraycopy(sizes, 0, rest, 0, from);
        System.arraycopy(sizes, to, rest, from, sizes.length - to);
        return of(rest);
    }

    /** This shape with more axes at the end. */
    public Shape append(int... more) {
        int[] all = Arrays.copyOf(sizes, sizes.length + more.length);
        System.arraycopy(more, 0, all, sizes.length, more.length);
        return of(all);
    }

    /** The axes from (inclusive) to (exclusive) as a shape. */
    public Shape range(int from, int to) {
        return of(Arrays.copyOfRange(sizes, from, to));
    }

    /** Row-major strides in elements. */
    public int[] strides() {
        int[] strides = new int[sizes.length];
        int stride = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= sizes[i];
        }
        return strides;
    }

    /** The common shape of two operands: aligned at the last axis, a size of 1 stretches. */
    public static Shape broadcast(String operation, Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] sizes = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int p = i <= a.rank() ? a.sizes[a.rank() - i] : 1;
            int q = i <= b.rank() ? b.sizes[b.rank() - i] : 1;
            if (p != q && p != 1 && q != 1)
                throw new TensorException(operation + ": shapes must be equal or stretch from 1, got " + a + " and " + b
                        + " (" + p + " ≠ " + q + " at axis -" + i + ")");
            sizes[rank - i] = p == 1 ? q : p;
        }
        return of(sizes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    /** Like "[2, 3]". */
    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
