package embedrl.tensor;

import java.util.Locale;

/** Prints values in nested brackets; long axes show their first and last three entries. */
final class TensorText {
    private static final int EDGE = 3;

    private TensorText() {
    }

    static String format(HostTensor tensor) {
        StringBuilder text = new StringBuilder();
        boolean ints = tensor.type().dtype() == DType.INT32;
        Object values = ints ? tensor.ints() : tensor.floats();
        append(text, tensor.shape(), 0, 0, values, 1);
        return text.toString();
    }

    private static void append(StringBuilder text, Shape shape, int axis, int offset, Object values, int indent) {
        if (axis == shape.rank()) {
            text.append(values instanceof int[] ints ? Integer.toString(ints[offset]) : number(((float[]) values)[offset]));
            return;
        }
        int size = shape.size(axis);
        int stride = shape.product(axis + 1, shape.rank());
        text.append('[');
        for (int i = 0; i < size; i++) {
            if (size > 2 * EDGE + 1 && i == EDGE) {
                separate(text, shape, axis, indent);
                text.append("...");
                i = size - EDGE - 1;
                continue;
            }
            if (i > 0) separate(text, shape, axis, indent);
            append(text, shape, axis + 1, offset + i * stride, values, indent + 1);
        }
        text.append(']');
    }

    private static void separate(StringBuilder text, Shape shape, int axis, int indent) {
        if (axis == shape.rank() - 1) text.append(", ");
        else text.append(",\n").append(" ".repeat(indent));
    }

    private static String number(float value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e6) return String.format(Locale.ROOT, "%.1f", value);
        float size = Math.abs(value);
        return size >= 1e-3 && size < 1e6 ? String.format(Locale.ROOT, "%.5f", value) : String.format(Locale.ROOT, "%.4e", value);
    }
}
