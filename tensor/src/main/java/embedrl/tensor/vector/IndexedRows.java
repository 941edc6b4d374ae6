package embedrl.tensor.vector;

import embedrl.tensor.BinaryKind;
import embedrl.tensor.Buffer;
import embedrl.tensor.TensorException;
import java.util.Arrays;

/** Rows of {@code width} contiguous elements that are picked or placed by index. A negative index stands for no row. */
public final class IndexedRows {
    private IndexedRows() {}

    /**
     * Row n of y is row ids[n] of a table with {@code rows} rows, or zero, for n from (inclusive) to (exclusive). Table and y are arrays of
     * one primitive type, {@code zeros} is an array of that type with one row of zeros.
     */
    public static void gather(Object table, int ta, int rows, int[] ids, int ia, Object y, int yo, Object zeros, int width, int from, int to) {
        for (int n = from; n < to; n++) {
            int id = checked("gather", ids[ia + n], rows);
            System.arraycopy(id >= 0 ? table : zeros, id >= 0 ? ta + id * width : 0, y, yo + n * width, width);
        }
    }

    /** As gather, with rows of a narrow table widened. */
    static void widen(Buffer table, int rows, int[] ids, int ia, float[] y, int yo, int width, int from, int to) {
        for (int n = from; n < to; n++) {
            int id = checked("gather", ids[ia + n], rows);
            if (id >= 0) {
                Casts.widen(table, id * width, y, yo + n * width, width);
            } else {
                Arrays.fill(y, yo + n * width, yo + (n + 1) * width, 0);
            }
        }
    }

    /** Adds columns from (inclusive) to (exclusive) of every row n of x to row ids[n] of y, in the order of n. */
    public static void scatterAdd(float[] x, int xo, int[] ids, int ia, int count, float[] y, int yo, int rows, int width, int from, int to) {
        for (int n = 0; n < count; n++) {
            int id = checked("scatter_add", ids[ia + n], rows);
            if (id >= 0) {
                int at = yo + id * width + from;
                VectorMath.binary(BinaryKind.ADD, y, at, x, xo + n * width + from, y, at, to - from);
            }
        }
    }

    private static int checked(String operation, int id, int rows) {
        if (id >= rows) {
            throw new TensorException(operation + ": index " + id + " is outside of 0.." + (rows - 1));
        }
        return id;
    }
}
