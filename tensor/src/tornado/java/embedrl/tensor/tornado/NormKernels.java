package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** RMS and layer norm, forward and backward: a work group per row, and for the gradients of weight and bias a group per column, so that no sum needs atomics. */
final class NormKernels {
    private NormKernels() {
    }

    /** [x, weight, y, r, columns, epsilon]. */
    static void rmsNorm(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int columns = n.get(r + 4);
        int x = n.get(r) + c.groupIdx * columns;
        int y = n.get(r + 2) + c.groupIdx * columns;
        int weight = n.get(r + 1);
        float squares = 0.0f;
        for (int i = lane; i < columns; i += lanes) squares = squares + a.get(x + i) * a.get(x + i);
        squares = RowKernels.total(c, shared, squares, lane, lanes);
        float inverse = 1.0f / TornadoMath.sqrt(squares / columns + a.get(n.get(r + 5)));
        for (int i = lane; i < columns; i += lanes) a.set(y + i, a.get(x + i) * inverse * a.get(weight + i));
        if (lane == 0) a.set(n.get(r + 3) + c.groupIdx, inverse);
    }

    /** [x, weight, r, dy, dx, columns]. */
    static void rmsNormInput(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int columns = n.get(r + 5);
        int row = c.groupIdx * columns;
        int x = n.get(r) + row;
        int weight = n.get(r + 1);
        int dy = n.get(r + 3) + row;
        int dx = n.get(r + 4) + row;
        float inverse = a.get(n.get(r + 2) + c.groupIdx);
        float dot = 0.0f;
        for (int i = lane; i < columns; i += lanes) dot = dot + a.get(dy + i) * a.get(weight + i) * a.get(x + i);
        dot = RowKernels.total(c, shared, dot, lane, lanes);
        float common = inverse * inverse * dot / columns;
        for (int i = lane; i < columns; i += lanes) a.set(dx + i, inverse * (a.get(dy + i) * a.get(weight + i) - a.get(x + i) * common));
    }

    /** [x, r, dy, dweight, rows, columns]: a group per column. */
    static void rmsNormWeight(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int rows = n.get(r + 4);
        int columns = n.get(r + 5);
        int x = n.get(r) + c.groupIdx;
        int inverse = n.get(r + 1);
        int dy = n.get(r + 2) + c.groupIdx;
        float sum = 0.0f;
        for (int k = lane; k < rows; k += lanes) sum = sum + a.get(dy + k * columns) * a.get(x + k * columns) * a.get(inverse + k);
        sum = RowKernels.total(c, shared, sum, lane, lanes);
        if (lane == 0) a.set(n.get(r + 3) + c.groupIdx, sum);
    }

    /** [x, weight, bias, y, mean, r, columns, epsilon]. */
    static void layerNorm(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int columns = n.get(r + 6);
        int x = n.get(r) + c.groupIdx * columns;
        int weight = n.get(r + 1);
        int bias = n.get(r + 2);
        int y = n.get(r + 3) + c.groupIdx * columns;
        float sum = 0.0f;
        for (int i = lane; i < columns; i += lanes) sum = sum + a.get(x + i);
        float mean = RowKernels.total(c, shared, sum, lane, lanes) / columns;
        float squares = 0.0f;
        for (int i = lane; i < columns; i += lanes) {
            float centered = a.get(x + i) - mean;
            squares = squares + centered * centered;
        }
        squares = RowKernels.total(c, shared, squares, lane, lanes);
        float inverse = 1.0f / TornadoMath.sqrt(squares / columns + a.get(n.get(r + 7)));
        for (int i = lane; i < columns; i += lanes) a.set(y + i, (a.get(x + i) - mean) * inverse * a.get(weight + i) + a.get(bias + i));
        if (lane == 0) {
            a.set(n.get(r + 4) + c.groupIdx, mean);
            a.set(n.get(r + 5) + c.groupIdx, inverse);
        }
    }

    /** [x, weight, mean, r, dy, dx, columns]. */
    static void layerNormInput(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int columns = n.get(r + 6);
        int row = c.groupIdx * columns;
        int x = n.get(r) + row;
        int weight = n.get(r + 1);
        int dy = n.get(r + 4) + row;
        int dx = n.get(r + 5) + row;
        float mean = a.get(n.get(r + 2) + c.groupIdx);
        float inverse = a.get(n.get(r + 3) + c.groupIdx);
        float sum = 0.0f;
        float dot = 0.0f;
        for (int i = lane; i < columns; i += lanes) {
            float g = a.get(dy + i) * a.get(weight + i);
            sum = sum + g;
            dot = dot + g * ((a.get(x + i) - mean) * inverse);
        }
        sum = RowKernels.total(c, shared, sum, lane, lanes) / columns;
        dot = RowKernels.total(c, shared, dot, lane, lanes) / columns;
        for (int i = lane; i < columns; i += lanes) {
            float normal = (a.get(x + i) - mean) * inverse;
            a.set(dx + i, inverse * (a.get(dy + i) * a.get(weight + i) - sum - normal * dot));
        }
    }

    /** [x, mean, r, dy, dweight, dbias, rows, columns]: a group per column. */
    static void layerNormWeight(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int rows = n.get(r + 6);
        int columns = n.get(r + 7);
        int x = n.get(r) + c.groupIdx;
        int mean = n.get(r + 1);
        int inverse = n.get(r + 2);
        int dy = n.get(r + 3) + c.groupIdx;
        float weight = 0.0f;
        float bias = 0.0f;
        for (int k = lane; k < rows; k += lanes) {
            float g = a.get(dy + k * columns);
            weight = weight + g * ((a.get(x + k * columns) - a.get(mean + k)) * a.get(inverse + k));
            bias = bias + g;
        }
        weight = RowKernels.total(c, shared, weight, lane, lanes);
        bias = RowKernels.total(c, shared, bias, lane, lanes);
        if (lane == 0) {
            a.set(n.get(r + 4) + c.groupIdx, weight);
            a.set(n.get(r + 5) + c.groupIdx, bias);
        }
    }
}
