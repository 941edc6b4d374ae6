package embedrl.tensor.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.BFloat16;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Matrix products on tensor cores: inputs are rounded to bfloat16 on their way into local memory, sums are FLOAT32. Only where the user asked for it, and only on the CUDA
 * backend, whose compiler knows {@code mma.sync}.
 */
final class TensorCoreKernels {
    static final int TILE = 128;
    static final int DEPTH = 32;
    /** Eight warps, two along m and four along n: each has 64 × 32 sums. */
    static final int ITEMS = 256;

    /** Words of a block of 16 × 16 elements of A and of 16 × 8 of B in local memory, two elements a word; the rest of a block spares conflicts of banks. */
    private static final int BLOCK_A = 144;
    private static final int BLOCK_B = 68;
    private static final int BUFFER_A = 2304;   // 8 blocks along m, 2 along k
    private static final int BUFFER_B = 2176;   // 2 blocks along k, 16 along n

    private TensorCoreKernels() {
    }

    /** Tiles of an m × n matrix that reach over its edge. */
    static int edgeTiles(int m, int n) {
        return Math.ceilDiv(m, TILE) * Math.ceilDiv(n, TILE) - m / TILE * (n / TILE);
    }

    /**
     * [m, n, k, A, A row stride, A column stride, A batch stride, B, B row stride, B column stride, B batch stride, y, tiles along m, tiles along n, room for tiles at the edges, −1]: a
     * group per tile of 128 × 128. 32 columns of A and rows of B at a time lie in local memory while the next ones are fetched into registers. Fragments can only be stored
     * whole: tiles that reach over the edge are stored aside, and their part inside is copied.
     */
    static void product(KernelContext c, IntArray launch, FloatArray a, IntArray n) {
        int r = launch.get(0);
        int[] left = c.allocateIntLocalArray(4608);    // two buffers
        int[] right = c.allocateIntLocalArray(4352);
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
        int minusOne = n.get(r + 15);
        int strip = c.groupIdx / tilesN;
        int tileN = c.groupIdx - strip * tilesN;
        int batch = strip / tilesM;
        int tileM = strip - batch * tilesM;
        int firstRow = tileM * 128;
        int firstColumn = tileN * 128;
        int rowsLeft = rows - firstRow;
        int columnsLeft = columns - firstColumn;
        int fromA = n.get(r + 3) + batch * n.get(r + 6) + firstRow * rowA;
        int fromB = n.get(r + 7) + batch * n.get(r + 10) + firstColumn * columnB;
        int warp = item / 32;
        int warpRow = warp / 4;
        int warpColumn = warp - warpRow * 4;
        int bytesA = warpRow * 4608;       // 8 blocks of 576 bytes
        int bytesB = warpColumn * 1088;    // 4 blocks of 272 bytes
        int[] nextA = new int[8];
        int[] nextB = new int[8];
        for (int e = 0; e < 8; e++) {
            left[placeA(item + e * 256, columnA)] = pairA(a, item + e * 256, fromA, rowA, columnA, rowsLeft, depth, minusOne);
            right[placeB(item + e * 256, columnB)] = pairB(a, item + e * 256, fromB, rowB, columnB, columnsLeft, depth, minusOne);
        }
        c.localBarrier();
        float[] s00 = c.mmaFragment(0.0f), s01 = c.mmaFragment(0.0f), s02 = c.mmaFragment(0.0f), s03 = c.mmaFragment(0.0f);
        float[] s10 = c.mmaFragment(0.0f), s11 = c.mmaFragment(0.0f), s12 = c.mmaFragment(0.0f), s13 = c.mmaFragment(0.0f);
        float[] s20 = c.mmaFragment(0.0f), s21 = c.mmaFragment(0.0f), s22 = c.mmaFragment(0.0f), s23 = c.mmaFragment(0.0f);
        float[] s30 = c.mmaFragment(0.0f), s31 = c.mmaFragment(0.0f), s32 = c.mmaFragment(0.0f), s33 = c.mmaFragment(0.0f);
        for (int start = 0; start < depth; start += 32) {
            int buffer = (start / 32) % 2;
            int other = 1 - buffer;
            fromA = fromA + 32 * columnA;
            fromB = fromB + 32 * rowB;
            int depthLeft = depth - start - 32;
            for (int e = 0; e < 8; e++) {
                nextA[e] = pairA(a, item + e * 256, fromA, rowA, columnA, rowsLeft, depthLeft, minusOne);
                nextB[e] = pairB(a, item + e * 256, fromB, rowB, columnB, columnsLeft, depthLeft, minusOne);
            }
            int atA = buffer * 9216 + bytesA;
            int atB = buffer * 8704 + bytesB;
            HalfFloat[] a0 = c.mmaLoadA(left, 16, atA), a1 = c.mmaLoadA(left, 16, atA + 1152), a2 = c.mmaLoadA(left, 16, atA + 2304), a3 = c.mmaLoadA(left, 16, atA + 3456);
            HalfFloat[] b0 = c.mmaLoadB(right, 16, atB), b1 = c.mmaLoadB(right, 16, atB + 272), b2 = c.mmaLoadB(right, 16, atB + 544), b3 = c.mmaLoadB(right, 16, atB + 816);
            s00 = c.mmaBF16(a0, b0, s00, MMAShape.M16N8K16);
            s01 = c.mmaBF16(a0, b1, s01, MMAShape.M16N8K16);
            s02 = c.mmaBF16(a0, b2, s02, MMAShape.M16N8K16);
            s03 = c.mmaBF16(a0, b3, s03, MMAShape.M16N8K16);
            s10 = c.mmaBF16(a1, b0, s10, MMAShape.M16N8K16);
            s11 = c.mmaBF16(a1, b1, s11, MMAShape.M16N8K16);
            s12 = c.mmaBF16(a1, b2, s12, MMAShape.M16N8K16);
            s13 = c.mmaBF16(a1, b3, s13, MMAShape.M16N8K16);
            s20 = c.mmaBF16(a2, b0, s20, MMAShape.M16N8K16);
            s21 = c.mmaBF16(a2, b1, s21, MMAShape.M16N8K16);
            s22 = c.mmaBF16(a2, b2, s22, MMAShape.M16N8K16);
            s23 = c.mmaBF16(a2, b3, s23, MMAShape.M16N8K16);
            s30 = c.mmaBF16(a3, b0, s30, MMAShape.M16N8K16);
            s31 = c.mmaBF16(a3, b1, s31, MMAShape.M16N8K16);
            s32 = c.mmaBF16(a3, b2, s32, MMAShape.M16N8K16);
            s33 = c.mmaBF16(a3, b3, s33, MMAShape.M16N8K16);
            // the second half of the 32: blocks of A alternate along k, those of B follow after sixteen
            HalfFloat[] a4 = c.mmaLoadA(left, 16, atA + 576), a5 = c.mmaLoadA(left, 16, atA + 1728), a6 = c.mmaLoadA(left, 16, atA + 2880), a7 = c.mmaLoadA(left, 16, atA + 4032);
            HalfFloat[] b4 = c.mmaLoadB(right, 16, atB + 4352), b5 = c.mmaLoadB(right, 16, atB + 4624), b6 = c.mmaLoadB(right, 16, atB + 4896), b7 = c.mmaLoadB(right, 16, atB + 5168);
            s00 = c.mmaBF16(a4, b4, s00, MMAShape.M16N8K16);
            s01 = c.mmaBF16(a4, b5, s01, MMAShape.M16N8K16);
            s02 = c.mmaBF16(a4, b6, s02, MMAShape.M16N8K16);
            s03 = c.mmaBF16(a4, b7, s03, MMAShape.M16N8K16);
            s10 = c.mmaBF16(a5, b4, s10, MMAShape.M16N8K16);
            s11 = c.mmaBF16(a5, b5, s11, MMAShape.M16N8K16);
            s12 = c.mmaBF16(a5, b6, s12, MMAShape.M16N8K16);
            s13 = c.mmaBF16(a5, b7, s13, MMAShape.M16N8K16);
            s20 = c.mmaBF16(a6, b4, s20, MMAShape.M16N8K16);
            s21 = c.mmaBF16(a6, b5, s21, MMAShape.M16N8K16);
            s22 = c.mmaBF16(a6, b6, s22, MMAShape.M16N8K16);
            s23 = c.mmaBF16(a6, b7, s23, MMAShape.M16N8K16);
            s30 = c.mmaBF16(a7, b4, s30, MMAShape.M16N8K16);
            s31 = c.mmaBF16(a7, b5, s31, MMAShape.M16N8K16);
            s32 = c.mmaBF16(a7, b6, s32, MMAShape.M16N8K16);
            s33 = c.mmaBF16(a7, b7, s33, MMAShape.M16N8K16);
            for (int e = 0; e < 8; e++) {
                left[other * 2304 + placeA(item + e * 256, columnA)] = nextA[e];
                right[other * 2176 + placeB(item + e * 256, columnB)] = nextB[e];
            }
            c.localBarrier();
        }
        int y = n.get(r + 11) + batch * rows * columns;
        boolean whole = rowsLeft >= 128 && columnsLeft >= 128;
        int row = warpRow * 64;
        int column = warpColumn * 32;
        int stride = 128;
        int aside = 0;
        if (whole) {
            row = row + firstRow;
            column = column + y + firstColumn;
            stride = columns;
        } else {
            // the last column of tiles first, where it is not whole, then the last row
            int edgeN = columns % 128 == 0 ? 0 : tilesM;
            int edgeM = rows % 128 == 0 ? 0 : tilesN;
            int edges = edgeN + edgeM;
            if (edgeN > 0 && edgeM > 0) edges = edges - 1;
            int number = batch * edges + (columnsLeft < 128 ? tileM : edgeN + tileN);
            aside = n.get(r + 14) + number * 16384;
            column = column + aside;
        }
        c.mmaStore(s00, a, row, column, stride);
        c.mmaStore(s01, a, row, column + 8, stride);
        c.mmaStore(s02, a, row, column + 16, stride);
        c.mmaStore(s03, a, row, column + 24, stride);
        c.mmaStore(s10, a, row + 16, column, stride);
        c.mmaStore(s11, a, row + 16, column + 8, stride);
        c.mmaStore(s12, a, row + 16, column + 16, stride);
        c.mmaStore(s13, a, row + 16, column + 24, stride);
        c.mmaStore(s20, a, row + 32, column, stride);
        c.mmaStore(s21, a, row + 32, column + 8, stride);
        c.mmaStore(s22, a, row + 32, column + 16, stride);
        c.mmaStore(s23, a, row + 32, column + 24, stride);
        c.mmaStore(s30, a, row + 48, column, stride);
        c.mmaStore(s31, a, row + 48, column + 8, stride);
        c.mmaStore(s32, a, row + 48, column + 16, stride);
        c.mmaStore(s33, a, row + 48, column + 24, stride);
        c.globalBarrier();
        if (!whole) {
            for (int i = item; i < 16384; i += 256) {
                int edgeRow = i / 128;
                int edgeColumn = i % 128;
                if (edgeRow < rowsLeft && edgeColumn < columnsLeft) a.set(y + (firstRow + edgeRow) * columns + firstColumn + edgeColumn, a.get(aside + i));
            }
        }
    }

    /** Row of A in its tile for the word number {@code index} of 2048: neighboring items read neighboring elements, whichever axis these lie along. */
    private static int rowOfA(int index, int columnA) {
        return columnA == 1 ? index / 16 : index % 8 + 8 * (index / 32 % 16);
    }

    /** Which two of the 32 columns, 0 to 15. */
    private static int pairOfA(int index, int columnA) {
        return columnA == 1 ? index % 16 : index / 8 % 4 + 4 * (index / 512);
    }

    private static int placeA(int index, int columnA) {
        int i = rowOfA(index, columnA);
        int pair = pairOfA(index, columnA);
        return (i / 16 * 2 + pair / 8) * BLOCK_A + i % 16 * 8 + pair % 8;
    }

    private static int pairA(FloatArray a, int index, int from, int rowA, int columnA, int rowsLeft, int depthLeft, int minusOne) {
        int i = rowOfA(index, columnA);
        int p = 2 * pairOfA(index, columnA);
        int at = from + i * rowA + p * columnA;
        float low = 0.0f;
        float high = 0.0f;
        if (i < rowsLeft && p < depthLeft) low = a.get(at);
        if (i < rowsLeft && p + 1 < depthLeft) high = a.get(at + columnA);
        return word(low, high, minusOne);
    }

    /** Row of B, 0 to 31, for the word number {@code index} of 2048. */
    private static int rowOfB(int index, int columnB) {
        return columnB == 1 ? index / 64 : index % 8 + 8 * (index / 32 % 4);
    }

    /** Which two of the 128 columns, 0 to 63. */
    private static int pairOfB(int index, int columnB) {
        return columnB == 1 ? index % 64 : index / 8 % 4 + 4 * (index / 128);
    }

    private static int placeB(int index, int columnB) {
        int p = rowOfB(index, columnB);
        int pair = pairOfB(index, columnB);
        return (p / 16 * 16 + pair / 4) * BLOCK_B + p % 16 * 4 + pair % 4;
    }

    private static int pairB(FloatArray a, int index, int from, int rowB, int columnB, int columnsLeft, int depthLeft, int minusOne) {
        int p = rowOfB(index, columnB);
        int j = 2 * pairOfB(index, columnB);
        int at = from + p * rowB + j * columnB;
        float low = 0.0f;
        float high = 0.0f;
        if (p < depthLeft && j < columnsLeft) low = a.get(at);
        if (p < depthLeft && j + 1 < columnsLeft) high = a.get(at + columnB);
        return word(low, high, minusOne);
    }

    /**
     * Two numbers rounded to bfloat16, side by side. The code generator computes with what it takes for a short in 16 bits, whatever Java says: so each is taken off an int, −1, of
     * which it only learns when the kernel runs, and all bits are turned round.
     */
    private static int word(float low, float high, int minusOne) {
        int first = minusOne - BFloat16.bf16FromFloat(low);
        int second = minusOne - BFloat16.bf16FromFloat(high);
        return ~((first & 0xffff) | (second << 16));
    }
}
