package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Matrix products y[b] = A[b] · B[b] of any layout: [m, n, k, A, A row stride, A column stride, A batch stride, B, B row stride, B column stride, B batch stride, y, tiles
 * along m, tiles along n]. Transposition is a matter of strides.
 */
final class MatMulKernels {
    static final int TILE = 64;
    static final int DEPTH = 16;
    static final int ITEMS = 256;

    private MatMulKernels() {
    }

    /** A group of 256 items computes a tile of 64 × 64: 16 columns of A and rows of B at a time go through local memory, 4 × 4 sums stay in registers. */
    static void tiled(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        float[] left = c.allocateFloatLocalArray(1024);    // [16, 64]
        float[] right = c.allocateFloatLocalArray(1024);   // [16, 64]
        int item = c.localIdx;
        int rows = n.get(r);
        int columns = n.get(r + 1);
        int depth = n.get(r + 2);
        int rowA = n.get(r + 4);
        int columnA = n.get(r + 5);
        int rowB = n.get(r + 8);
        int columnB = n.get(r + 9);
        int tilesM = n.get(r + 12);
        int tilesN = n.get(r + 13);
        int group = c.groupIdx;
        int strip = group / tilesN;
        int firstColumn = (group - strip * tilesN) * 64;
        int batch = strip / tilesM;
        int firstRow = (strip - batch * tilesM) * 64;
        int offsetA = n.get(r + 3) + batch * n.get(r + 6);
        int offsetB = n.get(r + 7) + batch * n.get(r + 10);
        int tx = item % 16;
        int ty = item / 16;
        float s00 = 0.0f, s01 = 0.0f, s02 = 0.0f, s03 = 0.0f;
        float s10 = 0.0f, s11 = 0.0f, s12 = 0.0f, s13 = 0.0f;
        float s20 = 0.0f, s21 = 0.0f, s22 = 0.0f, s23 = 0.0f;
        float s30 = 0.0f, s31 = 0.0f, s32 = 0.0f, s33 = 0.0f;
        for (int start = 0; start < depth; start += 16) {
            for (int e = 0; e < 4; e++) {
                int index = item + e * 256;
                // neighboring items read neighboring elements, whichever axis these lie along
                int i = columnA == 1 ? index / 16 : index % 64;
                int p = columnA == 1 ? index % 16 : index / 64;
                float value = 0.0f;
                if (firstRow + i < rows && start + p < depth) value = a.get(offsetA + (firstRow + i) * rowA + (start + p) * columnA);
                left[p * 64 + i] = value;
                int j = columnB == 1 ? index % 64 : index / 16;
                int q = columnB == 1 ? index / 64 : index % 16;
                float other = 0.0f;
                if (firstColumn + j < columns && start + q < depth) other = a.get(offsetB + (start + q) * rowB + (firstColumn + j) * columnB);
                right[q * 64 + j] = other;
            }
            c.localBarrier();
            for (int p = 0; p < 16; p++) {
                int atLeft = p * 64 + ty * 4;
                int atRight = p * 64 + tx;
                float a0 = left[atLeft];
                float a1 = left[atLeft + 1];
                float a2 = left[atLeft + 2];
                float a3 = left[atLeft + 3];
                float b0 = right[atRight];
                float b1 = right[atRight + 16];
                float b2 = right[atRight + 32];
                float b3 = right[atRight + 48];
                s00 = s00 + a0 * b0;
                s01 = s01 + a0 * b1;
                s02 = s02 + a0 * b2;
                s03 = s03 + a0 * b3;
                s10 = s10 + a1 * b0;
                s11 = s11 + a1 * b1;
                s12 = s12 + a1 * b2;
                s13 = s13 + a1 * b3;
                s20 = s20 + a2 * b0;
                s21 = s21 + a2 * b1;
                s22 = s22 + a2 * b2;
                s23 = s23 + a2 * b3;
                s30 = s30 + a3 * b0;
                s31 = s31 + a3 * b1;
                s32 = s32 + a3 * b2;
                s33 = s33 + a3 * b3;
            }
            c.localBarrier();
        }
        int row = firstRow + ty * 4;
        int column = firstColumn + tx;
        int y = n.get(r + 11) + batch * rows * columns;
        store(a, y, rows, columns, row, column, s00, s01, s02, s03);
        store(a, y, rows, columns, row + 1, column, s10, s11, s12, s13);
        store(a, y, rows, columns, row + 2, column, s20, s21, s22, s23);
        store(a, y, rows, columns, row + 3, column, s30, s31, s32, s33);
    }

    private static void store(FloatArray a, int y, int rows, int columns, int row, int column, float s0, float s1, float s2, float s3) {
        if (row < rows) {
            int at = y + row * columns + column;
            if (column < columns) a.set(at, s0);
            if (column + 16 < columns) a.set(at + 16, s1);
            if (column + 32 < columns) a.set(at + 32, s2);
            if (column + 48 < columns) a.set(at + 48, s3);
        }
    }

    /** A group per element of y: for products with few rows, as in decoding, where tiles would stay empty. */
    static void dots(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int lane = c.localIdx;
        int lanes = c.localGroupSizeX;
        float[] shared = c.allocateFloatLocalArray(256);
        int rows = n.get(r);
        int columns = n.get(r + 1);
        int depth = n.get(r + 2);
        int columnA = n.get(r + 5);
        int rowB = n.get(r + 8);
        int element = c.groupIdx;
        int whole = element / columns;
        int column = element - whole * columns;
        int batch = whole / rows;
        int row = whole - batch * rows;
        int left = n.get(r + 3) + batch * n.get(r + 6) + row * n.get(r + 4);
        int right = n.get(r + 7) + batch * n.get(r + 10) + column * n.get(r + 9);
        float s0 = 0.0f;
        float s1 = 0.0f;
        float s2 = 0.0f;
        float s3 = 0.0f;
        int p = lane;
        int last = depth - 3 * lanes;
        while (p < last) {
            s0 = s0 + a.get(left + p * columnA) * a.get(right + p * rowB);
            s1 = s1 + a.get(left + (p + lanes) * columnA) * a.get(right + (p + lanes) * rowB);
            s2 = s2 + a.get(left + (p + 2 * lanes) * columnA) * a.get(right + (p + 2 * lanes) * rowB);
            s3 = s3 + a.get(left + (p + 3 * lanes) * columnA) * a.get(right + (p + 3 * lanes) * rowB);
            p = p + 4 * lanes;
        }
        while (p < depth) {
            s0 = s0 + a.get(left + p * columnA) * a.get(right + p * rowB);
            p = p + lanes;
        }
        shared[lane] = (s0 + s1) + (s2 + s3);
        c.localBarrier();
        for (int half = lanes / 2; half > 0; half = half / 2) {
            if (lane < half) shared[lane] = shared[lane] + shared[lane + half];
            c.localBarrier();
        }
        if (lane == 0) a.set(n.get(r + 11) + element, shared[0]);
    }
}
